"""A contract proposed for tables that keep none: YAML in which every guess is marked, with the rows it rests on."""

import json
import re
from dataclasses import dataclass
from itertools import chain

import duckdb

from expectations.contract.model import Column
from expectations.contract.words import same_heading
from orchestration.sources.column import Proposed, key_of, proposed
from orchestration.sources.table import UnknownFile

GUESS = "# guess: "
"""Begins what was guessed; whoever has looked at it takes the mark away, and `source check` counts the rest."""

FILL_IN = "FILL IN"
"""Stands where only a person knows what to write."""


TITLE = f"{FILL_IN} – whose file it is, and what it tells"


@dataclass(frozen=True)
class ProposedTable:
    """A table under the name it would have, with its columns, key, and columns that name rows of another table."""

    name: str
    sheet: str
    rows: int
    columns: tuple[Proposed, ...]
    key: tuple[str, ...]
    key_evidence: str
    references: tuple[tuple[str, str, str], ...] = ()

    @property
    def taken(self) -> list[Column]:
        return [one.column for one in self.columns if one.column]

    def has(self, *names: str) -> bool:
        return set(names) <= {column.name for column in self.taken}


def proposal(file: UnknownFile, name: str | None = None) -> list[ProposedTable]:
    """The tables of a file as they might be declared; `name` is that of the table of a CSV."""
    found: list[ProposedTable] = []
    for table in file.tables:
        columns = proposed(file.connection, table)
        key, evidence = key_of(file.connection, table, columns)
        called = table_name(table.name) if table.name else name or "records"
        while any(called == other.name for other in found):
            called += "_further"
        found.append(ProposedTable(called, table.name, table.row_count, tuple(columns), key, evidence))
    return [_with_references(table, file, found) for table in found] if len(found) > 1 else found


def table_name(text: str) -> str:
    """A name for a table, of a sheet's; names of models have no digits."""
    return "_".join(re.findall(r"[a-z]+", text.casefold())) or "records"


def contract_yaml(
    source: str,
    title: str,
    format_: str,
    delimiter: str,
    encodings: tuple[str, ...],
    tables: list[ProposedTable],
    tolerances: dict[str, float],
) -> str:
    """The text of a contract; its comments are the guesses."""
    has_upn = any(column.type == "upn" for table in tables for column in table.taken)
    lines = [
        f"title: {title}",
        f"format: {format_}",
        f"identifier_scheme: {'upn' if has_upn else 'none'}",
        f"covers: extract_date  {GUESS}a full extract of one day; README.md has census, academic_year and days",
    ]
    if encodings != ("utf-8",) and format_ == "csv":
        lines.append(f"encodings: [{', '.join(encodings)}]")
    if delimiter != "," and format_ == "csv":
        lines.append(f"delimiter: {json.dumps(delimiter)}")
    lines.append(f"tolerances:  {GUESS}those of sources like it; the council decides")
    lines += [f"  {name}: {value}" for name, value in tolerances.items()]
    lines += ["", "files:"]
    if format_ == "xlsx":
        lines.append(f'  workbook: {{name: "{source}_{{extract_date}}.xlsx"}}')
    else:
        lines += [f'  {t.name}: {{name: "{file_name(source, t.name)}", table: {t.name}}}' for t in tables]
    lines += ["", "tables:"]
    for table in tables:
        lines += _table_lines(table, format_)
    return "\n".join(lines) + "\n"


def file_name(source: str, table: str) -> str:
    """What a CSV of the table is to be called."""
    return (
        f"{source}_{{extract_date}}.csv" if table in ("records", source) else f"{source}_{table}_{{extract_date}}.csv"
    )


