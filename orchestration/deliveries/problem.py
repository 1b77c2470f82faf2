"""What stops a whole delivery: a problem in words fit for a report, never with a value of a child in it."""


class DeliveryProblem(Exception):
    """Why a file cannot be loaded and what to do about it. Raised `from None`: parsers quote what they read."""

    def __init__(self, what: str, remedy: str, row: int | None = None) -> None:
        self.what, self.remedy, self.row = what, remedy, row
        super().__init__(f"{what}. {remedy}." if row is None else f"line {row}: {what}. {remedy}.")
