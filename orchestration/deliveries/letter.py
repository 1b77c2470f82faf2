"""What to send back to whoever made a file: what is wrong with it and what to do, to be copied into an e-mail.

It holds what the report holds, so no value of a child, and nothing of what only those can do who run the warehouse.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from orchestration.deliveries.candidate import Arrived
from orchestration.deliveries.judged import Judged

if TYPE_CHECKING:
    from orchestration.deliveries.report import Rejection


def lines(delivery: Judged, rejections: Iterable["Rejection"], warnings: Iterable[str]) -> list[str]:
    """The text, line by line."""
    file, problem = delivery.candidate.arrived, delivery.candidate.problem
    is_rejected = delivery.status == "rejected"
    became = "could not be taken" if is_rejected else "was taken, but not all of it is right"
    written = [f"{_called(file)}, received on {file.received_at:%d %B %Y}, {became}.", ""]
    if problem:
        written += [f"What is wrong: {_sentence(problem.where_and_what)}"]
        written += [f"What to do: {_sentence(problem.remedy)}", ""]
    elif delivery.gate_reason:
        written += [f"What is wrong: {_sentence(delivery.gate_reason)}", ""]
    if warnings := list(warnings):
        written += ["Please look at:", *(f"- {_sentence(warning)}" for warning in warnings), ""]
    rejections = list(rejections)
    for what, is_set_aside in (
        ("Rows that could not be read", False),
        ("Values that were left out of their rows", True),
    ):
        if lines := [_line(rejection) for rejection in rejections if rejection.is_set_aside == is_set_aside]:
            written += [f"{what} (row 1 is the first below the headings, or the first pupil):", *lines, ""]
    again = "Please send it again, whole." if is_rejected else "Please put this right in the next file."
    return [*written, again]


def _called(file: Arrived) -> str:
    """The file by its name, or where that keeps no contract, and may be a child's, by its bytes."""
    if file.name.startswith("unnamed-"):
        return f"The file whose SHA-256 begins with {file.archived.sha256[:16]} (its name is not repeated here)"
    return f"The file {file.name}"


def _line(rejection: "Rejection") -> str:
    rows = f"{rejection.rows} rows, the first of them {', '.join(map(str, rejection.row_numbers))}"
    rows = f"row {rejection.row_numbers[0]}" if rejection.rows == 1 else rows
    return f"- {rejection.heading}: {rejection.reason.replace('_', ' ')} in {rows}. {rejection.remedy}."


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith(".") else f"{text}."