def column_yaml(column: Column) -> str:
    """A column as a contract has it, in one line."""
    parts = []
    if column.aliases:
        parts.append(f"aliases: [{', '.join(map(_scalar, column.aliases))}]")
    if column.type != "text":
        parts.append(f"type: {column.type}")
    if column.required:
        parts.append("required: true")
    if column.codes:
        parts.append(f"codes: {_scalar(column.codes)}")
    if column.pattern:
        parts.append("pattern: '" + column.pattern.replace("'", "''") + "'")
    parts += [f"{bound}: {value:g}" for bound, value in (("min", column.min), ("max", column.max)) if value is not None]
    if column.pii:
        parts.append(f"pii: {column.pii}")
    if column.on_error == "set_aside":
        parts.append("on_error: set_aside")
    return f"{column.name}: {{{', '.join(parts)}}}"


def _table_lines(table: ProposedTable, format_: str) -> list[str]:
    lines = [f"  {table.name}:"]
    if format_ == "xlsx":
        lines.append(f"    sheet: {_scalar(table.sheet)}")
    if table.key:
        lines.append(f"    key: [{', '.join(table.key)}]  {GUESS}{table.key_evidence}")
    else:
        lines.append(f"    # {FILL_IN}: key: [...], the columns that tell a row from every other; {table.key_evidence}")
    for column, other, evidence in table.references:
        lines.append(f"    references: [{{columns: [{column}], table: {other}}}]  {GUESS}{evidence}")
    lines.append("    min_rows: 1")
    # Of two of one heading the one that is loaded speaks; a column without a heading has no name to ignore it by.
    loaded = {same_heading(one.heading) for one in table.columns if one.column}
    ignored = [
        one for one in table.columns if not one.column and one.heading and same_heading(one.heading) not in loaded
    ]
    if ignored:
        reasons = "; ".join(f"{one.heading}: {', '.join(one.guesses)}" for one in ignored)
        lines.append(
            f"    {GUESS}{reasons}. Left out of the list, a file that has it is rejected: that is for sensitive sources"
        )
        lines.append(f"    ignored: [{', '.join(_scalar(one.heading) for one in ignored)}]")
    lines.append("    columns:")
    for one in table.columns:
        if one.column:
            lines.append(f"      {column_yaml(one.column)}  {GUESS}{'; '.join(one.guesses)}")
            lines += [f"      # look into it: {remark}" for remark in one.remarks]
    return lines


def _scalar(text: str) -> str:
    """Plain where YAML reads it as that text, else in quotes."""
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9 /_.()-]*", text)
    word = text.casefold() in {"yes", "no", "true", "false", "on", "off", "null", "y", "n"}
    return text if plain and not word and text == text.strip() else json.dumps(text, ensure_ascii=False)


def _with_references(table: ProposedTable, file: UnknownFile, all_: list[ProposedTable]) -> ProposedTable:
    """With the first column whose values are all in the key of another sheet, of the same name there."""
    relations = {each.name: relation.relation for each, relation in zip(all_, file.tables, strict=True)}
    for other, one in chain.from_iterable([(o, c) for c in table.columns if c.column] for o in all_ if o is not table):
        assert one.column
        if other.key[:1] != (one.column.name,) or (len(other.key) > 1 and table.key[:1] == other.key[:1]):
            continue
        theirs = next(c.cell for c in other.columns if c.column and c.column.name == other.key[0])
        strangers = _strangers(file.connection, relations[table.name], one.cell, relations[other.name], theirs)
        if strangers == 0:
            evidence = f"all {one.filled.filled:,} values are in {other.name}"
            return ProposedTable(
                table.name, table.sheet, table.rows, table.columns, table.key, table.key_evidence,
                ((one.column.name, other.name, evidence),),
            )  # fmt: skip
    return table


def _strangers(connection: duckdb.DuckDBPyConnection, mine: str, cell: str, other: str, theirs: str) -> int:
    ((count,),) = connection.execute(
        f"select count(*) from {mine} where {cell} is not null and {cell} not in "
        f"(select {theirs} from {other} where {theirs} is not null)"
    ).fetchall()
    return int(count)
