"""Which contract a delivery keeps: by its source, the name of the file, the period, and the headings it brings."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from expectations.contract import Contract, File, Table

PLACEHOLDERS = {
    "extract_date": r"(?P<extract_date>\d{4}-?\d{2}-?\d{2})",
    "school_id": r"(?P<school_id>\d{7})",
    "year": r"(?P<year>\d{4})",
    "term": r"(?P<term>autumn|spring|summer)",
    "academic_year": r"(?P<academic_year>\d{4}-\d{2})",
}


@dataclass(frozen=True)
class Content:
    """What a file shows before its rows are read: headings by sheet (one unnamed for CSV), first row, XML paths."""

    headings: dict[str, list[str]] = field(default_factory=dict)
    first_row: list[str | None] = field(default_factory=list)
    paths: frozenset[str] = frozenset()
    period: str | None = None


@dataclass(frozen=True)
class Match:
    """A contract that fits, the kind of file, what the name says, and for each table heading by heading the columns."""

    contract: Contract
    file: File
    name_says: dict[str, str]
    headings: dict[str, dict[str, tuple[str, ...]]]


class NoMatch(Exception):
    """No contract fits. The text names the closest, what is wrong with the headings and what to do; no values."""


def choose(contracts: Iterable[Contract], file_name: str, content: Content) -> Match:
    """The contract that the file keeps. Versions made for its period come first, then those nearest in time.

    Raises NoMatch when none fits, saying which came closest and why it does not fit.
    """
    contracts = list(contracts)
    named = [
        (contract, file, says)
        for contract in contracts
        for file in contract.files
        if (says := name_says(file, file_name)) is not None
    ]
    if not named:
        raise NoMatch(_no_name(contracts, file_name))
    fitting = [candidate for candidate in named if _first_row_fits(candidate[0], candidate[1], content)] or named
    fitting.sort(key=lambda candidate: _distance(candidate[0], _period(candidate[2], content)))
    problems: list[tuple[int, str, list[str]]] = []
    for contract, file, says in fitting:
        found, headings = _compare(contract, file, content)
        if not found:
            return Match(contract, file, says, headings)
        problems.append((len(found), contract.name, found))
    _, closest, found = min(problems, key=lambda problem: problem[0])
    raise NoMatch(
        f"no contract fits; the closest is {closest}: {'; '.join(found)}. Deliver the file with these headings, "
        f"or declare what changed in expectations/contracts/{closest}.yml (or a new version beside it)"
    )


def name_says(file: File, file_name: str) -> dict[str, str] | None:
    """What a file's name states (extract_date, year, term …), or None if it is not a name of this kind of file."""
    for template in file.names:
        pattern = "".join(
            PLACEHOLDERS.get(part[1:-1], ".*" if part == "*" else re.escape(part))
            for part in re.split(r"(\{\w+\}|\*)", template)
        )
        if match := re.fullmatch(pattern, file_name, re.IGNORECASE):
            return {group: value.lower() for group, value in match.groupdict().items()}
    return None


def same_heading(heading: str) -> str:
    """The form in which headings are compared: case, spaces and underscores do not matter."""
    return re.sub(r"[\s_]+", "", heading).casefold()


def _period(says: dict[str, str], content: Content) -> str | None:
    return content.period or (f"{says['year']}-{says['term']}" if {"year", "term"} <= says.keys() else None)


def _distance(contract: Contract, period: str | None) -> int:
    """0 for a version made for the period, else the number of terms between them."""
    first, last = contract.periods.first, contract.periods.last
    if period is None:
        return 0
    at = _ordinal(period)
    if first and at < _ordinal(first):
        return _ordinal(first) - at
    if last and at > _ordinal(last):
        return at - _ordinal(last)
    return 0


def _ordinal(period: str) -> int:
    """Census terms counted: within a calendar year they run spring, summer, autumn."""
    year, term = period.split("-")
    return int(year) * 3 + ("spring", "summer", "autumn").index(term)


def _first_row_fits(contract: Contract, file: File, content: Content) -> bool:
    """Whether the first row looks as the contract says; a file without rows fits any."""
    if not contract.first_row or file.table is None or not content.first_row:
        return True
    table = contract.tables[f"{contract.source}__{file.table}"]
    mapping, _, _ = _mapping(table, next(iter(content.headings.values()), []), file)
    row = dict(zip(next(iter(content.headings.values())), content.first_row, strict=False))
    for column, pattern in contract.first_row.items():
        value = next((row.get(heading) for heading in mapping.get(column, ())), None)
        if value is None or not re.fullmatch(pattern, value.strip()):
            return False
    return True


