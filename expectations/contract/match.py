"""Which contract a delivery keeps: by its source, the name of the file, the period, and the headings it brings."""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from typing import Literal

from expectations.contract import remedy as remedies
from expectations.contract.free_text import is_free_text, is_of_staff, is_refused
from expectations.contract.model import ITSELF, Contract, File, Periods, Table, load_contracts
from expectations.contract.words import element, same_heading, word

PLACEHOLDERS = {
    "extract_date": r"\d{4}-?\d{2}-?\d{2}",
    "school_id": r"\d{7}",
    "year": r"\d{4}",
    "term": r"autumn|spring|summer",
    "academic_year": r"\d{4}-\d{2}",
    # What schools' systems call a return: 9994001_SC2_999LL26_003.xml.
    "census_number": r"[1-3]",
    "la_code": r"\d{3}",
    "short_year": r"\d{2}",
    # A day that is written with its day first: Blade-Export_15-01-2026_person.csv.
    "month": r"\d{2}",
    "day": r"\d{2}",
    "serial_number": r"\d{3}",
}
"""What stands in a name at a placeholder: of so narrow a form that no name of a person can."""


@dataclass(frozen=True)
class Content:
    """What a file shows before its rows are read: headings by sheet (one unnamed for CSV), first row, XML paths.

    Of each path the number of the first pupil that has it.
    """

    headings: dict[str, list[str]] = field(default_factory=dict)
    first_row: list[str | None] = field(default_factory=list)
    paths: Mapping[str, int] = field(default_factory=dict)
    period: str | None = None


@dataclass(frozen=True)
class Match:
    """A contract that fits, the kind of file, what the name says, and for each table heading by heading the columns.

    `remarks` tell of headings and sheets that a published file has and the contract does not know.
    """

    contract: Contract
    file: File
    values_in_name: dict[str, str]
    headings: dict[str, dict[str, tuple[str, ...]]]
    remarks: tuple[str, ...] = ()


class NoMatch(Exception):
    """No contract fits: which is the closest, what is wrong with the headings, what whoever made the file can do about
    it, and what can be done `here`.

    It says nothing that the file says of itself, but for words of the contracts. `code` is one of ref_rejection_reason.
    """

    def __init__(
        self, what: str, remedy: str, code: Literal["name_unknown", "contract_unmet"], here: str | None = None
    ) -> None:
        self.what, self.remedy, self.code, self.here = what, remedy, code, here
        super().__init__(". ".join(filter(None, (what, remedy, here))))


def choose(contracts: Iterable[Contract], file_name: str, content: Content) -> Match:
    """The contract that the file keeps. Versions made for its period come first, then those nearest in time.

    Raises NoMatch when none fits, saying which came closest and why it does not fit.
    """
    contracts = list(contracts)
    named = [
        (contract, file, says)
        for contract in contracts
        for file in contract.files
        if (says := values_in_name(file, file_name)) is not None
    ]
    if not named:
        raise _no_name(contracts, content)
    fitting = [candidate for candidate in named if first_row_fits(candidate[0], candidate[1], content)] or named
    fitting.sort(key=lambda candidate: distance(candidate[0], period_of(candidate[2], content)))
    tried: list[tuple[Contract, File, list[str]]] = []
    for contract, file, says in fitting:
        found, headings, remarks = compare(contract, file, content)
        if not found:
            return Match(contract, file, says, headings, tuple(remarks))
        tried.append((contract, file, found))
    nearest = distance(fitting[0][0], period_of(fitting[0][2], content))
    of_its_time = [contract for contract, _, says in fitting if distance(contract, period_of(says, content)) == nearest]
    raise _unmet(tried, of_its_time, content)


def _unmet(tried: list[tuple[Contract, File, list[str]]], of_its_time: list[Contract], content: Content) -> NoMatch:
    """The closest contract of the right time, whether one of another time or kind comes closer, and what to do."""
    contract, file, found = min((one for one in tried if one[0] in of_its_time), key=lambda one: len(one[2]))
    best, _, less = min(tried, key=lambda one: len(one[2]))
    what = f"no contract fits; the closest is {contract.name}: {'; '.join(found)}"
    if len(less) < len(found):
        what += f". {best.name}, which is for {_in_words(best.periods)}, fits better: {'; '.join(less)}"
    remedy = remedies.send(contract, file)
    if other := _of_another_kind(contract.format, [file for _, file, _ in tried], content):
        what += f". Its headings are those of {other[0].name} ({other[1].kind})"
        named = f"{remedies.names([other[1]])}, of {other[0].source}"
        remedy = f"If that is what it is, name it like {named}. If not: {remedy}"
    here = f"If the source has changed for good, declare it in {contract.declared_in}, or in a new version beside it"
    return NoMatch(what, remedy, "contract_unmet", here)


