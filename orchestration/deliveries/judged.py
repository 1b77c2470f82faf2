"""What becomes of a delivery: it is taken, taken with warnings, or rejected, and why."""

from dataclasses import dataclass
from typing import Literal

from orchestration.deliveries.candidate import Candidate
from orchestration.deliveries.problem import Code

Status = Literal["accepted", "accepted_with_warnings", "rejected"]


@dataclass(frozen=True)
class Judged:
    """A delivery and the judgement on it; `gate_reason` is empty where no gate turned it down."""

    candidate: Candidate
    gate_reason: str
    is_clean: bool

    @property
    def delivery_id(self) -> str:
        return self.candidate.arrived.delivery_id

    @property
    def reason(self) -> str | None:
        """Why it is rejected as a whole, if it is."""
        return str(self.candidate.problem) if self.candidate.problem else self.gate_reason or None

    @property
    def reason_code(self) -> Code | None:
        """The same in one word of ref_rejection_reason."""
        if self.candidate.problem:
            return self.candidate.problem.code
        return "gate_failed" if self.gate_reason else None

    @property
    def status(self) -> Status:
        return "rejected" if self.reason else "accepted" if self.is_clean else "accepted_with_warnings"
