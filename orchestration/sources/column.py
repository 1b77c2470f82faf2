"""What each column of an unknown table probably is: every guess with the rows it rests on, and what is odd about it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations

import duckdb

from expectations.contract.model import Column, load_contracts
from expectations.contract.words import same_heading
from expectations.reference import codes
from orchestration.build.engine import one_row
from orchestration.sources import values
from orchestration.sources.headings import column_name, meaning, says
from orchestration.sources.table import Table
from orchestration.sources.values import Filled

ENOUGH = 0.9
"""From this share of values on, a rule may be the column's; who fails it is told."""

ROWS_FOR_ALWAYS = 10
"""Of fewer rows, that each has a value says nothing of the next file."""

PROSE_WORDS, PROSE_LETTERS = 4.0, 60
"""On average so many words, and somewhere so many letters: prose, whatever its heading says."""

SPECIAL = re.compile(r"[.+*?()\[\]{}|\\^$]")
LAESTAB, LSOA = r"\d{3}/?\d{4}", r"[EW]\d{8}"
POSTCODE = r"(?i)[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}"
RESERVED = {
    "from",
    "to",
    "date",
    "end",
    "order",
    "group",
    "select",
    "table",
    "user",
    "when",
    "then",
    "case",
    "column",
    "desc",
    "check",
    "default",
    "limit",
    "all",
    "and",
    "or",
    "not",
}


@dataclass(frozen=True)
class Proposed:
    """A column as it might be declared, `column` None where it had better not be loaded.

    `guesses` say what rests on what; `remarks` what somebody must look into. Neither holds a value but codes.
    """

    place: int
    heading: str
    column: Column | None
    filled: Filled
    guesses: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def cell(self) -> str:
        return f"c{self.place - 1}"

    @property
    def called(self) -> str:
        return f"column {self.place}" + (f" ({self.heading})" if self.heading else "")


def proposed(connection: duckdb.DuckDBPyConnection, table: Table) -> list[Proposed]:
    """The columns of a table, in its order."""
    found: list[Proposed] = []
    forms: dict[str, int] = {}
    names: set[str] = set()
    for place, heading in enumerate(table.headings, start=1):
        form = same_heading(heading)
        one = _proposed(connection, table, place, heading)
        if form and form in forms:
            remark = f"has the same heading as column {forms[form]}: no reader takes both; ask for another heading"
            one = replace(one, column=None, guesses=(), remarks=(remark,))
        forms.setdefault(form, place)
        if table.has_headings and not form:
            one = replace(
                one, column=None, remarks=("has no heading: no reader takes it; ask for one, or have it deleted",)
            )
        if one.column:
            name = _free(one.column.name, heading, place, names)
            names.add(name)
            one = replace(one, column=one.column.model_copy(update={"name": name}))
        found.append(one)
    return found


def key_of(connection: duckdb.DuckDBPyConnection, table: Table, columns: list[Proposed]) -> tuple[tuple[str, ...], str]:
    """The columns that tell each row from every other, and the evidence; none where no one or two do."""
    usable = [one for one in columns if one.column and one.column.on_error == "quarantine"]
    if not table.row_count:
        named = [one for one in usable if says(one.heading) == "identifier"]
        return (
            ((named[0].column.name,), "no rows: the first identifier") if named and named[0].column else ((), "no rows")
        )
    full = [one for one in usable if one.filled.is_full]
    # An identifier first: that birth dates differ in a small file is chance.
    full.sort(key=lambda one: (says(one.heading) != "identifier", one.place))
    for size in (1, 2, 3):
        for chosen in combinations(full[:8], size):
            cells = ", ".join(one.cell for one in chosen)
            (count,) = one_row(
                connection.execute(f"select count(*) from (select distinct {cells} from {table.relation})")
            )
            if count == table.row_count:
                is_sure = says(chosen[0].heading) == "identifier" or size > 1
                note = "" if is_sure else ", but its heading names no identifier"
                return tuple(one.column.name for one in chosen if one.column), f"distinct in all {count:,} rows{note}"
    return (
        (),
        "no three full columns together are distinct in every row: some rows are there twice, or the key is wider",
    )


def _free(name: str, heading: str, place: int, names: set[str]) -> str:
    """The name, or where it is taken or a word of SQL another one."""
    tries = [name, column_name(heading, place), f"{column_name(heading, place)}_{place}"]
    return next(each for each in (f"{one}_value" if one in RESERVED else one for one in tries) if each not in names)


