"""What the reading process answers about a file, as JSON: everything that was candidate_of of it, but no row of it."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from expectations.contract.match import Match
from expectations.contract.model import contract_named
from orchestration.deliveries.candidate import Arrived, Candidate, Matched, Stated, Unmatched
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.deliveries.readers.xlsx import Sheet

READY = b"ready"
"""The first message of the process, before it was asked anything."""

FROM_TEXT: dict[str, Callable[[str], date]] = {
    "extract_date": date.fromisoformat,
    "covers_from_date": date.fromisoformat,
    "covers_to_date": date.fromisoformat,
    "made_at": datetime.fromisoformat,
}
"""What a file states that JSON knows as text alone."""


def answer(candidate: Candidate) -> dict[str, Any]:
    """A file that was read."""
    problem = candidate.problem
    answered = {"problem": [problem.what, problem.remedy, problem.row, problem.code, problem.here] if problem else None}
    if isinstance(candidate, Unmatched):
        return answered
    match = candidate.match
    return answered | {
        "match": [match.contract.name, match.file.kind, match.values_in_name, match.headings, match.remarks],
        "stated": {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(candidate.stated).items()
        },
        "rows": {table: str(path) for table, path in candidate.rows.items()},
        "sheets": {table: asdict(sheet) for table, sheet in candidate.sheets.items()},
        "headings_not_read": candidate.headings_not_read,
    }


def candidate_of(arrived: Arrived, answered: dict[str, Any]) -> Candidate:
    """The file that was asked about, with what was answered."""
    problem = DeliveryProblem(*answered["problem"]) if answered["problem"] else None
    if "match" not in answered:
        assert problem, "a file that keeps no contract has a problem"
        return Unmatched(arrived, problem)
    name, kind, says, headings, remarks = answered["match"]
    contract = contract_named(name)
    match = Match(
        contract,
        next(file for file in contract.files if file.kind == kind),
        says,
        {table: {column: tuple(found) for column, found in of.items()} for table, of in headings.items()},
        tuple(remarks),
    )
    return Matched(
        arrived,
        match,
        _stated(answered["stated"]),
        {table: Path(path) for table, path in answered["rows"].items()},
        {table: Sheet(**sheet) for table, sheet in answered["sheets"].items()},
        tuple(answered["headings_not_read"]),
        problem,
    )


def _stated(answered: dict[str, Any]) -> Stated:
    stated: dict[str, Any] = {
        name: FROM_TEXT[name](value) if name in FROM_TEXT and value else value for name, value in answered.items()
    }
    return Stated(**stated)
