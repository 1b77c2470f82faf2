"""Settles a batch: clean rows of accepted deliveries to raw, all others to quarantine with their reasons, counts to ops."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from expectations.contract import Contract
from orchestration.deliveries.candidate import Candidate
from orchestration.deliveries.incoming import row

if TYPE_CHECKING:
    from expectations.gate import CheckResult

REJECTED = "delivery_rejected"


def settle(
    connection: duckdb.DuckDBPyConnection, contract: Contract, candidates: list[Candidate], rejected: set[str]
) -> None:
    """Move the rows of a batch, inside the caller's transaction. `rejected` are the ids that a gate turned down."""
    connection.execute(
        "create or replace temp table rejected_delivery as select unnest($ids::varchar[]) as delivery_id",
        {"ids": sorted(rejected)},
    )
    broken = sorted(candidate.delivery_id for candidate in candidates if candidate.problem)
    for table_name, table in contract.tables.items():
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        delivered = f"{columns}, _delivery_id, _extract_date, _row_number"
        is_rejected = "_delivery_id in (select delivery_id from rejected_delivery)"
        connection.execute(f"""
        insert into raw."{table_name}" by name
        select {delivered} from incoming."{table_name}" where len(_reasons) = 0 and not {is_rejected}
        """)
        connection.execute(f"""
        insert into quarantine."{table_name}" by name
        select {delivered}, _reasons || case when {is_rejected} then ['{REJECTED}'] else [] end as _reasons
        from incoming."{table_name}" where len(_reasons) > 0 or {is_rejected}
        """)
        if broken:
            connection.execute(
                f"""insert into quarantine."{table_name}" by name
                select * replace (_delivery_id || '-' || _row_number as pupil_return_id), ['{REJECTED}'] as _reasons
                from incoming."{table_name}__read" where _delivery_id in (select unnest($broken))"""
                if contract.format == "xml"
                else f"""insert into quarantine."{table_name}" by name
                select *, ['{REJECTED}'] as _reasons
                from incoming."{table_name}__read" where _delivery_id in (select unnest($broken))""",
                {"broken": broken},
            )
        _count(connection, table_name, [c.delivery_id for c in candidates if table_name in c.tables])
    connection.execute("drop table rejected_delivery")


def record(
    connection: duckdb.DuckDBPyConnection, candidates: list[Candidate], run_id: str
) -> dict[str, tuple[int, int, int]]:
    """Write the deliveries and their events; returns rows read, accepted, rejected of each, which must add up."""
    counted = connection.execute(
        "select delivery_id, sum(rows_read)::bigint, sum(rows_accepted)::bigint, sum(rows_rejected)::bigint "
        "from ops.delivery_table where delivery_id in (select unnest($ids)) group by delivery_id",
        {"ids": [candidate.delivery_id for candidate in candidates]},
    ).fetchall()
    rows = {candidate.delivery_id: (0, 0, 0) for candidate in candidates} | {name: tuple(n) for name, *n in counted}
    for delivery_id, (read, accepted, rejected) in rows.items():
        if read != accepted + rejected:
            raise AssertionError(f"{delivery_id}: {read} rows read, {accepted} accepted, {rejected} rejected")
    now = datetime.now(UTC).replace(tzinfo=None)
    counts = ("rows_read", "rows_accepted", "rows_rejected")
    _insert(
        connection,
        "ops.delivery",
        [
            row(candidate)
            | dict(zip(counts, rows[candidate.delivery_id], strict=True))
            | {"received_at": now, "status": candidate.status, "reason": candidate.reason, "run_id": run_id}
            for candidate in candidates
        ],
    )
    _insert(
        connection,
        "ops.delivery_event",
        [
            _event(candidate, run_id, now, event, detail)
            for candidate in candidates
            for event, detail in (
                ("received", None),
                ("rejected" if candidate.status == "rejected" else "accepted", candidate.reason),
            )
        ],
    )
    return rows


def record_checks(connection: duckdb.DuckDBPyConnection, checks: list["CheckResult"]) -> None:
    """Keep what the gate found."""
    _insert(connection, "ops.check_result", [asdict(check) for check in checks])


def record_repeated(connection: duckdb.DuckDBPyConnection, candidates: list[Candidate], run_id: str) -> None:
    """The same bytes again: that it happened is all that is kept."""
    now = datetime.now(UTC).replace(tzinfo=None)
    _insert(
        connection, "ops.delivery_event", [_event(candidate, run_id, now, "repeated", None) for candidate in candidates]
    )


def forget_rejected(connection: duckdb.DuckDBPyConnection, source: str, delivery_ids: Iterable[str]) -> None:
    """Bytes that were rejected are judged anew, for the contract may know them now; their events stay."""
    ids = sorted(delivery_ids)
    if not ids:
        return
    tables = connection.execute(
        "select table_name from information_schema.tables where table_catalog = current_database() "
        "and table_schema = 'quarantine' and starts_with(table_name, ?)",
        [f"{source}__"],
    ).fetchall()
    for (table,) in tables:
        connection.execute(f'delete from quarantine."{table}" where _delivery_id in (select unnest(?))', [ids])
    for table in ("delivery", "delivery_table", "rejection"):
        connection.execute(f"delete from ops.{table} where delivery_id in (select unnest(?))", [ids])


def _count(connection: duckdb.DuckDBPyConnection, table_name: str, delivery_ids: list[str]) -> None:
    """ops.delivery_table and ops.rejection, counted where the rows now are. A table without rows counts too:
    it must supersede what an earlier delivery had."""
    if not delivery_ids:
        return
    parameters = {"ids": delivery_ids}
    connection.execute(
        f"""
        insert into ops.delivery_table
        select ids.delivery_id, '{table_name}', coalesce(accepted, 0) + coalesce(rejected, 0), coalesce(accepted, 0), coalesce(rejected, 0)
        from (select unnest($ids) as delivery_id) as ids
        left join (
            select _delivery_id as delivery_id, count(*) as accepted from raw."{table_name}"
            where _delivery_id in (select unnest($ids)) group by all
        ) using (delivery_id)
        left join (
            select _delivery_id as delivery_id, count(*) as rejected from quarantine."{table_name}"
            where _delivery_id in (select unnest($ids)) group by all
        ) using (delivery_id)
        """,
        parameters,
    )
    connection.execute(
        f"""
        insert into ops.rejection
        select
            _delivery_id,
            '{table_name}',
            case when contains(reason, ':') then split_part(reason, ':', 1) end as column_name,
            split_part(reason, ':', -1) as reason,
            count(*)
        from (
            select _delivery_id, unnest(_reasons) as reason
            from quarantine."{table_name}" where _delivery_id in (select unnest($ids))
        )
        group by all
        """,
        parameters,
    )


def _event(candidate: Candidate, run_id: str, at: datetime, event: str, detail: str | None) -> dict:
    return {
        "at": at,
        "run_id": run_id,
        "event": event,
        "file_name": candidate.file.name,
        "sha256": candidate.archived.sha256,
        "delivery_id": candidate.delivery_id,
        "detail": detail,
    }


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict]) -> None:
    """One insert by name, however many rows."""
    if not rows:
        return
    connection.register("_rows", pa.Table.from_pylist(rows))
    try:
        connection.execute(f"insert into {table} by name select * from _rows")
    finally:
        connection.unregister("_rows")