def _proposed(connection: duckdb.DuckDBPyConnection, table: Table, place: int, heading: str) -> Proposed:
    cell = f"c{place - 1}"
    filled = values.filled(connection, table.relation, cell)
    one = Proposed(place, heading, None, filled)
    hint = says(heading)
    known = meaning(heading) if heading else None
    if (hint == "free_text" and (not known or known.like)) or _is_prose(filled):
        of = (
            f"{filled.words:.0f} words on average, up to {filled.longest:,} letters"
            if filled.filled
            else "by its heading"
        )
        return replace(one, guesses=(f"free text ({of}): it tells of persons and is not loaded",))
    if hint == "staff" and not known:
        return replace(one, guesses=("names members of staff, by its heading: not loaded",))
    column: Column | None = None
    guesses: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    if known:
        kept = values.kept(connection, table.relation, cell, _as_tried(known.column))
        if not kept.filled or kept.rate >= ENOUGH:
            column = known.column.model_copy(
                update={"aliases": (), "path": (), "derive": (), "first_of_aliases": False}
            )
            guesses = (known.evidence, _rests_on(known.column, kept))
        else:
            doubts = (f"{known.evidence} as {known.column.name}, but of that rule {kept.evidence}",)
    if column is None:
        column, guesses = _by_values(connection, table, one, hint)
        guesses += doubts
    remarks = tuple(_odd(connection, table, replace(one, column=column), hint))
    is_required = (filled.is_full and filled.rows >= ROWS_FOR_ALWAYS) or (not filled.rows and column.required)
    if is_required and filled.rows:
        guesses += (f"required: filled in all {filled.rows:,} rows",)
    elif filled.rows:
        guesses += (f"filled in {filled.filled:,} of {filled.rows:,} rows",)
    column = column.model_copy(
        update={
            "aliases": (heading,) if heading and same_heading(heading) != same_heading(column.name) else (),
            "required": is_required,
            "on_error": "quarantine" if is_required else column.on_error,
            "pii": column.pii or ("direct" if hint == "direct" and not (known and not doubts) else None),
        }
    )
    return replace(one, column=column, guesses=guesses, remarks=remarks)


def _as_tried(column: Column) -> Column:
    """A school's number has a form, also where a contract asks for none: a heading may mean another elsewhere."""
    return column if column.name != "school_id" or column.pattern else column.model_copy(update={"pattern": LAESTAB})


def _rests_on(column: Column, kept: values.Kept) -> str:
    """What the values say for a column: of one that takes any text nothing."""
    if not kept.filled:
        return "no value to look at"
    if column.type == "text" and not column.pattern and not kept.failing:
        return "any text keeps it, so that its heading is all the evidence"
    return kept.evidence


def _is_prose(filled: Filled) -> bool:
    return filled.words >= PROSE_WORDS and filled.longest >= PROSE_LETTERS


def _by_values(
    connection: duckdb.DuckDBPyConnection, table: Table, one: Proposed, hint: str
) -> tuple[Column, tuple[str, ...]]:
    """The column by what its values keep, where its heading says nothing."""
    name = column_name(one.heading, one.place)
    if not one.filled.filled:
        kind = "date" if hint == "date" else "text"
        return Column(name=_named(name, kind), type=kind), ("no value to look at: its type is that of its heading",)

    def kept(column: Column) -> values.Kept:
        return values.kept(connection, table.relation, one.cell, column)

    for trial in _trials(name, hint):
        found = kept(trial)
        if found.rate >= ENOUGH:
            return trial, (found.evidence,)
    read, unread, _ = values.date_forms(connection, table.relation, one.cell)
    days = sum(read.values()) + (sum(unread.values()) if hint == "date" else 0)
    if days >= ENOUGH * one.filled.filled:
        found = kept(Column(name=name, type="date"))
        return Column(name=_named(name, "date"), type="date"), (f"{found.evidence}", *_forms(read))
    few = values.distinct(connection, table.relation, one.cell, values.FEW)
    if few and hint not in ("direct", "identifier") and (set_ := _code_set(name, few)):
        column = Column(name=name, type="code", codes=set_)
        return column, (f"code set {set_}: {kept(column).evidence}",)
    # Nothing but ones is a rank, or the number of a file, as often as a yes.
    are_ones = set(few or ()) == {"1"}
    if few and len(few) <= 4 and not are_ones and kept(Column(name=name, type="boolean")).rate >= ENOUGH:
        return Column(name=_named(name, "boolean"), type="boolean"), (kept(Column(name=name, type="boolean")).evidence,)
    if hint == "direct":
        return Column(name=name, pii="direct"), ("names a person, by its heading",)
    if few and not are_ones and hint != "identifier" and (shown := values.codes_of(few, is_personal=not one.heading)):
        listed = ", ".join(f"{code} {few[code]:,}" for code in shown)
        pattern = "(?i)" + "|".join(SPECIAL.sub(r"\\\g<0>", code) for code in sorted(shown))
        return Column(name=name, pattern=pattern), (
            f"{len(few)} codes in no code set here: {listed}. A code set of its own is better than a pattern",
        )
    for kind in ("integer", "number") if hint != "identifier" else ():
        found = kept(Column(name=name, type=kind))
        if found.rate >= ENOUGH:
            return Column(name=name, type=kind), (found.evidence,)
    if hint == "identifier":
        shape, rows, forms = values.shape(connection, table.relation, one.cell)
        is_pupil = one.filled.distinct > one.filled.rows / 10
        text = (
            f"an identifier: {one.filled.distinct:,} distinct; {rows:,} of {one.filled.filled:,} of the form {shape}, "
            f"{forms} forms in all"
        )
        return Column(name=name, pii="indirect" if is_pupil else None), (text,)
    few_words = "few" if few else f"{one.filled.distinct:,} distinct"
    return Column(name=name), (
        f"text, {few_words} values of {one.filled.shortest} to {one.filled.longest} letters, not shown: they may "
        "tell of somebody",
    )