def _of_another_kind(form: str, but: list[File], content: Content) -> tuple[Contract, File] | None:
    """The kind of file, other than those, whose contract the headings keep."""
    present = {same_heading(heading) for headings in content.headings.values() for heading in headings}
    others = (
        (contract, file)
        for contract in load_contracts()
        if contract.format == form != "xml"
        for file in contract.files
        if file not in but and _has_needed(contract, file, present)
    )
    return next(
        (
            (contract, file)
            for contract, file in others
            if not compare(contract, file, content)[0] and first_row_fits(contract, file, content)
        ),
        None,
    )


def _has_needed(contract: Contract, file: File, present: set[str]) -> bool:
    """Whether headings, in the form in which they are compared, have what a file of this kind needs: a quick look."""
    tables = [contract.tables[f"{contract.source}__{file.table}"]] if file.table else contract.tables.values()
    return all(
        any(same_heading(name) in present for name in (*column.aliases, column.name))
        for table in tables
        for column in table.columns
        if column.required and column.name not in {*file.values, "census_year", "census_term"}
    )


def _in_words(periods: Periods) -> str:
    return " to ".join(filter(None, (periods.first, periods.last))) or "any time"


def values_in_name(file: File, file_name: str) -> dict[str, str] | None:
    """What a file's name states (extract_date, year, term …), or None if it is not a name of this kind of file."""
    return next(
        (says for template in file.names if (says := _values_by_template(template, file_name)) is not None), None
    )


def named_after(file_name: str) -> tuple[str, dict[str, str]] | None:
    """The template of any contract that a name keeps from end to end, and what it states by it; None if there is none.

    A template that any name keeps (`*.xml`) is none.
    """
    for template in _templates(sources=None):
        if (says := _values_by_template(template, file_name)) is not None:
            return template, says
    return None


def sources_by_name(file_name: str) -> set[str]:
    """The sources whose contracts have a template that the name keeps, other than one that any name keeps."""
    sources = {contract.source for contract in load_contracts()}
    return {
        source
        for source in sources
        if any(_values_by_template(template, file_name) is not None for template in _templates(frozenset({source})))
    }


@cache
def _templates(sources: frozenset[str] | None) -> tuple[str, ...]:
    """The templates of some sources, or of all, that say something of a file."""
    found = {
        template
        for contract in load_contracts()
        if sources is None or contract.source in sources
        for file in contract.files
        for template in file.names
    }
    return tuple(sorted(template for template in found if not template.startswith("*.")))


def _values_by_template(template: str, file_name: str) -> dict[str, str] | None:
    match = _pattern(template).fullmatch(file_name)
    return {group: value.lower() for group, value in match.groupdict().items()} if match else None


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """ASCII alone: elsewhere there are other digits, and letters that only look like those of a template."""
    parts = (
        f"(?P<{part[1:-1]}>{PLACEHOLDERS[part[1:-1]]})"
        if part.startswith("{")
        else ".*"
        if part == "*"
        else re.escape(part)
        for part in re.split(r"(\{\w+\}|\*)", template)
    )
    return re.compile("".join(parts), re.IGNORECASE | re.ASCII)


def period_of(values: dict[str, str], content: Content) -> str | None:
    """The census term that the header or the name of a file states."""
    return content.period or (f"{values['year']}-{values['term']}" if {"year", "term"} <= values.keys() else None)


def distance(contract: Contract, period: str | None) -> int:
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


def first_row_fits(contract: Contract, file: File, content: Content) -> bool:
    """Whether the first row looks as the contract says; a file without rows fits any."""
    if not contract.first_row or file.table is None or not content.first_row:
        return True
    table = contract.tables[f"{contract.source}__{file.table}"]
    mapping, _, _ = _mapping(contract.source, table, next(iter(content.headings.values()), []), file)
    row = dict(zip(next(iter(content.headings.values())), content.first_row, strict=False))
    for column, pattern in contract.first_row.items():
        value = next((row.get(heading) for heading in mapping.get(column, ())), None)
        if value is None or not re.fullmatch(pattern, value.strip()):
            return False
    return True


