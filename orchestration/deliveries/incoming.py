"""The schema `incoming`: a batch as read, then with the reasons why a row cannot be taken. Gone after a run."""

from collections.abc import Iterable
from contextlib import suppress

import duckdb
import pyarrow as pa

from expectations.cleaning import cleaned
from expectations.contract import Contract, Table
from expectations.row_checks import parsed_date, reasons
from orchestration.deliveries.candidate import Candidate
from orchestration.deliveries.limits import Limits
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.deliveries.readers import csv, xlsx, xml
from orchestration.deliveries.readers.batches import Batches


def clear(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what a run, or a killed run, left."""
    connection.execute("drop schema if exists incoming cascade")


def prepare(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Empty tables for the rows of a batch of one contract, and beside each a view of it, `<table>__cleaned`.

    Whoever looks at a value looks at the cleaned one: checks, keys, dates, and those who look for a child.
    """
    clear(connection)
    connection.execute("create schema incoming")
    connection.execute("create table incoming.delivery as from ops.delivery limit 0")
    for table_name, table in contract.tables.items():
        columns = ", ".join(f'"{column.name}" varchar' for column in table.columns)
        connection.execute(
            f'create table incoming."{table_name}__read" ({columns}, _delivery_id varchar, _row_number bigint)'
        )
        values = ", ".join(f'''{cleaned(column, f'"{column.name}"')} as "{column.name}"''' for column in table.columns)
        connection.execute(
            f'create view incoming."{table_name}__cleaned" as '
            f'select {values}, _delivery_id, _row_number, rowid as _row from incoming."{table_name}__read"'
        )


def read(connection: duckdb.DuckDBPyConnection, candidate: Candidate, batches: Batches, limits: Limits) -> None:
    """The rows of one file, as text; what stops the file is kept as its problem, with the rows read until then."""
    contract = candidate.match.contract
    try:
        if contract.format == "csv":
            _read_csv(connection, candidate, limits)
        elif contract.format == "xml":
            xml.read(candidate.readable, contract, candidate.delivery_id, candidate.values, batches)
        else:
            xlsx.read(candidate.sheets, candidate.match, candidate.delivery_id, batches)
            candidate.sheets = {}
    except DeliveryProblem as problem:
        candidate.problem = problem


def check(connection: duckdb.DuckDBPyConnection, contract: Contract, candidates: Iterable[Candidate]) -> None:
    """Fill incoming.delivery with what there is to judge, and make incoming."<table>" with `_reasons`.

    A file that could not be read is judged already; one without rows, where none need be, has nothing to judge.
    """
    with_rows = {
        delivery_id
        for table_name in contract.tables
        for (delivery_id,) in connection.execute(
            f'select distinct _delivery_id from incoming."{table_name}__read"'
        ).fetchall()
    }
    sound = [
        candidate
        for candidate in candidates
        if candidate.problem is None and (candidate.delivery_id in with_rows or not candidate.may_be_empty)
    ]
    for candidate in sound:
        _latest_date(connection, candidate)
    if contract.covers == "days":
        _covered_days(connection, contract, sound)
    if sound:
        batch = pa.Table.from_pylist([row(candidate) for candidate in sound])
        connection.register("_batch", batch)
        connection.execute("insert into incoming.delivery by name select * from _batch")
        connection.unregister("_batch")
    for table_name, table in contract.tables.items():
        _check_table(connection, contract, table_name, table)


def any_to_judge(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether a gate has anything to do."""
    return bool(connection.execute("select 1 from incoming.delivery limit 1").fetchall())


def row(candidate: Candidate) -> dict:
    """A candidate as the columns of ops.delivery that are known before its rows are judged."""
    return {
        "delivery_id": candidate.delivery_id,
        "source": candidate.source,
        "contract": candidate.contract.name if candidate.contract else None,
        "file_name": candidate.file.name,
        "sha256": candidate.archived.sha256,
        "bytes": candidate.archived.bytes,
        "extract_date": candidate.extract_date,
        "covers_from_date": candidate.covers_from_date,
        "covers_to_date": candidate.covers_to_date,
        "scope": candidate.scope,
        "period": candidate.period,
        "part": candidate.part,
        "rows_erased": candidate.rows_erased,
        "identifier_scheme": candidate.contract.identifier_scheme if candidate.contract else None,
        "sequence": candidate.sequence,
    }


def _check_table(connection: duckdb.DuckDBPyConnection, contract: Contract, table_name: str, table: Table) -> None:
    """Reasons of each row by the contract, and of each row whose key an earlier row of the same delivery has."""
    own = ", ".join(
        f"_read._delivery_id || '-' || _read._row_number as \"{column.name}\""
        if contract.format == "xml" and column.name == "pupil_return_id"
        else f'_read."{column.name}"'
        for column in table.columns
    )
    key = ", ".join(f'"{name}"' for name in ("_delivery_id", *_key_as_read(contract, table)))
    # Rows are grouped by a hash first, because nearly always nothing is there twice.
    repeated = f"""
    select _row, '{table.key[-1] if table.key else ""}:duplicate_key' as _reason
    from incoming."{table_name}__cleaned"
    where hash({key}) in (
        select hash({key}) from incoming."{table_name}__cleaned" group by all having count(*) > 1
    )
    qualify row_number() over (partition by {key} order by _row_number, _row) > 1
    """
    nothing = "select null::bigint as _row, null::varchar as _reason where false"
    connection.execute(f"""
    create table incoming."{table_name}" as
    with as_read as (
        select
            {own},
            _read._delivery_id,
            _delivery.extract_date as _extract_date,
            _read._row_number,
            _read._row
        from incoming."{table_name}__cleaned" as _read
        inner join incoming.delivery as _delivery on _read._delivery_id = _delivery.delivery_id
    ),
    repeated as ({repeated if table.key else nothing})
    select
        as_read.* exclude (_row),
        {reasons(table)} || case when repeated._row is null then [] else [repeated._reason] end as _reasons
    from as_read
    left join repeated on as_read._row = repeated._row
    """)


def _key_as_read(contract: Contract, table: Table) -> tuple[str, ...]:
    """The key, where a return id that is made of the row's number is that number."""
    if contract.format != "xml":
        return table.key
    return tuple("_row_number" if name == "pupil_return_id" else name for name in table.key)


def _read_csv(connection: duckdb.DuckDBPyConnection, candidate: Candidate, limits: Limits) -> None:
    """A CSV by DuckDB. If it breaks somewhere, the rows that are sound are read all the same, to be quarantined."""
    contract, (table_name,) = candidate.match.contract, candidate.tables
    table = contract.tables[table_name]
    headings = csv.peek(candidate.readable, contract.delimiter, limits).headings[""]
    cells = {
        column: [f"c{headings.index(heading)}" for heading in chosen]
        for column, chosen in candidate.match.headings[table_name].items()
    }
    chosen = {column: f"coalesce({', '.join(found)})" for column, found in cells.items()}
    for column in table.columns:
        if column.derive and all(part in cells for part in column.derive):
            derived = " || ".join(chosen[part] for part in column.derive)
            chosen[column.name] = f"coalesce({chosen[column.name]}, {derived})" if column.name in chosen else derived
    values = {name: value for name, value in candidate.values.items() if name not in chosen}
    selected = ", ".join(f'{expression} as "{column}"' for column, expression in chosen.items())
    constants = "".join(f", '{value}' as \"{name}\"" for name, value in values.items())

    def insert(relation: str) -> None:
        connection.execute(
            f'insert into incoming."{table_name}__read" by name select {selected}{constants}, '
            f"'{candidate.delivery_id}' as _delivery_id, row_number() over () as _row_number from {relation}"
        )

    try:
        insert(csv.relation(candidate.readable, contract.delimiter, len(headings), limits))
    except duckdb.InvalidInputException as error:
        problem = csv.problem_of(error)
        # Where no row can be told from the rest, nothing is read: the bytes are in the archive.
        with suppress(duckdb.InvalidInputException):
            insert(csv.readable_relation(candidate.readable, contract.delimiter, len(headings), limits))
        raise problem from None


def _covered_days(connection: duckdb.DuckDBPyConnection, contract: Contract, candidates: list[Candidate]) -> None:
    """The first and the last day that each file holds; a file without a readable one covers the day it was made."""
    for kind in contract.files:
        rows = f'incoming."{contract.source}__{kind.table}__cleaned"'
        days = connection.execute(
            f"""
            select _delivery_id, min(day), max(day)
            from (
                select _delivery_id, try_cast({parsed_date(f'"{kind.days}"')} as date) as day
                from (select distinct _delivery_id, "{kind.days}" from {rows})
            )
            where day is not null
            group by _delivery_id
            """
        ).fetchall()
        covered = {delivery_id: (first, last) for delivery_id, first, last in days}
        for candidate in candidates:
            if candidate.match.file.kind == kind.kind and candidate.delivery_id in covered:
                candidate.covers_from_date, candidate.covers_to_date = covered[candidate.delivery_id]


def _latest_date(connection: duckdb.DuckDBPyConnection, candidate: Candidate) -> None:
    """For a kind of file whose extract date is the latest date of a column."""
    rule = candidate.match.file.extract_date or ""
    if not rule.startswith("latest "):
        return
    column = rule.removeprefix("latest ")
    (latest,) = connection.execute(
        f"""select max({parsed_date(f'"{column}"')})::date from incoming."{candidate.tables[0]}__cleaned" """
        "where _delivery_id = ?",
        [candidate.delivery_id],
    ).fetchone()
    if latest:
        candidate.extract_date = candidate.covers_to_date = latest
