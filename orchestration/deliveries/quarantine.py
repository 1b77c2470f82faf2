"""Settles a batch: clean rows of accepted deliveries to raw, all others to quarantine with their reasons, counts to ops."""

from collections.abc import Iterable
from dataclasses import fields
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
    connection.execute("create or replace temp table rejected_delivery as select unnest($ids::varchar[]) as delivery_id", {"ids": sorted(rejected)})
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


def record(connection: duckdb.DuckDBPyConnection, candidate: Candidate, run_id: str) -> tuple[int, int, int]:
    """Write the delivery and its event; returns rows read, accepted, rejected, which must add up."""
    read, accepted, rejected = connection.execute(
        "select coalesce(sum(rows_read), 0)::bigint, coalesce(sum(rows_accepted), 0)::bigint, coalesce(sum(rows_rejected), 0)::bigint "
        "from ops.delivery_table where delivery_id = ?",
        [candidate.delivery_id],
    ).fetchone()
    if read != accepted + rejected:
        raise AssertionError(f"{candidate.delivery_id}: {read} rows read, {accepted} accepted, {rejected} rejected")
    now = datetime.now(UTC).replace(tzinfo=None)
    known = {
        **row(candidate),
        "received_at": now,
        "status": candidate.status,
        "rows_read": read,
        "rows_accepted": accepted,
        "rows_rejected": rejected,
        "reason": candidate.reason,
        "run_id": run_id,
    }
    names = ", ".join(known)
    connection.execute(f"insert into ops.delivery ({names}) values ({', '.join('?' * len(known))})", list(known.values()))
    event = "rejected" if candidate.status == "rejected" else "accepted"
    for name, detail in (("received", None), (event, candidate.reason)):
        connection.execute(
            "insert into ops.delivery_event values (?, ?, ?, ?, ?, ?, ?)",
            [now, run_id, name, candidate.file.name, candidate.archived.sha256, candidate.delivery_id, detail],
        )
    return read, accepted, rejected


def record_checks(connection: duckdb.DuckDBPyConnection, checks: list["CheckResult"]) -> None:
    """Keep what the gate found, in one insert however many deliveries there were."""
    if not checks:
        return
    names = [field.name for field in fields(checks[0])]
    results = pa.table({name: [getattr(check, name) for check in checks] for name in names})
    connection.register("_checks", results)
    try:
        connection.execute(f"insert into ops.check_result by name select {', '.join(names)} from _checks")
    finally:
        connection.unregister("_checks")


def record_repeated(connection: duckdb.DuckDBPyConnection, candidate: Candidate, run_id: str) -> None:
    """The same bytes again: that it happened is all that is kept."""
    connection.execute(
        "insert into ops.delivery_event values (?, ?, 'repeated', ?, ?, ?, null)",
        [
            datetime.now(UTC).replace(tzinfo=None),
            run_id,
            candidate.file.name,
            candidate.archived.sha256,
            candidate.delivery_id,
        ],
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
