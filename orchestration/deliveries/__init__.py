"""Deliveries: found in landing, archived, read by contract, checked, judged by the gate, loaded to raw."""

from orchestration.deliveries.deliver import deliver
from orchestration.deliveries.discover import discover, passed_over
from orchestration.deliveries.load import load, load_known
from orchestration.deliveries.outcome import DeliveryOutcome

__all__ = ["DeliveryOutcome", "deliver", "discover", "load", "load_known", "passed_over"]
