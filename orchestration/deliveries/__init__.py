"""Deliveries: found in landing, archived, read by contract, checked, judged by the gate, loaded to raw."""

from orchestration.deliveries.deliver import deliver
from orchestration.deliveries.discover import discover, passed_over
from orchestration.deliveries.load import load
from orchestration.deliveries.outcome import DeliveryOutcome

__all__ = ["DeliveryOutcome", "deliver", "discover", "load", "passed_over"]
