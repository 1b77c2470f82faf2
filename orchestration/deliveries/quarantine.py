"""Settles a batch: clean rows of accepted deliveries to raw, all others to quarantine, counts to ops."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from expectations.contract.model import Contract, raw_columns
from orchestration.build.engine import one_row
from orchestration.deliveries.candidate import Arrived, Matched
from orchestration.deliveries.incoming import row
from orchestration.deliveries.judged import Judged

if TYPE_CHECKING:
    from expectations.gate import CheckResult

REJECTED = "delivery_rejected"


def settle(
    connection: duckdb.DuckDBPyConnection, contract: Contract, candidates: list[Matched], rejected: set[str]
) -> None:
    """Move the rows of a batch, inside the caller's transaction. `rejected` are the ids that a gate turned down.

    Everything is counted in the batch itself, so that the cost does not grow with what was loaded before.
    """
    broken = {candidate.arrived.delivery_id for candidate in candidates if candidate.problem}
    connection.execute(
        "create or replace temp table rejected_delivery as select unnest($ids::varchar[]) as delivery_id",
        {"ids": sorted(rejected)},
    )
    connection.execute(
        "create or replace temp table broken_delivery as select unnest($ids::varchar[]) as delivery_id",
        {"ids": sorted(broken)},
    )
    for table_name in contract.tables:
        connection.execute(_judged_rows(contract, table_name))
        (loaded,) = one_row(
            connection.execute(
                f'insert into raw."{table_name}" by name '
                "select * exclude (_reasons, _set_aside) from judged_row where len(_reasons) = 0"
            )
        )
        (quarantined,) = one_row(
            connection.execute(
                f'insert into quarantine."{table_name}" by name '
                "select * exclude (_set_aside) from judged_row where len(_reasons) > 0"
            )
        )
        (read,) = one_row(connection.execute(f'select count(*) from incoming."{table_name}__read"'))
        if read != loaded + quarantined:
            raise AssertionError(f"{table_name}: {read} rows read, {loaded} loaded, {quarantined} quarantined")
        _count(connection, table_name, [c.arrived.delivery_id for c in candidates if table_name in c.tables])
    for relation in ("view judged_row", "table rejected_delivery", "table broken_delivery"):
        connection.execute(f"drop {relation}")


def _judged_rows(contract: Contract, table_name: str) -> str:
    """SQL of the view judged_row: every row that was read of a table, with all its reasons.

    Of a delivery that broke while it was read, the rows until then have not been checked and carry one reason.
    """
    of = contract.return_id
    return_id = f"replace (_delivery_id || '-' || _row_number as {of})" if of else ""
    return f"""
    create or replace temp view judged_row as
    select * replace (
        _reasons
        || case when _delivery_id in (select delivery_id from rejected_delivery) then ['{REJECTED}'] else [] end
        as _reasons
    )
    from incoming."{table_name}"
    union all by name
    select * {return_id}, ['{REJECTED}'] as _reasons
    from incoming."{table_name}__read"
    where _delivery_id in (select delivery_id from broken_delivery)
    """


def record(
    connection: duckdb.DuckDBPyConnection, deliveries: list[Judged], run_id: str
) -> dict[str, tuple[int, int, int]]:
    """Write the deliveries and their events; returns rows read, accepted, rejected of each, which must add up."""
    counted = connection.execute(
        "select delivery_id, sum(rows_read)::bigint, sum(rows_accepted)::bigint, sum(rows_rejected)::bigint "
        "from ops.delivery_table where delivery_id in (select unnest($ids)) group by delivery_id",
        {"ids": [delivery.delivery_id for delivery in deliveries]},
    ).fetchall()
    rows = {delivery.delivery_id: (0, 0, 0) for delivery in deliveries} | {
        delivery_id: (read, accepted, rejected) for delivery_id, read, accepted, rejected in counted
    }
    for delivery_id, (read, accepted, rejected) in rows.items():
        if read != accepted + rejected:
            raise AssertionError(f"{delivery_id}: {read} rows read, {accepted} accepted, {rejected} rejected")
    now = datetime.now(UTC).replace(tzinfo=None)
    counts = ("rows_read", "rows_accepted", "rows_rejected")
    _insert(
        connection,
        "ops.delivery",
        [
            row(delivery.candidate)
            | dict(zip(counts, rows[delivery.delivery_id], strict=True))
            | {
                "received_at": delivery.candidate.arrived.received_at,
                "status": delivery.status,
                "reason": delivery.reason,
                "reason_code": delivery.reason_code,
                "run_id": run_id,
            }
            for delivery in deliveries
        ],
    )
    _insert(
        connection,
        "ops.delivery_event",
        [
            _event(delivery.candidate.arrived, run_id, now, event, detail)
            for delivery in deliveries
            for event, detail in (
                ("received", None),
                ("rejected" if delivery.status == "rejected" else "accepted", delivery.reason),
            )
        ],
    )
    return rows


def record_checks(connection: duckdb.DuckDBPyConnection, checks: list["CheckResult"]) -> None:
    """Keep what the gate found."""
    _insert(connection, "ops.check_result", [asdict(check) for check in checks])


def record_repeated(connection: duckdb.DuckDBPyConnection, files: list[Arrived], run_id: str) -> None:
    """The same bytes again: that it happened is all that is kept."""
    now = datetime.now(UTC).replace(tzinfo=None)
    _insert(connection, "ops.delivery_event", [_event(file, run_id, now, "repeated", None) for file in files])


def forget_rejected(connection: duckdb.DuckDBPyConnection, source: str, delivery_ids: Iterable[str]) -> None:
    """Bytes that were rejected are judged anew, for the contract may know them now; their events stay."""
    found = connection.execute(
        "select delivery_id from ops.delivery where delivery_id in (select unnest($ids::varchar[]))",
        {"ids": list(delivery_ids)},
    ).fetchall()
    ids = [delivery_id for (delivery_id,) in found]
    if not ids:
        return
    tables = [f'quarantine."{table}"' for table in raw_columns() if table.startswith(f"{source}__")]
    for table in tables:
        connection.execute(f"delete from {table} where _delivery_id in (select unnest($ids))", {"ids": ids})
    for table in ("delivery", "delivery_table", "rejection", "set_aside"):
        connection.execute(f"delete from ops.{table} where delivery_id in (select unnest($ids))", {"ids": ids})


def _count(connection: duckdb.DuckDBPyConnection, table_name: str, delivery_ids: list[str]) -> None:
    """ops.delivery_table, ops.rejection and ops.set_aside. A table without rows counts too: it must supersede what was
    there."""
    connection.execute(
        f"""
        insert into ops.delivery_table by name
        select
            ids.delivery_id,
            '{table_name}' as table_name,
            coalesce(rows_read, 0) as rows_read,
            coalesce(rows_accepted, 0) as rows_accepted,
            coalesce(rows_rejected, 0) as rows_rejected
        from (select unnest($ids::varchar[]) as delivery_id) as ids
        left join (
            select _delivery_id as delivery_id, count(*) as rows_read from incoming."{table_name}__read" group by all
        ) using (delivery_id)
        left join (
            select
                _delivery_id as delivery_id,
                count(*) filter (where len(_reasons) = 0) as rows_accepted,
                count(*) filter (where len(_reasons) > 0) as rows_rejected
            from judged_row
            group by all
        ) using (delivery_id)
        """,
        {"ids": delivery_ids},
    )
    for table, reasons, condition in (
        ("rejection", "_reasons", "len(_reasons) > 0"),
        ("set_aside", "_set_aside", "len(_reasons) = 0 and len(_set_aside) > 0"),
    ):
        connection.execute(
            f"""
            insert into ops.{table} by name
            select
                _delivery_id as delivery_id,
                '{table_name}' as table_name,
                case when contains(reason, ':') then split_part(reason, ':', 1) end as column_name,
                split_part(reason, ':', -1) as reason,
                count(*) as rows
            from (select _delivery_id, unnest({reasons}) as reason from judged_row where {condition})
            group by all
            """
        )


def _event(file: Arrived, run_id: str, at: datetime, event: str, detail: str | None) -> dict[str, Any]:
    return {
        "at": at,
        "run_id": run_id,
        "event": event,
        "file_name": file.name,
        "sha256": file.archived.sha256,
        "delivery_id": file.delivery_id,
        "detail": detail,
    }


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    """One insert by name, however many rows."""
    if not rows:
        return
    connection.register("_rows", pa.Table.from_pylist(rows))
    try:
        connection.execute(f"insert into {table} by name select * from _rows")
    finally:
        connection.unregister("_rows")
