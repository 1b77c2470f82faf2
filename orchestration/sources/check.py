"""What a source still lacks, each with its file and what to do: a list of questions, one function each."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from expectations.contract.free_text import is_free_text
from expectations.contract.model import Table, sources
from expectations.suites.rules import CRITICAL, Suite
from orchestration.entries import extract as entries
from orchestration.rights import identifiers
from orchestration.sources.proposal import FILL_IN, GUESS
from orchestration.sources.standing import Standing

WRONG_DELIVERIES = 3
"""A source is known for at least so many ways of being wrong."""

NAMES_A_PERSON = re.compile(r"^(former_)?upn$|surname|forename|birth_date|nhs_number")
SAYS_WHERE = ("address_line", "postcode")
"""Of a person where there is one in the table; of a school it is public."""


@dataclass(frozen=True)
class Lack:
    """Something that is missing: what, in which file, and what to do about it."""

    what: str
    file: str
    remedy: str


@dataclass(frozen=True)
class Answer:
    """A question about a source, and what is lacking; nothing where all is well."""

    question: str
    lacks: tuple[Lack, ...]


def check(project: Path, source: str) -> list[Answer]:
    """Ask everything of a source. Raises LookupError for one that has no contract."""
    if source not in sources():
        raise LookupError(
            f"{source} has no contract in expectations/contracts. Begin with: earlyhelp source new {source}"
        )
    standing = Standing(project, source)
    return [Answer(question, tuple(ask(standing))) for question, ask in QUESTIONS.items()]


def _filled_in(source: Standing) -> Iterator[Lack]:
    """Nothing is left of what `source new` marked."""
    for file in source.own_files:
        text, name = file.read_text(encoding="utf-8"), str(file.relative_to(source.project))
        lines = [number for number, line in enumerate(text.splitlines(), start=1) if FILL_IN in line]
        if lines:
            yield Lack(
                f"{len(lines)} places to fill in, the first in line {lines[0]}",
                name,
                "Write what stands there, from line to line",
            )
        if guesses := text.count(GUESS):
            yield Lack(
                f"{guesses} guesses that nobody has looked at",
                name,
                "Look at each with who owns the source; then take its mark away",
            )
        if looks := text.count("# look into it: "):
            yield Lack(
                f"{looks} oddities that nobody has looked into", name, "Ask who made the file; then take the line away"
            )
    for page, row in source.rows_elsewhere.items():
        if FILL_IN in row:
            yield Lack("its row is to be filled in", page, "Write it")


def _contract(source: Standing) -> Iterator[Lack]:
    """Rows are known by a key, and what names a person is marked."""
    for table in source.tables.values():
        persons = _persons(table)
        for column in table.columns:
            names_one = NAMES_A_PERSON.search(column.name) or (persons and column.name in SAYS_WHERE)
            if names_one and not column.pii:
                yield Lack(
                    f"{table.name}.{column.name} names a person and is not marked",
                    source.contracts[-1].declared_in,
                    "Add pii: direct; the release gate then keeps it out of what is published",
                )


def _gate(source: Standing) -> Iterator[Lack]:
    """Each table has a suite, something in it stops a delivery, and the contract states the tolerances."""
    name = f"expectations/suites/{source.source}.py"
    if not source.read(name):
        yield Lack("there is no suite", name, "Write one; earlyhelp source new writes such a module")
        return
    suites: tuple[Suite, ...] = import_module(f"expectations.suites.{source.source}").SUITES
    for table in source.tables.keys() - {suite.table for suite in suites}:
        yield Lack(f"the table {table} has no suite", name, f'Add Suite(name="{source.source}.{table}", rules=…)')
    stopped = {suite.table for suite in suites if any(rule.severity == CRITICAL for rule in suite.rules)}
    for table in sorted(source.tables.keys() & {suite.table for suite in suites} - stopped):
        yield Lack(f"nothing in the suites of {table} stops a delivery", name, "Make rejected_row critical at least")
    for suite in suites:
        for contract in source.contracts:
            if f"{source.source}__{suite.table}" in contract.tables:
                try:
                    suite.within(contract.tolerances)
                except LookupError as missing:
                    yield Lack(str(missing), contract.declared_in, "State it below tolerances")


def _staging(source: Standing) -> Iterator[Lack]:
    """dbt knows each raw table, and a model renames, casts and cleans it."""
    folder = f"models/staging/{source.source}"
    for table in source.tables:
        if table not in source.declared_tables:
            yield Lack(
                f"dbt is not told of the raw table {table}",
                f"{folder}/_{source.source}__sources.yml",
                "Declare it there",
            )
        reads = re.compile(rf"source\(\s*['\"]{source.source}['\"]\s*,\s*['\"]{table}['\"]")
        # One model may stage several tables alike, by a loop over their names.
        named = re.compile(rf"\b{table}\b")
        if not any(reads.search(sql) or named.search(sql) for sql in source.staged_models.values()):
            yield Lack(
                f"no model stages {table}",
                f"{folder}/stg_{source.source}__{table}.sql",
                "Write one: renamed, cast, cleaned",
            )


def _described(source: Standing) -> Iterator[Lack]:
    """Each staging model says grain, key and business rules, and has a unit test."""
    for model in source.staged_models:
        path = source.yml_of(model)
        name = f"models/staging/{source.source}/{model}.yml" if path is None else str(path.relative_to(source.project))
        text = path.read_text(encoding="utf-8") if path else ""
        missing = [part for part in ("Grain", "Key", "Business rules") if f"**{part}**" not in text]
        if missing:
            yield Lack(
                f"{', '.join(missing)} of {model} is not said",
                name,
                "Describe it: **Grain** … **Key** … **Business rules** …",
            )
        if not re.search(rf"^unit_tests:.*^\s+model: {model}$", text, re.MULTILINE | re.DOTALL):
            yield Lack(
                f"{model} has no unit test", name, "Add one: of what it alone does, and of a row that must not be lost"
            )


def _read(source: Standing) -> Iterator[Lack]:
    """What is staged is read: a child is known by it, or a fact is made of it."""
    for model in source.staged_models:
        if not source.readers(model):
            yield Lack(
                f"nobody reads {model}",
                "models/intermediate/",
                "Give it its place in a conformed model: CONTRIBUTING.md, How to add a source",
            )


def _who(source: Standing) -> Iterator[Lack]:
    """People without a UPN are linked by name; everybody is found by who asks for their own rows or their erasure."""
    people = [table for table in source.tables.values() if {"surname", "forename"} <= {c.name for c in table.columns}]
    has_upn = any(column.type == "upn" for table in source.tables.values() for column in table.columns)
    if people and not has_upn:
        if source.source not in {entry["source"] for entry in source.linkage_sources}:
            yield Lack(
                "its people have no UPN and are linked by nothing",
                "dbt_project.yml",
                "List its staging model of people in linkage_sources",
            )
        if source.source not in {row["source"] for row in source.rows("ref_linkage_threshold")}:
            yield Lack(
                "it has no thresholds of linkage",
                "seeds/reference/ref_linkage_threshold.csv",
                "Add a row; earlyhelp linkage evaluate says how right the links are",
            )
    found = set(identifiers.raw_tables())
    for table in source.tables.values():
        tells = _tells(source, table)
        if tells and f"{source.source}__{table.name}" not in found:
            yield Lack(
                f"{table.name} tells of persons ({', '.join(tells[:3])}) whom erasure and subject access miss",
                "orchestration/rights/identifiers.py",
                "Say in `texts` how a row of it tells whom it is about",
            )


def _tells(source: Standing, table: Table, seen: frozenset[str] = frozenset()) -> list[str]:
    """By what a table tells of persons: its own columns, or those that name a row which does, however far off."""
    return _persons(table) or [
        f"by {', '.join(reference.columns)}"
        for reference in table.references
        if (other := source.tables.get(reference.table))
        and reference.table not in seen
        and _tells(source, other, seen | {table.name})
    ]


def _persons(table: Table) -> list[str]:
    """The columns of a table that name persons."""
    return [column.name for column in table.columns if NAMES_A_PERSON.search(column.name)]


def _invented(source: Standing) -> Iterator[Lack]:
    """The invented county delivers it; but not what the warehouse writes by itself."""
    if f'"{source.source}"' in source.read("synthetic/county.py") or source.source == entries.SOURCE:
        return
    yield Lack(
        "the invented county does not deliver it",
        "synthetic/county.py",
        f"Write synthetic/extracts/{source.source}.py and list it among the steps",
    )


def _listed(source: Standing) -> Iterator[Lack]:
    """ref_source says what it is, whose word it is and when it is late."""
    name = "seeds/reference/ref_source.csv"
    row = source.in_ref_source
    if row is None:
        yield Lack("it has no row", name, "Add one: without it nobody sees that it never came")
        return
    others = [other for other in source.rows("ref_source") if other["source"] != source.source]
    for column, value in row.items():
        if FILL_IN in value or (not value and all(other[column] for other in others)):
            yield Lack(f"{column} is not said", name, "Write it; seeds/reference/ref_source.yml has what it means")


def _levels(source: Standing) -> Iterator[Lack]:
    """How much of it each audience may see is said, and nothing of it that is free text comes near."""
    name = "seeds/reference/ref_source_audience.csv"
    row = next((row for row in source.rows("ref_source_audience") if row["source"] == source.source), None)
    if row is None:
        yield Lack("no audience has a level of it: nobody sees anything", name, "Add a row, with the reason")
    for column, value in (row or {}).items():
        if not value or FILL_IN in value:
            yield Lack(f"{column} is not said", name, "Write a level of ref_source_level.csv; of reason why")
    taking = {row["class_code"] for row in source.rows("ref_sensitivity_class") if row["takes_free_text"] == "true"}
    if (source.in_ref_source or {}).get("class_code") in taking:
        return
    for contract in source.contracts:
        ignored = [*contract.ignored, *(pattern for table in contract.tables.values() for pattern in table.ignored)]
        for pattern in filter(is_free_text, ignored):
            yield Lack(
                f"its class takes no free text, and {pattern} is left unread",
                contract.declared_in,
                "Take it out of ignored: such a file is turned away",
            )


def _pages(source: Standing) -> Iterator[Lack]:
    """Operators find it among the sources, and whoever assesses the warehouse its purpose."""
    remedies = {
        "docs/operators/sources.md": f"Add a row that ends in `{source.source}/`",
        "docs/governance/impact-assessment.md": "Add a row to What comes in: about whom, of what concern, what for",
    }
    for page, row in source.rows_elsewhere.items():
        if not row:
            yield Lack("it has no row", page, remedies[page])


def _kept(source: Standing) -> Iterator[Lack]:
    """Its files and its children fall under a rule that ends."""
    rules = source.rows("ref_retention_rule")
    own = [row for row in rules if row.get("source") in (None, "", source.source)]
    for thing in ("archive_file", "child"):
        if not any(row["thing"] == thing and row["valid_to_date"] == "9999-12-31" for row in own):
            yield Lack(
                f"no rule says how long its {thing} is kept",
                "seeds/reference/ref_retention_rule.csv",
                "Add a dated row with its owner and reason",
            )


def _seen(source: Standing) -> Iterator[Lack]:
    """Every published table that is made of it says who may see it."""
    published = {path.stem for path in (source.project / "models/marts").rglob("*.sql")}
    listed = {row["table_name"] for row in source.rows("ref_audience_table")}
    for table in sorted(source.downstream(source.staged_models) & published - listed):
        yield Lack(
            f"{table} is made of it and is in no audience's file",
            "seeds/reference/ref_audience_table.csv",
            "Add a row: for whom, which rows, why",
        )


def _wrong(source: Standing) -> Iterator[Lack]:
    """Deliveries that are wrong in its own ways are turned away, and that is tested."""
    found = len(source.tests_of_deliveries)
    if found < WRONG_DELIVERIES:
        yield Lack(
            f"{found} of {WRONG_DELIVERIES} tests of wrong deliveries are there",
            f"tests/faults/test_deliveries_{source.source}.py",
            "Deliver what this source gets wrong, and look at what is said",
        )


QUESTIONS: dict[str, Callable[[Standing], Iterator[Lack]]] = {
    "contract": _contract,
    "gate": _gate,
    "staging": _staging,
    "descriptions and unit tests": _described,
    "read by a model": _read,
    "who it is about": _who,
    "invented extract": _invented,
    "row in ref_source": _listed,
    "class and levels": _levels,
    "pages, purpose": _pages,
    "retention": _kept,
    "audiences": _seen,
    "wrong deliveries": _wrong,
    "filled in": _filled_in,
}
