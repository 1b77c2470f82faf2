"""What became of a delivery, as the caller of load() is told."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DeliveryOutcome:
    """One file: 'accepted', 'accepted_with_warnings' or 'rejected'; of bytes that were known, the status they have."""

    delivery_id: str
    source: str
    file_name: str
    status: str
    rows_read: int
    rows_accepted: int
    rows_rejected: int
    reason: str | None = None
    report_path: Path | None = None
    repeated: bool = False
