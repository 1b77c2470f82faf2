"""What stops a whole delivery: a problem in words fit for a report, never with a value of a child in it."""

from typing import Literal

Code = Literal["name_unknown", "contract_unmet", "period_unknown", "unreadable", "too_large", "gate_failed", "earlier"]
"""Why a delivery was rejected, in one word of ref_rejection_reason: all that a release tells of it."""


class DeliveryProblem(Exception):
    """Why a file cannot be loaded and what to do about it. Raised `from None`: parsers quote what they read.

    Of what a file says of itself (its name, headings, sheets, elements, attributes) only words of the contracts are
    repeated (expectations/contract/words.py); the rest is told by its place. `remedy` is for whoever made the file,
    `here` what can be done where it was delivered.
    """

    def __init__(
        self, what: str, remedy: str, row: int | None = None, code: Code = "unreadable", here: str | None = None
    ) -> None:
        self.what, self.remedy, self.row, self.code, self.here = what, remedy, row, code, here
        super().__init__(" ".join(f"{sentence}." for sentence in (self.where_and_what, remedy, here) if sentence))

    @property
    def where_and_what(self) -> str:
        """What is wrong, and in which line of the file if that is known."""
        return self.what if self.row is None else f"line {self.row}: {self.what}"
