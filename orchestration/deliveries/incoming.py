"""The schema `incoming`: a batch as read, then with the reasons why a row cannot be taken. Gone after a run."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from expectations.contract.cleaning import cleaned
from expectations.contract.model import Contract, Table
from expectations.contract.row_checks import parsed_date, reasons, set_aside_reasons
from orchestration.build.engine import one_row, quoted
from orchestration.deliveries import forbidden
from orchestration.deliveries.candidate import Candidate, Matched, Stated


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


def insert(connection: duckdb.DuckDBPyConnection, contract: Contract, candidates: Iterable[Matched]) -> None:
    """The rows of files that were read, as text. Who read them knew bytes, not the how-manieth delivery they are."""
    candidates = list(candidates)
    for table_name in contract.tables:
        with_rows = [candidate for candidate in candidates if table_name in candidate.rows]
        first = [candidate for candidate in with_rows if candidate.arrived.arrival == 1]
        again = [candidate for candidate in with_rows if candidate.arrived.arrival > 1]
        for together in (first, *([candidate] for candidate in again)):
            if together:
                listed = ", ".join(f"'{quoted(candidate.rows[table_name])}'" for candidate in together)
                delivery_id = f"'{together[0].arrived.delivery_id}'" if together is not first else "_delivery_id"
                connection.execute(
                    f'insert into incoming."{table_name}__read" by name '
                    f"select * replace ({delivery_id} as _delivery_id) "
                    f"from read_parquet([{listed}], union_by_name = true)"
                )
        if (table := contract.tables[table_name]).forbidden:
            # Of a file that breaks off nothing was taken out before.
            held = {column.name for column in table.columns}
            connection.execute(
                f'delete from incoming."{table_name}__read" where rowid in ('
                f'select _row from incoming."{table_name}__cleaned" where {forbidden.condition(table, held)})'
            )


def check(connection: duckdb.DuckDBPyConnection, contract: Contract, candidates: list[Matched]) -> list[Matched]:
    """Fill incoming.delivery with what there is to judge, and make incoming."<table>" with `_reasons` why a row cannot
    be taken, and `_set_aside`, why it lives without some of its values. Returns the files with the dates of their rows.

    A file that could not be read is judged already; one without rows, where none need be, has nothing to judge.
    """
    with_rows = {
        delivery_id
        for table_name in contract.tables
        for (delivery_id,) in connection.execute(
            f'select distinct _delivery_id from incoming."{table_name}__read"'
        ).fetchall()
    }
    dated = [candidate if candidate.problem else _latest_date(connection, candidate) for candidate in candidates]
    if contract.covers == "days":
        dated = _covered_days(connection, contract, dated)
    sound = [
        candidate
        for candidate in dated
        if candidate.problem is None and (candidate.arrived.delivery_id in with_rows or not candidate.may_be_empty)
    ]
    if sound:
        batch = pa.Table.from_pylist([row(candidate) for candidate in sound])
        connection.register("_batch", batch)
        connection.execute("insert into incoming.delivery by name select * from _batch")
        connection.unregister("_batch")
    for table_name, table in contract.tables.items():
        _check_table(connection, contract, table_name, table)
    return dated


def any_to_judge(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether a gate has anything to do."""
    return bool(connection.execute("select 1 from incoming.delivery limit 1").fetchall())


def row(candidate: Candidate) -> dict[str, Any]:
    """A candidate as the columns of ops.delivery that are known before its rows are judged."""
    arrived, matched = candidate.arrived, candidate if isinstance(candidate, Matched) else None
    stated = matched.stated if matched else Stated()
    return {
        "delivery_id": arrived.delivery_id,
        "source": arrived.source,
        "contract": matched.contract.name if matched else None,
        "file_name": arrived.name,
        "sha256": arrived.archived.sha256,
        "bytes": arrived.archived.bytes,
        "arrival": arrived.arrival,
        "extract_date": stated.extract_date,
        "made_at": min(stated.made_at, arrived.received_at) if stated.made_at else None,
        "serial_no": stated.serial_no,
        "covers_from_date": stated.covers_from_date,
        "covers_to_date": stated.covers_to_date,
        "scope": stated.scope,
        "period": stated.period,
        "part": matched.part if matched else None,
        "rows_erased": arrived.rows_erased,
        "rows_forbidden": arrived.rows_forbidden,
        "identifier_scheme": matched.contract.identifier_scheme if matched else None,
        "sequence": arrived.sequence,
    }


def _check_table(connection: duckdb.DuckDBPyConnection, contract: Contract, table_name: str, table: Table) -> None:
    """Reasons of each row by the contract, and of each row whose key an earlier row of the same delivery has.

    A row in quarantine keeps all its values, and all that is wrong with it is told together.
    """
    own = ", ".join(
        f"_read._delivery_id || '-' || _read._row_number as \"{column.name}\""
        if column.name == contract.return_id
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
    repeated as ({repeated if table.key else nothing}),
    judged as (
        select
            as_read.* exclude (_row),
            {reasons(table)} || case when repeated._row is null then [] else [repeated._reason] end as _broken,
            {set_aside_reasons(table)} as _wrong
        from as_read
        left join repeated on as_read._row = repeated._row
    )
    select
        * exclude (_broken, _wrong){_without_wrong_values(table)},
        case when len(_broken) > 0 then _broken || _wrong else _broken end as _reasons,
        case when len(_broken) > 0 then [] else _wrong end as _set_aside
    from judged
    """)


def _without_wrong_values(table: Table) -> str:
    """SQL that replaces values that are set aside by null."""
    values = (
        f"""case when len(_wrong) > 0 and len(_broken) = 0 and len(list_filter(
            _wrong, lambda reason: starts_with(reason, '{column.name}:')
        )) > 0 then null else "{column.name}" end as "{column.name}\""""
        for column in table.set_aside
    )
    return f" replace ({', '.join(values)})" if table.set_aside else ""


def _key_as_read(contract: Contract, table: Table) -> tuple[str, ...]:
    """The key, where a return id that is made of the row's number is that number."""
    return tuple("_row_number" if name == contract.return_id else name for name in table.key)


def _covered_days(
    connection: duckdb.DuckDBPyConnection, contract: Contract, candidates: list[Matched]
) -> list[Matched]:
    """With the first and the last day that each file holds; one without a readable day covers that it was made on."""
    covered: dict[tuple[str, str], tuple[date, date]] = {}
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
        covered |= {(kind.kind, delivery_id): (first, last) for delivery_id, first, last in days}
    return [
        _covering(candidate, *covered[key])
        if (key := (candidate.match.file.kind, candidate.arrived.delivery_id)) in covered and not candidate.problem
        else candidate
        for candidate in candidates
    ]


def _covering(candidate: Matched, first: date, last: date) -> Matched:
    return replace(candidate, stated=replace(candidate.stated, covers_from_date=first, covers_to_date=last))


def _latest_date(connection: duckdb.DuckDBPyConnection, candidate: Matched) -> Matched:
    """With its extract date, for a kind of file where that is the latest date of a column."""
    rule = candidate.match.file.extract_date or ""
    if not rule.startswith("latest "):
        return candidate
    column = rule.removeprefix("latest ")
    (latest,) = one_row(
        connection.execute(
            f"""select max({parsed_date(f'"{column}"')})::date from incoming."{candidate.tables[0]}__cleaned" """
            "where _delivery_id = ?",
            [candidate.arrived.delivery_id],
        )
    )
    if latest is None:
        return candidate
    return replace(candidate, stated=replace(candidate.stated, extract_date=latest, covers_to_date=latest))
