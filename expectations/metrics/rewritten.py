"""Whether an extract says what the one before said of the same things: most rows of a full extract are yesterday's.

A column that slipped by a row, changed places with another, was filled down, or is written by another calendar holds
good values in every row. What gives it away is that hardly a row says what it said before.
"""

from expectations.metrics.before import UNREMARKABLE_ROWS, with_before, with_both
from expectations.metrics.incoming import Incoming


def rows_kept(incoming: Incoming) -> str:
    """The share of the rows of the delivery before, by their key, that are in this one; a few missing are no matter."""
    value = f"case when row_count - kept_count > {UNREMARKABLE_ROWS} then kept_count / row_count end"
    return _kept(incoming, value, "kept_count", "are in this one")


def rows_gone(incoming: Incoming) -> str:
    """How many rows of the delivery before, by their key, are not in this one."""
    return _kept(incoming, "row_count - kept_count", "row_count - kept_count", "are not in this one")


def _kept(incoming: Incoming, value: str, counted: str, words: str) -> str:
    return f"""
    with {with_before(incoming.table)},
    {with_both(incoming, f"{_key(incoming)} as key")},
    counted as (
        select pairs.delivery_id, count(*) as row_count, count(now.key) as kept_count
        from pairs
        inner join both_rows as before on pairs.before_id = before.delivery_id
        left join both_rows as now on pairs.delivery_id = now.delivery_id and before.key = now.key
        group by pairs.delivery_id
    )
    select
        delivery_id,
        {value} as value,
        ({counted}) || ' of ' || row_count || ' rows of the delivery before {words}, by their key' as detail
    from counted
    """


def columns_rewritten(incoming: Incoming) -> str:
    """The columns that say something else than in the delivery before of more than half of the rows of both."""
    columns = sorted(name for name in incoming.columns if not name.startswith("_") and name not in incoming.key)
    counted = "".join(
        f""",
            count(before."{name}") as "{name}/",
            count(*) filter (where before."{name}" is distinct from now."{name}" and before."{name}" is not null)
                as "{name}#\""""
        for name in columns
    )
    rewritten = ", ".join(
        f"""
            case
                when "{name}#" > {UNREMARKABLE_ROWS} and 2 * "{name}#" > "{name}/"
                    then '{name} in ' || "{name}#" || ' of ' || "{name}/" || ' rows'
            end"""
        for name in columns
    )
    named = "".join(f', "{name}"' for name in columns)
    return f"""
    with {with_before(incoming.table)},
    {with_both(incoming, f"{_key(incoming)} as key{named}")},
    counted as (
        select pairs.delivery_id{counted}
        from pairs
        inner join both_rows as before on pairs.before_id = before.delivery_id
        inner join both_rows as now on pairs.delivery_id = now.delivery_id and before.key = now.key
        group by pairs.delivery_id
    ),
    said as (
        select delivery_id, list_filter([{rewritten}]::varchar[], lambda said: said is not null) as rewritten
        from counted
    )
    select
        delivery_id,
        len(rewritten) as value,
        case
            when len(rewritten) = 0 then 'every column says of most rows what it said'
            else 'columns say something else than in the delivery before: ' || array_to_string(rewritten, ', ')
        end as detail
    from said
    """


def _key(incoming: Incoming) -> str:
    columns = ", ".join(f"""coalesce("{name}", '')""" for name in incoming.key)
    return f"hash({columns})"