def compare(
    contract: Contract, file: File, content: Content
) -> tuple[list[str], dict[str, dict[str, tuple[str, ...]]], list[str]]:
    """The problems of the headings against the contract, by table the columns with their headings, and remarks."""
    if contract.format == "xml":
        return _undeclared_paths(contract, content.paths), {}, []
    if contract.format == "csv":
        table_name = f"{contract.source}__{file.table}"
        headings = next(iter(content.headings.values()), [])
        mapping, wrong, notes = _compare_table(contract, contract.tables[table_name], headings, file)
        return wrong, {table_name: mapping}, notes
    problems: list[str] = []
    remarks: list[str] = []
    mappings: dict[str, dict[str, tuple[str, ...]]] = {}
    sheets = sheets_of(contract, content.headings)
    for table_name, table in contract.tables.items():
        declared = table.sheet or table.name
        if len(sheets[table_name]) != 1:
            how_many = "is missing" if not sheets[table_name] else "is there more than once"
            problems.append(f"the sheet {declared} {how_many}")
            continue
        mappings[table_name], wrong, notes = _compare_table(
            contract, table, content.headings[sheets[table_name][0]], file
        )
        problems.extend(f"sheet {declared}: {problem}" for problem in wrong)
        remarks.extend(f"sheet {declared}: {remark}" for remark in notes)
    known = {sheet for found in sheets.values() for sheet in found}
    for number, sheet in enumerate(content.headings, start=1):
        if sheet not in known and not _is_meant(sheet, contract.ignored):
            undeclared = f"{_place('sheet', number, sheet)} is not declared"
            (remarks if contract.undeclared == "warn" else problems).append(undeclared)
    return problems, mappings, remarks


def sheets_of(contract: Contract, names: Iterable[str]) -> dict[str, list[str]]:
    """For each table of a workbook the sheets that its declared name, which may be a pattern, means: it must be one."""
    return {
        table_name: [name for name in names if _is_meant(name, (table.sheet or table.name,))]
        for table_name, table in contract.tables.items()
    }


def _compare_table(
    contract: Contract, table: Table, headings: list[str], file: File
) -> tuple[dict[str, tuple[str, ...]], list[str], list[str]]:
    """The columns of a table with their headings, what is wrong with the headings, and what is only told of.

    A published table may gain headings, but must have every column: a new heading beside a missing column is a renamed
    one, and a column that nobody delivers any more is read as empty by whatever rests on it.
    """
    mapping, undeclared, problems = _mapping(contract.source, table, headings, file)
    if contract.undeclared == "reject":
        return mapping, _described(problems, undeclared), []
    if mapping:
        named = {column for column, _ in problems}
        problems += [
            (column.name, f"the column {_shown(column.aliases, column.name)} is missing")
            for column in table.columns
            if not ({column.name} & (mapping.keys() | file.values.keys() | named))
            and not (column.derive and mapping.keys() >= set(column.derive))
        ]
    if problems:
        return mapping, _described(problems, undeclared), []
    places = ", ".join(_place("column", place, heading) for place, heading in list(undeclared.items())[:10])
    more = f" and {len(undeclared) - 10} more" if len(undeclared) > 10 else ""
    return mapping, [], [f"{places}{more}: not declared, so not loaded"] if undeclared else []


def _mapping(
    source: str, table: Table, headings: list[str], file: File
) -> tuple[dict[str, tuple[str, ...]], dict[int, str], list[tuple[str, str]]]:
    """For each column the headings that fill it; the undeclared headings by their place, from 1; and (column, problem)
    for what is wrong."""
    mapping: dict[str, tuple[str, ...]] = {}
    problems: list[tuple[str, str]] = []
    by_form: dict[str, tuple[int, str]] = {}
    for place, heading in enumerate(headings, start=1):
        form = same_heading(heading)
        if not form:
            problems.append(("", f"column {place} has no heading: write one, or delete the column"))
            continue
        if form in by_form:
            known = f", {word(heading)}" if word(heading) else ""
            problems.append(("", f"columns {by_form[form][0]} and {place} have the same heading{known}"))
        by_form[form] = (place, heading)
    used = set()
    for column in table.columns:
        if column.name in file.values or column.name in ("census_year", "census_term"):
            continue
        names: dict[str, str] = {}
        for name in (*column.aliases, column.name):
            names.setdefault(same_heading(name), name)
        present = [form for form in names if form in by_form]
        used.update(present)
        if len(present) > 1 and not column.first_of_aliases:
            both = " and ".join(names[form] for form in present)
            problems.append((column.name, f"the headings {both} both mean {column.name}"))
        elif present:
            mapping[column.name] = tuple(by_form[form][1] for form in present)
        elif column.required:
            problems.append((column.name, f"the required column {_shown(column.aliases, column.name)} is missing"))
    undeclared = {
        place: heading
        for form, (place, heading) in by_form.items()
        if form not in used and (not _is_meant(heading, table.ignored) or is_refused(source, heading))
    }
    if headings and not mapping:
        # Without one known heading the first row may be a child's: say nothing of what stands in it.
        unknown = (
            f"none of the {len(headings)} cells of the first row is a known heading; a row of headings must come first"
        )
        return mapping, {}, [("", unknown)]
    return mapping, undeclared, problems


