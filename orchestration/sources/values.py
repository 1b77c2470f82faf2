"""What the values of a column look like, counted by DuckDB: how many keep a rule of the contracts, in which forms.

A value itself is handed out only as a code, by `codes_of`; everything else is counts, lengths and forms.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import duckdb

from expectations.contract.cleaning import cleaned, text
from expectations.contract.model import Column, Table
from expectations.contract.row_checks import reasons
from expectations.council.seed import PROJECT, SEEDS
from expectations.reference import date_formats
from orchestration.build.engine import one_row

FORMS_NOT_READ = {
    "%d/%m/%y": "a year of two digits",
    "%m/%d/%Y": "the month first",
    "%d.%m.%Y": "points between",
    "%Y%m%d": "no marks between",
    "%d %B %Y": "the month in words",
    "%d %b %Y": "the month in words",
    "%d/%m/%Y %H:%M": "a time of day",
    "%d/%m/%Y %H:%M:%S": "a time of day",
}
"""Forms of days that are met with and that no contract takes, by what is told of them."""

CODE = re.compile(r"[A-Z0-9][A-Z0-9+/&._-]{0,7}")
FEW = 30
ROWS_A_CODE = 3
"""So many rows at least share a code, on average: what fewer share may be a name."""


@dataclass(frozen=True)
class Filled:
    """How a column is filled: rows, filled ones, distinct values, and the shortest and longest in letters."""

    rows: int
    filled: int
    distinct: int
    shortest: int
    longest: int
    words: float

    @property
    def is_full(self) -> bool:
        return self.rows > 0 and self.filled == self.rows

    @property
    def are_distinct(self) -> bool:
        return self.filled > 1 and self.distinct == self.filled


@dataclass(frozen=True)
class Kept:
    """How many of the filled values keep a rule, and the reasons why others do not, most frequent first."""

    filled: int
    failing: int
    reasons: tuple[tuple[str, int], ...] = ()

    @property
    def rate(self) -> float:
        return 1 - self.failing / self.filled if self.filled else 0.0

    @property
    def evidence(self) -> str:
        if not self.failing:
            return f"{self.filled:,} of {self.filled:,} values keep it"
        why = ", ".join(f"{reason} {count:,}" for reason, count in self.reasons[:3])
        return f"{self.filled - self.failing:,} of {self.filled:,} values keep it, {self.failing:,} fail ({why})"


def filled(connection: duckdb.DuckDBPyConnection, relation: str, cell: str) -> Filled:
    """How a column of the relation is filled."""
    value = f"nullif(trim({cell}), '')"
    rows, count, distinct, shortest, longest, words = one_row(
        connection.execute(
            f"""
            select
                count(*), count({value}), count(distinct {value}), coalesce(min(length({value})), 0),
                coalesce(max(length({value})), 0),
                coalesce(avg(length(regexp_replace({value}, '\\S+', 'w', 'g')) / 2 + 0.5), 0)
            from {relation}
            """
        )
    )
    return Filled(rows, count, distinct, shortest, longest, float(words))


def kept(connection: duckdb.DuckDBPyConnection, relation: str, cell: str, column: Column) -> Kept:
    """How many values keep the rules of a contract's column, judged as a delivery would be."""
    alone = column.model_copy(update={"name": "value", "required": False, "on_error": "quarantine"})
    found = connection.execute(
        f"""
        with clean as (select {cleaned(alone, cell)} as "value" from {relation}),
        judged as (
            select "value", {reasons(Table(name="t", columns=(alone,)))} as why from clean where "value" is not null
        )
        select coalesce(replace(why[1], 'value:', ''), ''), count(*) from judged group by all order by count(*) desc
        """
    ).fetchall()
    failing = tuple((reason, count) for reason, count in found if reason)
    return Kept(sum(count for _, count in found), sum(count for _, count in failing), failing)


def date_forms(
    connection: duckdb.DuckDBPyConnection, relation: str, cell: str
) -> tuple[dict[str, int], dict[str, int], int]:
    """Rows by form of day that contracts take, rows by what is told of other forms, and how many days of the form
    DD/MM/YYYY are also one with day and month exchanged."""
    value = f"trim({cell})"
    taken = _first_form(date_formats(), value, "and year(try_strptime({value}, {form})) > 99")
    other = _first_form(FORMS_NOT_READ, value, "")
    rows = connection.execute(
        f"""
        select coalesce(taken, ''), coalesce(case when taken is null then other end, ''),
            try_strptime(value, '%d/%m/%Y') is not null and try_strptime(value, '%m/%d/%Y') is not null, count(*)
        from (select {value} as value, {taken} as taken, {other} as other from {relation} where {value} <> '')
        group by all
        """
    ).fetchall()
    known: dict[str, int] = {}
    unread: dict[str, int] = {}
    either = 0
    for form, not_read, is_either, count in rows:
        if form:
            known[form] = known.get(form, 0) + count
            either += count if is_either and form == "%d/%m/%Y" else 0
        elif not_read:
            words = FORMS_NOT_READ[not_read]
            unread[words] = unread.get(words, 0) + count
    return known, unread, either


def _first_form(forms: Iterable[str], value: str, also: str) -> str:
    """SQL of the first form by which a value is a day; null where none is."""
    tries = " ".join(
        f"when try_strptime({value}, {text(form)}) is not null {also.format(value=value, form=text(form))} "
        f"then {text(form)}"
        for form in forms
    )
    return f"case {tries} end"


