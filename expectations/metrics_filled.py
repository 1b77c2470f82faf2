"""Whether the columns of a delivery hold values as they did in the delivery before: an export that loses a column keeps
its heading, and no rule of a single row misses what may be empty."""

from expectations.metrics_before import earlier_deliveries
from expectations.metrics_sql import Incoming

REMARKABLE_ROWS = 10
"""A column of fewer values may well have none the next time."""

FACTOR = 3
"""A column that is filled in less than a third of the rows that it was did not empty row by row."""


def columns_emptied(incoming: Incoming) -> str:
    """The columns that held values in the delivery before of the same scope and part, and hold few or none now."""
    columns = sorted(name for name in incoming.columns if not name.startswith("_"))
    filled = ", ".join(f'count(nullif(trim("{name}"), \'\')) as "{name}"' for name in columns)
    emptied = ", ".join(
        f"""
            case
                when
                    before."{name}" >= {REMARKABLE_ROWS}
                    and {FACTOR} * now."{name}" * before.row_count < before."{name}" * now.row_count
                    then '{name} in ' || now."{name}" || ' of ' || now.row_count || ' rows, after ' || before."{name}"
                    || ' of ' || before.row_count
            end"""
        for name in columns
    )
    return f"""
    with deliveries as (
        select delivery_id, scope, part, extract_date, sequence, true as is_candidate from incoming.delivery
        union all
        select delivery_id, scope, part, extract_date, sequence, false from ({earlier_deliveries(incoming.table)})
    ),
    filled as (
        select _delivery_id as delivery_id, count(*) as row_count, {filled}
        from incoming."{incoming.table}"
        where len(_reasons) = 0
        group by all
        union all
        select _delivery_id as delivery_id, count(*) as row_count, {filled}
        from raw."{incoming.table}"
        where _delivery_id in (select delivery_id from deliveries where not is_candidate)
        group by all
    ),
    in_order as (
        select
            delivery_id,
            is_candidate,
            lag(delivery_id) over (
                partition by scope, part order by extract_date, sequence nulls last, delivery_id
            ) as before_id
        from deliveries
        where delivery_id in (select delivery_id from filled)
    ),
    compared as (
        select in_order.delivery_id, list_filter([{emptied}], lambda said: said is not null) as emptied
        from in_order
        inner join filled as now on in_order.delivery_id = now.delivery_id
        inner join filled as before on in_order.before_id = before.delivery_id
        where in_order.is_candidate
    )
    select
        delivery_id,
        len(emptied) as value,
        case
            when len(emptied) = 0 then 'every column is filled as it was'
            else 'columns hold hardly a value: ' || array_to_string(emptied, ', ')
        end as detail
    from compared
    """
