"""What became of a delivery, as the caller of load() is told."""

from dataclasses import dataclass
from pathlib import Path

from orchestration.deliveries.judged import Status


@dataclass(frozen=True)
class DeliveryOutcome:
    """One file: what became of it; of bytes that were known, the status they have."""

    delivery_id: str
    source: str
    file_name: str
    status: Status
    rows_read: int
    rows_accepted: int
    rows_rejected: int
    reason: str | None = None
    report_path: Path | None = None
    repeated: bool = False
