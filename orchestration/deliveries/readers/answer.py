"""What the reading process answers about a file, as JSON: everything a candidate learnt, but no row of it."""

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

from expectations.contract import contract_named
from expectations.contract_match import Match
from orchestration.deliveries.candidate import Candidate
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.deliveries.readers.xlsx import Sheet

READY = b"ready"
"""The first message of the process, before it was asked anything."""

DATES = ("extract_date", "covers_from_date", "covers_to_date")
AS_THEY_ARE = ("values", "scope", "period", "part", "headings_not_read", "serial_no")


def answer(candidate: Candidate) -> dict:
    """A candidate that was read."""
    match, problem = candidate.match, candidate.problem
    return {
        "problem": [problem.what, problem.remedy, problem.row, problem.code, problem.here] if problem else None,
        "match": [match.contract.name, match.file.kind, match.name_says, match.headings, match.remarks]
        if match
        else None,
        "rows": {table: str(path) for table, path in candidate.rows.items()},
        "sheets": {table: asdict(sheet) for table, sheet in candidate.sheets.items()},
        **{name: day.isoformat() if (day := getattr(candidate, name)) else None for name in DATES},
        "made_at": candidate.made_at.isoformat() if candidate.made_at else None,
        **{name: getattr(candidate, name) for name in AS_THEY_ARE},
    }


def learn(candidate: Candidate, answered: dict) -> None:
    """Put an answer into the candidate that was asked about."""
    if answered["problem"]:
        candidate.problem = DeliveryProblem(*answered["problem"])
    if answered["match"]:
        name, kind, says, headings, remarks = answered["match"]
        contract = contract_named(name)
        candidate.match = Match(
            contract,
            next(file for file in contract.files if file.kind == kind),
            says,
            {table: {column: tuple(found) for column, found in of.items()} for table, of in headings.items()},
            tuple(remarks),
        )
    candidate.rows = {table: Path(path) for table, path in answered["rows"].items()}
    candidate.sheets = {table: Sheet(**sheet) for table, sheet in answered["sheets"].items()}
    for name in DATES:
        setattr(candidate, name, date.fromisoformat(answered[name]) if answered[name] else None)
    candidate.made_at = datetime.fromisoformat(answered["made_at"]) if answered["made_at"] else None
    for name in AS_THEY_ARE:
        setattr(candidate, name, answered[name])
