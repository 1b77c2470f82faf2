"""Whether the columns of a delivery hold values as they did in the delivery before: an export that loses a column keeps
its heading, and no rule of a single row misses what may be empty."""

from expectations.metrics.before import with_before, with_both
from expectations.metrics.incoming import Incoming

REMARKABLE_ROWS = 10
"""A column of fewer values may well have none the next time."""

FACTOR = 3
"""A column that is filled in less than a third of the rows that it was did not empty row by row."""

OF_ONE_TERM = "summer_half_term_2"
"""What the autumn census alone asks for."""


def columns_emptied(incoming: Incoming) -> str:
    """The columns that held values in the delivery before of the same scope and part, and hold few or none now."""
    columns = sorted(name for name in incoming.columns if not name.startswith(("_", OF_ONE_TERM)))
    counted = ", ".join(f'count("{name}") as "{name}"' for name in columns)
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
    with {with_before(incoming.table)},
    {with_both(incoming, ", ".join(f'"{name}"' for name in columns))},
    filled as (select delivery_id, count(*) as row_count, {counted} from both_rows group by delivery_id),
    compared as (
        select pairs.delivery_id, list_filter([{emptied}], lambda said: said is not null) as emptied
        from pairs
        inner join filled as now on pairs.delivery_id = now.delivery_id
        inner join filled as before on pairs.before_id = before.delivery_id
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