def _compare(
    contract: Contract, file: File, content: Content
) -> tuple[list[str], dict[str, dict[str, tuple[str, ...]]]]:
    """The problems of the headings against the contract, and for each table its columns with their headings."""
    if contract.format == "xml":
        return _undeclared_paths(contract, content.paths), {}
    if contract.format == "csv":
        table_name = f"{contract.source}__{file.table}"
        mapping, undeclared, problems = _mapping(
            contract.tables[table_name], next(iter(content.headings.values()), []), file
        )
        return _described(problems, undeclared), {table_name: mapping}
    problems, headings = [], {}
    sheets = {same_heading(sheet): sheet for sheet in content.headings}
    for table_name, table in contract.tables.items():
        sheet = sheets.pop(same_heading(table.sheet or table.name), None)
        if sheet is None:
            problems.append(f"the sheet {table.sheet or table.name} is missing")
            continue
        mapping, undeclared, wrong = _mapping(table, content.headings[sheet], file)
        problems.extend(f"sheet {sheet}: {problem}" for problem in _described(wrong, undeclared))
        headings[table_name] = mapping
    problems.extend(f"the sheet {sheet[:40]} is not declared" for sheet in sheets.values())
    return problems, headings


def _mapping(
    table: Table, headings: list[str], file: File
) -> tuple[dict[str, tuple[str, ...]], list[str], list[tuple[str, str]]]:
    """For each column the headings that fill it; the undeclared headings; and (column, problem) for what is wrong."""
    mapping: dict[str, tuple[str, ...]] = {}
    problems: list[tuple[str, str]] = []
    by_form: dict[str, str] = {}
    for heading in headings:
        if same_heading(heading) in by_form:
            problems.append(("", f"the heading {heading[:60]} stands twice"))
        by_form[same_heading(heading)] = heading
    used = set()
    for column in table.columns:
        if column.name in file.values or column.name in ("census_year", "census_term"):
            continue
        forms = list(dict.fromkeys(same_heading(name) for name in (*column.aliases, column.name)))
        present = [by_form[form] for form in forms if form in by_form]
        used.update(same_heading(heading) for heading in present)
        if len(present) > 1 and not column.first_of_aliases:
            problems.append((column.name, f"the headings {' and '.join(present)} both mean {column.name}"))
        elif present:
            mapping[column.name] = tuple(present)
        elif column.required:
            problems.append((column.name, f"the required column {_shown(column.aliases, column.name)} is missing"))
    undeclared = [
        heading
        for form, heading in by_form.items()
        if form not in used and not any(fnmatchcase(form, same_heading(pattern)) for pattern in table.ignored)
    ]
    if headings and not mapping:
        # Without one known heading the first row may be a child's: say nothing of what stands in it.
        unknown = (
            f"none of the {len(headings)} cells of the first row is a known heading; a row of headings must come first"
        )
        return mapping, [], [("", unknown)]
    return mapping, undeclared, problems


def _described(problems: list[tuple[str, str]], undeclared: list[str]) -> list[str]:
    """The problems in words; a missing column is set beside the undeclared heading that looks most like it."""
    words = []
    rest = list(undeclared)
    for column, problem in problems:
        names = {same_heading(heading): heading for heading in rest}
        close = difflib.get_close_matches(same_heading(column), names, n=1, cutoff=0.5) if "missing" in problem else []
        words.append(f"{problem}, did {names[close[0]][:60]} take its place?" if close else problem)
    words.extend(f"the column {heading[:60]} is not declared" for heading in undeclared[:10])
    if len(undeclared) > 10:
        words.append(f"and {len(undeclared) - 10} more columns are not declared")
    return words


def _undeclared_paths(contract: Contract, paths: Iterable[str]) -> list[str]:
    declared = declared_paths(contract)
    return [
        f"the element {path[:80]} is not declared"
        for path in sorted(paths)
        if not is_declared(contract, declared, path)
    ]


def declared_paths(contract: Contract) -> frozenset[str]:
    """Every path within a pupil that a column of an XML contract reads."""
    return frozenset(
        f"{record.path}/{path}" if record else path
        for table in contract.tables.values()
        for record in (table.records or (None,))
        for column in table.columns
        for path in column.paths
    )


def is_declared(contract: Contract, declared: frozenset[str], path: str) -> bool:
    """Whether a path is read, or ignored with a pattern on itself or on an element around it."""
    steps = path.split("/")
    around = ["/".join(steps[: depth + 1]) for depth in range(len(steps))]
    return path in declared or any(fnmatchcase(part, pattern) for part in around for pattern in contract.ignored)


def _shown(aliases: tuple[str, ...], name: str) -> str:
    return f"{aliases[0]} ({name})" if aliases else name


def _no_name(contracts: list[Contract], file_name: str) -> str:
    templates = sorted({template for contract in contracts for file in contract.files for template in file.names})
    known = {re.sub(r"\{(\w+)\}", r"<\1>", template): template for template in templates}
    close = difflib.get_close_matches(file_name, known, n=3, cutoff=0.0)
    return f"the name {file_name[:80]} is not one a contract knows; name it like {' or '.join(close)}"
