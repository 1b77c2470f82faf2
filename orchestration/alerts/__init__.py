"""What a person is told when a night did not publish, by e-mail or to a webhook; never of a child."""

from orchestration.alerts.channels import AlertError, send
from orchestration.alerts.message import Message, build_failed, overdue, trial

__all__ = ["AlertError", "Message", "build_failed", "overdue", "send", "trial"]
