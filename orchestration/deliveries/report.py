"""Writes quarantine/<delivery_id>/report.md and .json: what is wrong, where, what to do; no values."""

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from expectations.contract import remedy
from expectations.contract.cleaning import text
from expectations.contract.model import Column, Contract, load_contracts
from expectations.contract.row_checks import parsed_date
from expectations.reference import codes
from orchestration.deliveries import letter
from orchestration.deliveries.candidate import Matched
from orchestration.deliveries.judged import Judged

EXAMPLES = 5


@dataclass(frozen=True)
class Rejection:
    """One reason in one table: how many rows, the first few of them, and what kind of value stands there.

    The rows are in quarantine, or `is_set_aside`: they were taken without the value. `heading` is what the source calls
    the column; `remedy` is for whoever made the file, `here` what can be done here.
    """

    delivery_id: str
    table: str
    column: str
    heading: str
    reason: str
    rows: int
    row_numbers: list[int]
    values: list[str]
    remedy: str
    here: str | None
    is_set_aside: bool = False


def rejections(connection: duckdb.DuckDBPyConnection, contract: Contract) -> dict[str, list[Rejection]]:
    """The reasons of the rows in `incoming`, by delivery: first of those in quarantine, then of values set aside.

    Only rows that have one are looked at twice.
    """
    found: dict[str, list[Rejection]] = {}
    for table_name, is_set_aside in [*((t, False) for t in contract.tables), *((t, True) for t in contract.tables)]:
        table, reasons_column = contract.tables[table_name], "_set_aside" if is_set_aside else "_reasons"
        connection.execute(_rows_with_a_reason(table_name, reasons_column, is_set_aside))
        reasons = connection.execute(
            f"select distinct unnest({reasons_column}) as reason from bad_row order by all"
        ).fetchall()
        for (reason,) in reasons:
            name, _, why = reason.partition(":")
            rows = connection.execute(
                f"""
                select
                    _delivery_id,
                    count(*),
                    list(_row_number order by _row_number)[1:{EXAMPLES}],
                    list_sort(list(distinct {_value_class(table.column(name), why)}))[1:{EXAMPLES}]
                from bad_row where list_contains({reasons_column}, ?) group by _delivery_id
                """,
                [reason],
            ).fetchall()
            for delivery_id, count, numbers, values in rows:
                found.setdefault(delivery_id, []).append(
                    Rejection(
                        delivery_id,
                        table_name,
                        name,
                        remedy.heading(table.column(name)),
                        why,
                        count,
                        numbers,
                        values,
                        remedy.correct(table.column(name), why),
                        remedy.OURS.get(why),
                        is_set_aside,
                    )
                )
    connection.execute("drop table if exists bad_row")
    return found


def _rows_with_a_reason(table_name: str, reasons_column: str, is_set_aside: bool) -> str:
    """SQL of `bad_row`. What was set aside is no more in the row as it is loaded, but in the one as it was read."""
    if not is_set_aside:
        return f'create or replace temp table bad_row as from incoming."{table_name}" where len({reasons_column}) > 0'
    return f"""
    create or replace temp table bad_row as
    select as_read.* exclude (_row), checked.{reasons_column}
    from incoming."{table_name}__cleaned" as as_read
    inner join incoming."{table_name}" as checked
        on as_read._delivery_id = checked._delivery_id and as_read._row_number = checked._row_number
    where len(checked.{reasons_column}) > 0
    """


def write(folder: Path, delivery: Judged, rejections: list[Rejection], warnings: list[str]) -> Path:
    """The report of one delivery, whole or not at all; returns the path of the readable form."""
    candidate, file = delivery.candidate, delivery.candidate.arrived
    folder = folder / file.delivery_id
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "file": file.name,
        "delivery_id": file.delivery_id,
        "sha256": file.archived.sha256,
        "source": file.source,
        "contract": candidate.contract.name if isinstance(candidate, Matched) else None,
        "status": delivery.status,
        "rejected_because": delivery.reason,
        "warnings": warnings,
        "rows": [asdict(rejection) for rejection in rejections],
    }
    _replace(folder / "report.json", json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    to_send = letter.lines(delivery, rejections, warnings)
    _replace(folder / "report.md", _readable(content, rejections, to_send))
    return folder / "report.md"


def _readable(content: dict[str, Any], rejections: list[Rejection], to_send: list[str]) -> str:
    lines = [
        f"# {content['file']}",
        "",
        f"Delivery {content['delivery_id']} of {content['source']}, contract {content['contract'] or 'none'}: "
        f"**{content['status'].replace('_', ' ')}**.",
        "",
    ]
    if content["rejected_because"]:
        lines += ["## Why it was rejected", "", content["rejected_because"], ""]
        lines += ["Nothing of it is in the warehouse. Its bytes are in the archive; deliver a corrected file.", ""]
    if content["warnings"]:
        lines += ["## Warnings", "", *(f"- {warning}" for warning in content["warnings"]), ""]
    for heading, is_set_aside in (("Rows in quarantine", False), ("Values set aside, whose rows were taken", True)):
        lines += _table(heading, [rejection for rejection in rejections if rejection.is_set_aside == is_set_aside])
    if rejections:
        lines += ["Row 1 is the first row after the headings; in a census return it is the first pupil.", ""]
    lines += ["## What to send back to whoever made the file", "", "```text", *to_send, "```"]
    return "\n".join(lines).rstrip() + "\n"


def _table(heading: str, rejections: list[Rejection]) -> list[str]:
    if not rejections:
        return []
    return [
        f"## {heading}",
        "",
        "| table | column | reason | rows | first rows | values | what to do |",
        "|---|---|---|---:|---|---|---|",
        *(
            f"| {r.table} | {r.column} | {r.reason} | {r.rows} | {', '.join(map(str, r.row_numbers))} "
            f"| {'; '.join(r.values)} | {_cell('; '.join(filter(None, (r.remedy, r.here))))} |"
            for r in rejections
        ),
        "",
    ]


def _cell(text: str) -> str:
    """Text in a cell of a table of Markdown."""
    return text.replace("|", "\\|")


def _value_class(column: Column, reason: str) -> str:
    """SQL of what may be said of a value: its kind and length; itself if it is a code of another column."""
    value = f'trim("{column.name}")'
    if reason == "duplicate_key":
        return "'the key of an earlier row'"
    known = ", ".join(text(code) for code in sorted(_all_codes()))
    return f"""case
        when coalesce({value}, '') = '' then 'empty'
        when {value} in ({known}) then 'code ' || {value}
        when year({parsed_date(value)}) < 100 then 'date with a year of two digits'
        when {parsed_date(value)} is not null then 'date in ' || year({parsed_date(value)})
        when try_cast({value} as double) is not null then 'number, ' || length({value}) || ' characters'
        else 'text, ' || length({value}) || ' characters'
    end"""


@cache
def _all_codes() -> frozenset[str]:
    """Every code of the reference data that some column holds. What only looks like one may be a surname."""
    return frozenset(
        code
        for contract in load_contracts()
        for table in contract.tables.values()
        for column in table.columns
        if column.codes
        for code in codes(column.codes)
    )


def _replace(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}.part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
