"""How a delivery compares in size with the delivery before it: the same table and scope, the extract just before."""

from expectations.metrics.incoming import Incoming

REMEMBERED_DAYS = 500
"""A delivery is compared with one of the last year or so: what is older costs nothing, however long the history."""

UNREMARKABLE_ROWS = 10
"""A difference of so few rows says nothing about a delivery: a small school may halve."""


def volume(incoming: Incoming) -> str:
    """Rows accepted ÷ rows accepted of the delivery before, accepted earlier or earlier in the same batch.

    Pupils returned are counted on roll: how many have left depends on the term. Differences of fewer than
    `UNREMARKABLE_ROWS` rows are null, for a small school may halve.
    """
    on_roll = "roll = 'on'" if "roll" in incoming.columns else "true"

    def columns(relation: str) -> str:
        return ", ".join(f"{relation}.{name}" for name in ("delivery_id", "scope", "part", "extract_date", "sequence"))

    return f"""
    select
        delivery_id,
        case
            when abs(row_count - row_count_before) > {UNREMARKABLE_ROWS} then row_count / row_count_before
        end as value,
        coalesce(
            row_count || ' rows after ' || row_count_before || ' in the delivery before', 'no delivery before'
        ) as detail
    from (
        select
            delivery_id,
            row_count,
            is_candidate,
            lag(row_count) over (
                partition by scope, part order by extract_date, sequence nulls last, delivery_id
            ) as row_count_before
        from (
            select {columns("batch")}, rows.row_count, true as is_candidate
            from incoming.delivery as batch
            inner join (
                select _delivery_id as delivery_id, count(*) as row_count
                from incoming."{incoming.table}"
                where len(_reasons) = 0 and {on_roll}
                group by all
            ) as rows using (delivery_id)
            union all
            select {columns("earlier")}, rows.row_count, false as is_candidate
            from ({earlier_deliveries(incoming.table)}) as earlier
            inner join (
                select _delivery_id as delivery_id, count(*) as row_count
                from raw."{incoming.table}"
                where {on_roll}
                group by all
            ) as rows using (delivery_id)
        )
    )
    where is_candidate
    """


def earlier_deliveries(table: str) -> str:
    """The accepted deliveries that a delivery of this batch may be compared with."""
    return f"""
        select delivery_id, scope, part, extract_date, sequence
        from ops.delivery
        inner join ops.delivery_table using (delivery_id)
        where
            table_name = '{table}'
            and status in ('accepted', 'accepted_with_warnings')
            and delivery_table.rows_accepted > 0
            and extract_date >= (select min(extract_date) from incoming.delivery) - {REMEMBERED_DAYS}
            and delivery_id not in (select delivery_id from incoming.delivery)
    """


def with_before(table: str) -> str:
    """CTE pairs: delivery_id, before_id, is_correction: each delivery of this batch with rows in the table, and the one
    before it.

    Of the same scope and part, accepted earlier or earlier in the batch; a correction is of the same day, too.
    """
    return f"""
    pairs as (
        select delivery_id, before_id, is_correction
        from (
            select
                delivery_id,
                is_candidate,
                lag(delivery_id) over versions as before_id,
                lag(extract_date) over versions = extract_date as is_correction
            from (
                select delivery_id, scope, part, extract_date, sequence, true as is_candidate
                from incoming.delivery
                where delivery_id in (select _delivery_id from incoming."{table}" where len(_reasons) = 0)
                union all
                select delivery_id, scope, part, extract_date, sequence, false
                from ({earlier_deliveries(table)})
            )
            window versions as (partition by scope, part order by extract_date, sequence nulls last, delivery_id)
        )
        where is_candidate and before_id is not null
    )
    """


def with_both(incoming: Incoming, columns: str, with_leavers: bool = False) -> str:
    """CTE both_rows: `columns` of the accepted rows of each delivery of `pairs` and of the one before it.

    Of pupils returned those on roll, unless `with_leavers`: how many have left depends on the term.
    """
    on_roll = "roll = 'on'" if "roll" in incoming.columns and not with_leavers else "true"
    return f"""
    both_rows as (
        select _delivery_id as delivery_id, {columns}
        from incoming."{incoming.table}"
        where len(_reasons) = 0 and {on_roll}
        union all
        select _delivery_id as delivery_id, {columns}
        from raw."{incoming.table}"
        where _delivery_id in (select before_id from pairs) and {on_roll}
    )
    """
