"""What is told of an unknown file: which contract it keeps or nearly keeps, or one proposed, with the evidence."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from expectations.contract.match import NoMatch, choose
from expectations.contract.model import Contract, load_contracts
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.deliveries.readers import xml
from orchestration.settings import PROJECT, Limits
from orchestration.sources import suite
from orchestration.sources.proposal import TITLE, ProposedTable, column_yaml, contract_yaml, proposal
from orchestration.sources.resemblance import Resemblance, resemblances
from orchestration.sources.table import Table, opened

NEW = "new_source"
CLOSE = 0.8
"""From this likeness on the answer is the contract that stands; a new one is proposed only if asked for."""


@dataclass(frozen=True)
class TriedTable:
    """A table with what is proposed for it and what it is like."""

    table: Table
    proposed: ProposedTable
    like: tuple[Resemblance, ...]

    @property
    def is_known(self) -> bool:
        """Whether a contract that stands is the answer; one that wants what the file has not is none."""
        return any(one.keeps_it or (one.score >= CLOSE and not one.missing) for one in self.like[:1])


@dataclass(frozen=True)
class Tried:
    """A file that was looked at. `lines` are for a terminal: no value of a cell stands in them but codes."""

    form: str
    tables: tuple[TriedTable, ...]
    contract: str

    def lines(self, propose: bool = False) -> Iterator[str]:
        yield self.form
        for tried in self.tables:
            yield from _lines_of(tried, several=len(self.tables) > 1)
        if self.contract and (propose or not all(tried.is_known for tried in self.tables)):
            yield ""
            yield "A contract to begin with, every guess marked; `source new NAME --from FILE` writes it and the rest:"
            yield ""
            yield from self.contract.splitlines()


def tried(path: Path, limits: Limits, trust_headings: bool = False) -> Tried:
    """Look at a file. Raises DeliveryProblem for one that no reader reads."""
    if path.suffix.lower() == ".xml":
        return Tried(_return(path, limits), (), "")
    with opened(path, limits, trust_headings) as file:
        proposed = proposal(file)
        found = tuple(
            TriedTable(table, one, tuple(resemblances(file.connection, path, file.format, table, list(one.columns))))
            for table, one in zip(file.tables, proposed, strict=True)
        )
        encodings = ("utf-8", "cp1252") if file.encoding == "cp1252" else ("utf-8",)
        contract = contract_yaml(
            NEW, TITLE, file.format, file.delimiter, encodings, proposed,
            suite.tolerances(proposed),
        )  # fmt: skip
        return Tried(_form(file.format, file.encoding, file.delimiter, found), found, contract)


def _form(format_: str, encoding: str, delimiter: str, found: tuple[TriedTable, ...]) -> str:
    if format_ == "xlsx":
        return f"A workbook of {len(found)} sheet{'s' if len(found) > 1 else ''} with cells."
    marks = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars (|)"}
    return f"CSV, {encoding}, {marks.get(delimiter, delimiter)} between the columns."


def _return(path: Path, limits: Limits) -> str:
    """What an XML file is, by the readers of returns. Raises DeliveryProblem where it is none that they read."""
    if not limits.takes(path):
        raise DeliveryProblem("the file is too large", "Send a return for each school", code="too_large")
    by_source: dict[str, list[Contract]] = {}
    for contract in load_contracts():
        if contract.format == "xml":
            by_source.setdefault(contract.source, []).append(contract)
    found = []
    for source, contracts in by_source.items():
        try:
            xml.refuse_doctype(path, contracts[0])
            content, header = xml.peek(path, contracts, limits)
            match = choose(contracts, path.name, content)
        except NoMatch as no_match:
            return f"XML of {source}, and {no_match}."
        except DeliveryProblem as problem:
            found.append(f"as {source}: {problem.where_and_what}")
            continue
        return (
            f"XML of {source}, {header.named}: its first records keep {match.contract.name} as it stands. Deliver it: "
            f"earlyhelp deliver --source {source} FILE"
        )
    raise DeliveryProblem(
        f"XML is read of {' and '.join(by_source)} alone, and this file is neither ({'; '.join(found)})",
        "Ask for the same as CSV or .xlsx; a return of another kind needs a reader of its own beside "
        "orchestration/deliveries/readers/xml.py",
    )


def _lines_of(tried: TriedTable, several: bool) -> Iterator[str]:
    table = tried.table
    name = f"Sheet {table.name}: " if several or table.name else ""
    yield f"{name}{table.row_count:,} rows, {len(table.headings)} columns."
    yield from (f"! {remark}." for remark in table.remarks)
    yield from (f"! {one.called} {remark}." for one in tried.proposed.columns for remark in one.remarks)
    if not tried.like:
        yield "No contract that stands is like it."
    for one in tried.like[:1]:
        yield from _likeness(one)
    for one in tried.like[1:3]:
        yield f"Less like it: {one.contract.name} ({one.table.name}), {one.score:.0%}."


def _likeness(one: Resemblance) -> Iterator[str]:
    called = f"{one.contract.name} ({one.table.name})"
    if one.keeps_it:
        yield f"It is {called}: every heading is known, nothing required is missing."
        if not one.name_fits:
            yield f"Only its name is not known: call it like {' or '.join(one.file.names)}."
    else:
        yield (
            f"guess: it is like {called}, {one.score:.0%}: {len(one.known)} columns by their headings, "
            f"{len(one.aliases)} by aliases below, {len(one.ignored)} known and not loaded, {len(one.undeclared)} not "
            f"known, {len(one.missing)} required missing."
        )
    for name, kept in one.failing:
        yield f"  {name}: {kept.evidence}."
    if one.keeps_it:
        return
    for column in one.missing:
        yield f"  missing: {column_yaml(column)}"
    if not (one.missing or one.aliases or one.undeclared):
        yield from (f"  {problem}." for problem in one.problems[:3])
    if one.aliases or one.undeclared:
        where = one.declared_in.relative_to(PROJECT)
        yield f"Lines for {where}, tables: {one.table.name}:"
        for alias in one.aliases:
            longer = alias.column.model_copy(update={"aliases": (*alias.column.aliases, alias.heading)})
            evidence = alias.kept.evidence if alias.kept.filled else "no value to look at"
            yield f"      {column_yaml(longer)}  # guess: {alias.why}; {evidence}"
        if one.undeclared:
            listed = ", ".join(item.heading for item in one.undeclared)
            yield f"    ignored: [{listed}]  # or a column each, as below: earlyhelp source try --propose"
