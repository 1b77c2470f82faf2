"""A value as it is checked, loaded and joined: one SQL expression for every kind of column, so that no two can differ.

Spreadsheets and web pages leave marks that nobody sees: no-break spaces, marks of no width, dashes that are no hyphens.
A check that passes over them while a join does not makes a child who does not exist.
"""

from expectations.contract.model import Column
from expectations.reference import codes

UNSEEN = r"\pZ\p{Cf}\s\x{0B}\x{1C}-\x{1F}\x{85}"
"""Of a class of a regular expression: spaces and line ends of Unicode, and marks that have no width or no form."""

DASHES = r"[\p{Pd}\x{2212}]"


def cleaned(column: Column, value: str) -> str:
    """SQL of a column's value, of text `value`, as it is checked and loaded; null where nothing stands.

    The ends lose what is not seen, and spaces within become plain ones. What has a form (a type or a pattern) loses
    marks without width, and its dashes are hyphens; a code is written as its code set writes it, a learner number as
    digits. Names and addresses (`pii: direct`) stay as they are: they are compared by their letters. Only values that
    hold more than visible ASCII cost more than a look.
    """
    if column.type == "text" and column.pii == "direct":
        return f"case when regexp_full_match({value}, '[{UNSEEN}]*') then null else {value} end"
    shown = f"regexp_replace(regexp_replace({value}, '^[{UNSEEN}]+|[{UNSEEN}]+$', '', 'g'), '\\pZ', ' ', 'g')"
    if column.type != "text" or column.pattern:
        shown = f"regexp_replace(regexp_replace({shown}, '\\p{{Cf}}', '', 'g'), '{DASHES}', '-', 'g')"
    found = f"nullif(case when regexp_matches({value}, '[^!-~]') then {shown} else {value} end, '')"
    if column.type == "uln":
        # Tools that take it for a number write one nought behind a point; 9999999999 says that there is none yet.
        found = f"nullif(regexp_replace({found}, '\\.0$', ''), '9999999999')"
    return _as_in_the_set(column, found) if column.codes else found


def text(value: str) -> str:
    """A string as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def in_set(column: Column, value: str) -> str:
    """SQL: whether a value is one of the column's codes as its code set writes them.

    A list is one constant; of `in (…)` DuckDB lays out a column for each code, before the first row is read.
    """
    return f"list_contains([{', '.join(text(code) for code in codes(column.codes))}], {value})"


def _as_in_the_set(column: Column, value: str) -> str:
    """The code of the set that differs from the value in its capitals alone; the value where there is not just one."""
    by_capitals: dict[str, list[str]] = {}
    for code in codes(column.codes):
        by_capitals.setdefault(code.upper(), []).append(code)
    entries = ", ".join(f"{text(form)}: {text(found[0])}" for form, found in by_capitals.items() if len(found) == 1)
    return (
        f"case when {in_set(column, value)} then {value} else coalesce(map {{{entries}}}[upper({value})], {value}) end"
    )
