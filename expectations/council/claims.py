"""What the seeds' own data tests claim of cells and of dated rows, asked of a council's rows before anything is built.

dbt's tests ask it again of the tables; here the answer names the file and the row.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from expectations.council import seed
from expectations.council.problem import Line, Problem
from expectations.council.seed import Claim, Row, Seed

Lines = Mapping[str, list[Line]]


def broken(lines: Lines, merged: Mapping[str, list[Row]]) -> Iterator[Problem]:
    """What a council's rows break: `lines` are its rows by seed, `merged` all rows of every seed with them."""
    for name, own in lines.items():
        put = [line for line in own if not line.is_removal]
        for claim in seed.named(name).claims:
            if claim.kind == "not_null":
                yield from (line.problem(claim.column, "it is blank", "Fill it") for line in put if _blank(claim, line))
            elif claim.kind == "accepted_values":
                yield from _not_accepted(claim, put)
            elif claim.kind == "no_overlap":
                yield from _overlapping(seed.named(name), claim, put, merged[name])
            elif claim.kind == "row_count_equals" and any(line.is_removal for line in own):
                yield Problem(own[0].file, None, None, "the seed has one row, which stays", "Change its values")
    for name, all_rows in merged.items():
        for claim in seed.named(name).claims:
            if claim.kind == "relationships":
                yield from _pointing_nowhere(seed.named(name), claim, lines, all_rows, merged)


def _blank(claim: Claim, line: Line) -> bool:
    return line.cells.get(claim.column) == ""


def _not_accepted(claim: Claim, put: Iterable[Line]) -> Iterator[Problem]:
    values = [str(value) for value in claim.arguments["values"]]
    for line in put:
        if (cell := line.cells.get(claim.column)) and cell not in values:
            yield line.problem(claim.column, f"{cell!r} is not among the values", f"Write one of {', '.join(values)}")


def _overlapping(of: Seed, claim: Claim, put: Iterable[Line], all_rows: Iterable[Row]) -> Iterator[Problem]:
    """Rows of one thing whose days run into each other: the council's are named, whichever the other is."""
    starts = claim.arguments.get("from_column", "valid_from_date")
    ends = claim.arguments.get("to_column", "valid_to_date")
    things: dict[tuple[str, ...], list[Row]] = {}
    for row in all_rows:
        if row[starts] != row[ends]:
            things.setdefault(tuple(row[column] for column in claim.arguments["partition_by"]), []).append(row)
    by_key = {of.key_of(line.cells): line for line in put}
    for found in things.values():
        for earlier, later in pairwise(sorted(found, key=lambda row: (row[starts], row[ends]))):
            line = by_key.get(of.key_of(later)) or by_key.get(of.key_of(earlier))
            if line and earlier[ends] > later[starts]:
                remedy = f"End the one of {earlier[starts]} on {later[starts]}: a row with its key and {ends}"
                fault = f"two rows hold from {later[starts]}: the one before ends on {earlier[ends]}"
                yield line.problem(starts, fault, remedy)
        for row in found:
            if (line := by_key.get(of.key_of(row))) and row[ends] < row[starts]:
                yield line.problem(ends, "it ends before it begins", "Correct the days")


def _pointing_nowhere(
    of: Seed, claim: Claim, lines: Lines, all_rows: Iterable[Row], merged: Mapping[str, list[Row]]
) -> Iterator[Problem]:
    """Rows that name a row of another seed which is not there: the council's own, or those it took the row from."""
    (target,) = re.findall(r"ref\('(\w+)'\)", claim.arguments["to"])
    if target not in merged or not (of.name in lines or target in lines):
        return
    column, known = claim.arguments["field"], {row[claim.arguments["field"]] for row in merged[target]}
    by_key = {of.key_of(line.cells): line for line in lines.get(of.name, []) if not line.is_removal}
    for row in all_rows:
        cell = row[claim.column]
        if not cell or cell in known:
            continue
        if line := by_key.get(of.key_of(row)):
            yield line.problem(claim.column, f"{target} has no {cell}", f"Write one of {', '.join(sorted(known))}")
        for line in lines.get(target, []):
            if line.is_removal and line.cells.get(column) == cell:
                remedy = f"Take {' '.join(of.key_of(row))} away too, in seeds/{of.name}.csv"
                yield line.problem(column, f"{of.name} has a row for {cell}", remedy)