def _trials(name: str, hint: str) -> Iterator[Column]:
    """Kinds that are known by their values alone."""
    yield Column(name="upn" if "upn" not in name else name, type="upn", pii="direct")
    yield Column(name="uln" if "uln" not in name else name, type="uln", pii="direct", on_error="set_aside")
    yield Column(name="lsoa_code", pattern=LSOA, pii="indirect", on_error="set_aside")
    yield Column(name="postcode", pattern=POSTCODE, pii="direct", on_error="set_aside")
    if any(word in name for word in ("school", "estab", "dfe", "provider", "setting")):
        yield Column(name="school_id", pattern=LAESTAB)
    if "nhs" in name:
        yield Column(name="nhs_number", pattern=r"\d{3} ?\d{3} ?\d{4}", pii="direct")


def _odd(connection: duckdb.DuckDBPyConnection, table: Table, one: Proposed, hint: str) -> Iterator[str]:
    """What somebody must look into before the column is believed."""
    column = one.column
    assert column
    if column.type == "date":
        read, unread, either = values.date_forms(connection, table.relation, one.cell)
        for words, count in unread.items():
            yield (
                f"{count:,} days are written with {words}, which no contract takes: ask for YYYY-MM-DD or DD/MM/YYYY, "
                "or add the form to date_formats in dbt_project.yml"
            )
        if len(read) > 1:
            yield f"its days have {len(read)} forms ({_rows_by_form(read)}): ask which system writes which"
        if read.get("%d/%m/%Y") and either == read["%d/%m/%Y"] and either >= ROWS_FOR_ALWAYS:
            yield (
                f"in all {either:,} days of the form DD/MM/YYYY the day is no later than the 12th: the month may "
                "stand first"
            )
    if hint == "date":
        serial = values.kept(
            connection, table.relation, one.cell, Column(name="n", type="integer", min=20_000, max=60_000)
        )
        if serial.filled and serial.rate >= ENOUGH:
            yield "its days are numbers, as a spreadsheet counts them: ask for the column formatted as dates"
    is_identifier = hint == "identifier" or column.name in ("school_id", "upn") or column.name.endswith("_id")
    if is_identifier and column.type in ("text", "code", "upn"):
        longest, shorter, zeros = values.lost_zeros(connection, table.relation, one.cell)
        if longest:
            also = f", and {zeros:,} begin with 0" if zeros else ""
            yield (
                f"{shorter:,} of its numbers have fewer than {longest} digits{also}: zeros at their beginning may be "
                "lost, so that they join with nothing; ask for the export with the column as text"
            )


def _forms(read: dict[str, int]) -> tuple[str, ...]:
    return (f"form {_rows_by_form(read)}",) if read else ()


def _rows_by_form(read: dict[str, int]) -> str:
    return ", ".join(f"{form} {count:,}" for form, count in sorted(read.items(), key=lambda found: -found[1]))


def _named(name: str, kind: str) -> str:
    if kind == "date" and not name.endswith("_date"):
        return "on_date" if name == "date" else f"{name.removesuffix('_on').removesuffix('date')}_date"
    return f"is_{name}" if kind == "boolean" and not name.startswith(("is_", "has_")) else name


def _code_set(name: str, few: dict[str, int]) -> str | None:
    """The code set of some contract that has nearly all of the values: one of the column's name, else the smallest.

    Single letters and digits are in many sets by chance: of those only a set of just that name is one.
    """
    total = sum(few.values())
    fitting = []
    for code_set in _code_sets():
        known = {code.upper() for code in codes(code_set)}
        if sum(rows for value, rows in few.items() if value.upper() in known) >= ENOUGH * total:
            fitting.append((not _is_of(name, code_set), len(known), code_set))
    telling = sum(len(value) > 1 and not value.isdigit() for value in few) >= 3
    best = min(fitting, default=None)
    return best[2] if best and (telling or name == _of_column(best[2])) else None


def _is_of(name: str, code_set: str) -> bool:
    column = _of_column(code_set)
    return column in name or name in column


def _of_column(code_set: str) -> str:
    return code_set.split(".")[1].split("[")[0].removesuffix("_code")


@cache
def _code_sets() -> tuple[str, ...]:
    return tuple(
        sorted(
            {column.codes for c in load_contracts() for t in c.tables.values() for column in t.columns if column.codes}
        )
    )