def _is_meant(heading: str, patterns: Iterable[str]) -> bool:
    """Whether a heading or sheet is meant by one of the patterns, compared as headings are."""
    form = same_heading(heading)
    return any(fnmatchcase(form, same_heading(pattern)) for pattern in patterns)


def _described(problems: list[tuple[str, str]], undeclared: dict[int, str]) -> list[str]:
    """The problems in words; a missing column is set beside the undeclared heading that looks most like it."""
    words = []
    places = {same_heading(heading): place for place, heading in undeclared.items()}
    for column, problem in problems:
        close = difflib.get_close_matches(same_heading(column), places, n=1, cutoff=0.5) if "missing" in problem else []
        words.append(f"{problem}, did column {places[close[0]]} take its place?" if close else problem)
    shown = list(undeclared.items())[:10]
    words.extend(f"{_place('column', place, heading)} is {_wrong_with(heading)}" for place, heading in shown)
    if len(undeclared) > 10:
        words.append(f"and {len(undeclared) - 10} more columns are not declared")
    return words


def _wrong_with(heading: str) -> str:
    """What an undeclared heading is; what it says is repeated nowhere."""
    if is_free_text(heading):
        return "free text, which tells of persons: take it out of the file"
    return "of members of staff: take it out of the file" if is_of_staff(heading) else "not declared"


def _place(thing: str, place: int, name: str) -> str:
    """What is said of a column or sheet: where it is, and its name if that is a word of some contract."""
    return f"{thing} {place} ({word(name)})" if word(name) else f"{thing} {place}"


def _undeclared_paths(contract: Contract, paths: Mapping[str, int]) -> list[str]:
    declared = declared_paths(contract)
    unknown = {path: pupil for path, pupil in paths.items() if not is_declared(contract, declared, path)}
    return [f"{path} is not declared" for path in elements(unknown)]


def elements(pupils: Mapping[str, int]) -> list[str]:
    """What may be said of paths of elements: their words of some contract, and the first pupil that has them."""
    return list(dict.fromkeys(f"{element(path)} of pupil {pupil}" for path, pupil in sorted(pupils.items())))


def declared_paths(contract: Contract) -> frozenset[str]:
    """Every path within a pupil that a column of an XML contract reads."""
    return frozenset(
        path if not record else record.path if path == ITSELF else f"{record.path}/{path}"
        for table in contract.tables.values()
        for record in (table.records or (None,))
        for column in table.columns
        for path in column.paths
    )


def is_declared(contract: Contract, declared: frozenset[str], path: str) -> bool:
    """Whether a path is read, or ignored with a pattern on itself or on an element around it."""
    steps = path.split("/")
    around = ["/".join(steps[: depth + 1]) for depth in range(len(steps))]
    return path in declared or (
        any(fnmatchcase(part, pattern) for part in around for pattern in contract.ignored)
        and not is_refused(contract.source, path)
    )


def _shown(aliases: tuple[str, ...], name: str) -> str:
    return f"{aliases[0]} ({name})" if aliases else name


def _no_name(contracts: list[Contract], content: Content) -> NoMatch:
    what = "its name is not one that a contract knows"
    other = _of_another_kind(contracts[0].format, [], content)
    if other and not other[0].take:  # What is published has its name; another edition may have the same headings.
        contract, file = other
        what += f"; its headings are those of {contract.name} ({file.kind})"
        return NoMatch(what, f"Name it like {remedies.names([file])}, of {contract.source}", "name_unknown")
    take = next((contract.take for contract in contracts if contract.take), None)
    named = f"Name it like {remedies.names(file for contract in contracts for file in contract.files)}"
    return NoMatch(what, ". ".join(filter(None, (take, named))), "name_unknown")
