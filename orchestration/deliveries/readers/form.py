"""What a table that keeps no contract was meant to be: with another separator, or with lines above its headings.

It is looked at only once no contract fits, so nothing that could be read is turned down for what it looks like.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from expectations.contract.match import NoMatch
from expectations.contract.words import word
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.deliveries.readers.cells import Cells

LINES_LOOKED_AT = 20
LETTERS_LOOKED_AT = 20_000
"""Of a line: a row of headings is shorter."""

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars (|)"}

FEW = 2
"""A row in which so many cells are words of contracts is a row of headings, where the first row has but one or none."""


@contextmanager
def of_csv(file: Path, delimiter: str) -> Iterator[None]:
    """Where no contract fits a UTF-8 file, raise DeliveryProblem if its form is what is wrong."""
    try:
        yield
    except NoMatch as no_match:
        if no_match.code == "contract_unmet" and (problem := _problem_of_csv(_lines(file), delimiter)):
            raise problem from None
        raise


@contextmanager
def of_workbook(sheets: dict[str, Cells]) -> Iterator[None]:
    """The same for the sheets of a workbook."""
    try:
        yield
    except NoMatch as no_match:
        for number, (name, sheet) in enumerate(sheets.items(), start=1):
            rows = list(islice(sheet.rows(), LINES_LOOKED_AT))
            if at := _headings_below([cells for _, cells in rows]):
                raise _titled(f"sheet {word(name) or number}: ", rows[at - 1][0], "row") from None
        raise no_match


def _lines(file: Path) -> list[str]:
    with file.open(encoding="utf-8-sig", newline=None) as stream:
        return [stream.readline(LETTERS_LOOKED_AT) for _ in range(LINES_LOOKED_AT)]


def _problem_of_csv(lines: list[str], delimiter: str) -> DeliveryProblem | None:
    called = {delimiter: f"the mark {delimiter}", **SEPARATORS}
    export = f"Export it with {called[delimiter]} between the columns"
    if delimiter == ",":
        export += ', in a spreadsheet as "CSV UTF-8 (comma delimited)"'
    if re.fullmatch(r'"?sep=.?"?[,;]*', lines[0].strip(), re.IGNORECASE):
        return DeliveryProblem(
            "the first line tells a spreadsheet the separator (sep=); a row of headings must come first",
            f"{export}, and without that line",
            row=1,
            code="contract_unmet",
        )
    found = {separator: _words(_cells(lines[0], separator)) for separator in called}
    other = max(found, key=found.__getitem__)
    if found[other] >= FEW and found[other] > found[delimiter]:
        return DeliveryProblem(
            f"the columns are separated by {called[other]}, and the contract states {called[delimiter]}",
            export,
            row=1,
            code="contract_unmet",
        )
    at = _headings_below([_cells(line, delimiter) for line in lines])
    return _titled("", at, "line") if at else None


def _headings_below(rows: list[list[Any]]) -> int | None:
    """Which of the rows, from 1, has the headings, if it is not the first."""
    found = [_words(row) for row in rows]
    most = max(found, default=0)
    return found.index(most) + 1 if found and found[0] < FEW <= most and most > found[0] else None


def _titled(sheet: str, at: int, line: str) -> DeliveryProblem:
    above = f"{at - 1} {line}{'s' if at > 2 else ''}"
    return DeliveryProblem(
        f"{sheet}the headings are in {line} {at}, below {above} of something else",
        f"Delete the {above} above the headings, so that the first {line} is that of the headings",
        code="contract_unmet",
    )


def _words(cells: Iterable[object]) -> int:
    return sum(isinstance(cell, str) and word(cell) is not None for cell in cells)


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []
