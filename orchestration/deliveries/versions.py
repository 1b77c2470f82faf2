"""Versions of one return: those that say when they were made are in force by that, in whichever order they come."""

import duckdb

WARNING = (
    "a newer version of this return is known, by the moment and number in their headers: this one stays in the audit "
    "and changes nothing. If it is the right one, have it exported anew"
)


def older_than_known(connection: duckdb.DuckDBPyConnection, rejected: set[str]) -> list[str]:
    """The ids of deliveries in `incoming` of which a version made later was accepted, or came with them."""
    found = connection.execute(
        """
        with versions as (
            select delivery_id, source, period, scope, part, extract_date, made_at, serial_no
            from ops.delivery
            where status <> 'rejected' and made_at is not null
            union all
            select delivery_id, source, period, scope, part, extract_date, made_at, serial_no
            from incoming.delivery
            where made_at is not null and delivery_id not in (select unnest($rejected::varchar[]))
        )

        select distinct older.delivery_id
        from incoming.delivery as older
        inner join versions as newer
            on
                older.source = newer.source
                and older.period is not distinct from newer.period
                and older.scope is not distinct from newer.scope
                and older.part is not distinct from newer.part
                and older.extract_date = newer.extract_date
        where (older.made_at, coalesce(older.serial_no, 0)) < (newer.made_at, coalesce(newer.serial_no, 0))
        """,
        {"rejected": sorted(rejected)},
    ).fetchall()
    return [delivery_id for (delivery_id,) in found]