def distinct(connection: duckdb.DuckDBPyConnection, relation: str, cell: str, most: int) -> dict[str, int] | None:
    """The values with their rows, where there are no more than `most`; else None."""
    found = connection.execute(
        f"select trim({cell}), count(*) from {relation} where trim({cell}) <> '' group by 1 order by 2 desc, 1 "
        f"limit {most + 1}"
    ).fetchall()
    return dict(found) if len(found) <= most else None


def shape(connection: duckdb.DuckDBPyConnection, relation: str, cell: str) -> tuple[str, int, int]:
    """The commonest form of a column's values, as `AA9 9AA`, its rows, and how many forms there are.

    Small letters are one a, however many; marks other than spaces, hyphens and slashes are one ?.
    """
    value = f"trim({cell})"
    for pattern, put in (("[A-Z]", "A"), ("[a-z]+", "a"), ("[0-9]", "9"), ("[^A-Za0-9 /-]", "?")):
        value = f"regexp_replace({value}, '{pattern}', '{put}', 'g')"
    found = connection.execute(
        f"select {value}, count(*) from {relation} where trim({cell}) <> '' group by 1 order by 2 desc, 1"
    ).fetchall()
    return (str(found[0][0])[:24], found[0][1], len(found)) if found else ("", 0, 0)


def stands_out(connection: duckdb.DuckDBPyConnection, relation: str, cells: list[str], first: list[str]) -> bool:
    """Whether a row is plainly of another kind than those below it: of two columns or more that hold numbers or days
    alone, none of its cells is one."""
    if not cells:
        return False
    share = ", ".join(
        f"coalesce(avg(regexp_full_match(trim({cell}), '[0-9][0-9/:. -]*')::int) filter (where trim({cell}) <> ''), 0)"
        for cell in cells
    )
    shares = one_row(connection.execute(f"select {share} from {relation}"))
    numeric = [cell for cell, rate in zip(first, shares, strict=True) if rate >= NEARLY_ALL]
    return len(numeric) > 1 and not any(re.search(r"^\s*[0-9]|^\s*$", cell) for cell in numeric)


NEARLY_ALL = 0.95


def lost_zeros(connection: duckdb.DuckDBPyConnection, relation: str, cell: str) -> tuple[int, int, int]:
    """Of a column of digits that are no running numbers: how long most are, how many shorter, how many begin with 0.

    (0, 0, 0) where nothing looks lost.
    """
    value = f"trim({cell})"
    longest, shorter, zeros, spread, count = one_row(
        connection.execute(
            f"""
            with digits as (select distinct {value} as d from {relation} where regexp_full_match({value}, '[0-9]+')),
            sized as (select d, length(d) as size, try_cast(d as hugeint) as n from digits)
            select coalesce(max(size), 0), count(*) filter (where size < (select max(size) from sized)),
                count(*) filter (where d[1] = '0'), coalesce(max(n) - min(n) + 1, 0), count(*)
            from sized
            """
        )
    )
    is_running = count and spread <= 3 * count
    return (0, 0, 0) if longest < 4 or not 0 < shorter < count / 2 or is_running else (longest, shorter, zeros)


def codes_of(values: dict[str, int], is_personal: bool) -> list[str]:
    """Values that may be shown, the commonest first; [] where any of them could name or tell of somebody.

    They are few, each is shared by rows enough, and each is a short code in capitals, or is made of words that the
    reference seeds use and that are no forename.
    """
    total = sum(values.values())
    if is_personal or not values or len(values) > FEW or total < ROWS_A_CODE * len(values):
        return []
    are_codes = all(CODE.fullmatch(value) for value in values)
    letters = max(len(re.sub("[^A-Z]", "", value)) for value in values)
    if are_codes and (letters <= LETTERS_OF_A_CODE or all(re.search(r"\d", value) for value in values)):
        return list(values)
    return list(values) if all(_is_plain(value) for value in values) else []


LETTERS_OF_A_CODE = 4
FORENAMES = SEEDS / "ref_forename_variant.csv"
WORDS_OF_THE_PROJECT = (PROJECT / "docs/reference/glossary.md", PROJECT / "models/docs/columns.md")
FIELD_WORDS = frozenset(
    {"yes", "no", "true", "false", "none", "high", "medium", "low", "neglect", "emotional", "physical", "sexual"}
    | {
        "bullying",
        "exploitation",
        "safeguarding",
        "concern",
        "concerns",
        "protection",
        "monitoring",
        "welfare",
        "online",
    }
    | {"allocated", "pending", "refused", "granted", "ceased", "transferred", "withdrawn", "current", "previous"}
)
"""Words that codes are made of, beside those that the project itself uses."""


def _is_plain(value: str) -> bool:
    words = re.findall(r"[A-Za-z]+", value)
    return bool(words) and len(words) <= 5 and all(word.casefold() in _vocabulary() for word in words)


@cache
def _vocabulary() -> frozenset[str]:
    """The words of the reference seeds, of the glossary and of what columns are called, and some of the field, without
    any that is a forename."""
    texts = [*(path for path in SEEDS.glob("*.csv") if path != FORENAMES), *WORDS_OF_THE_PROJECT]
    words = {found.casefold() for path in texts for found in re.findall("[A-Za-z]+", path.read_text(encoding="utf-8"))}
    names = {found.casefold() for found in re.findall("[A-Za-z]+", FORENAMES.read_text(encoding="utf-8"))}
    return frozenset((words | FIELD_WORDS) - names)
