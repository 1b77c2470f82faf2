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


def rows_withdrawn(incoming: Incoming) -> str:
    """How many rows of a return, by their key, its correction does not hold."""
    value = "row_count - kept_count"
    return _kept(incoming, value, value, "are not in this one", of_corrections=True)


def _kept(incoming: Incoming, value: str, counted: str, words: str, of_corrections: bool = False) -> str:
    return f"""
    with {with_before(incoming.table)},
    {with_both(incoming, f"{_key(incoming)} as key", with_leavers=of_corrections)},
    counted as (
        select pairs.delivery_id, count(*) as row_count, count(now.key) as kept_count
        from pairs
        inner join both_rows as before on pairs.before_id = before.delivery_id
        left join both_rows as now on pairs.delivery_id = now.delivery_id and before.key = now.key
        where is_correction or {not of_corrections}
        group by pairs.delivery_id
    )
    select
        delivery_id,
        {value} as value,
        ({counted}) || ' of ' || row_count || ' rows of the delivery before {words}, by their key' as detail
    from counted
    """


def columns_rewritten(incoming: Incoming) -> str:
    """The columns that say something else than in the delivery before of the rows of both, as no night would have it.

    Of more than half of the rows: another column, calendar, or value for all. Of less, where one value is common: a
    column that slipped by a row says something else of most rows that said anything rare, and each value is there as
    often as it was; two codes that took each other's place say each other of most of their rows. Or none of a few
    values is left, or one value stands in all that were empty; or, in a return, all pupils are of one kind that were
    of several (all planned huddles may be held).
    """
    columns = sorted(
        name for name in incoming.columns if not name.startswith("_") and name not in (*incoming.key, *_OF_A_TERM)
    )
    named = "".join(f', "{name}"' for name in columns)
    pairs_of_values = ", ".join(
        f"""{{'name': '{name}', 'before': before."{name}", 'now': now."{name}"}}""" for name in columns
    )
    return f"""
    with {with_before(incoming.table)},
    {with_both(incoming, f"{_key(incoming)} as key{named}")},
    said as (
        select pairs.delivery_id, unnest([{pairs_of_values}]::{_VALUES}, recursive := true)
        from pairs
        inner join both_rows as before on pairs.before_id = before.delivery_id
        inner join both_rows as now on pairs.delivery_id = now.delivery_id and before.key = now.key
    ),
    moves as (
        select
            delivery_id,
            name,
            before,
            now,
            before is not null and before is distinct from now and not ({_MOVED_UP}) as is_other,
            count(*) as n,
            sum(count(*)) over (partition by delivery_id, name, before) as before_count
        from said
        group by delivery_id, name, before, now
    ),
    commonest as (
        select delivery_id, name, max(before_count) as common_count
        from moves
        where before is not null
        group by delivery_id, name
    ),
    by_column as (
        select
            delivery_id,
            name,
            common_count,
            coalesce(sum(n) filter (where before is not null), 0) as row_count,
            coalesce(sum(n) filter (where is_other), 0) as other_count,
            coalesce(sum(n) filter (where is_other and now is null), 0) as emptied_count,
            count(distinct now) as kind_count,
            coalesce(sum(n) filter (where before is null and now is not null), 0) as filled_count,
            bool_and(now is not null) as is_full,
            coalesce(sum(n) filter (where is_other and before_count < common_count), 0) as rare_other_count
        from moves
        left join commonest using (delivery_id, name)
        group by delivery_id, name, common_count
    ),
    -- How many rows more or less of a value there are now: none, where a column slipped.
    drift as (
        select delivery_id, name, sum(abs(more)) / 2 as drift_count
        from (
            select delivery_id, name, value, sum(more) as more
            from (
                select delivery_id, name, before as value, -n as more from moves
                union all
                select delivery_id, name, now, n from moves
            )
            group by delivery_id, name, value
        )
        group by delivery_id, name
    ),
    exchanged as (
        select one.delivery_id, one.name, max(one.n + other.n) as exchanged_count
        from moves as one
        inner join moves as other
            on
                one.delivery_id = other.delivery_id and one.name = other.name
                and one.before = other.now and one.now = other.before and one.before < one.now
        where 2 * one.n > one.before_count and 2 * other.n > other.before_count
        group by one.delivery_id, one.name
    ),
    counted as (
        select
            *,
            other_count + if(is_full, filled_count, 0) as told_count,
            row_count + if(is_full, filled_count, 0) as told_of,
            2 * other_count > row_count and other_count > {UNREMARKABLE_ROWS}
            or 2 * rare_other_count > row_count - common_count and rare_other_count > {UNREMARKABLE_ROWS}
            and 4 * drift_count <= other_count
            or exchanged_count > {UNREMARKABLE_ROWS}
            or emptied_count = row_count and row_count >= {FEW}
            or filled_count > {UNREMARKABLE_ROWS} and is_full and kind_count = 1
            or {_is_returned(incoming)} and kind_count = 1 and rare_other_count > {UNREMARKABLE_ROWS} as is_rewritten
        from by_column
        inner join drift using (delivery_id, name)
        left join exchanged using (delivery_id, name)
    )
    select
        delivery_id,
        count(*) filter (where is_rewritten) as value,
        coalesce(
            'columns say something else than in the delivery before: '
            || string_agg(name || ' in ' || told_count || ' of ' || told_of || ' rows', ', ' order by name)
                filter (where is_rewritten),
            'every column says of most rows what it said'
        ) as detail
    from counted
    group by delivery_id
    """


FEW = 3
"""Values that are all gone were taken away together; of two, each may have gone for a reason of its own."""

_VALUES = "struct(name varchar, before varchar, now varchar)[]"

_OF_A_TERM = ("sessions_possible", "summer_half_term_2_sessions_possible")
"""What is counted of each term anew."""

_MOVED_UP = (
    "name = 'nc_year' and (try_cast(now as integer) = try_cast(before as integer) + 1 or before = 'R' and now = '1')"
)
"""Every September every child does."""


def _key(incoming: Incoming) -> str:
    # In a return a pupil has a number of that return alone.
    key = ("upn",) if _is_returned(incoming) else incoming.key
    columns = ", ".join(f"""coalesce("{name}", '')""" for name in key)
    return f"hash({columns})"


def _is_returned(incoming: Incoming) -> bool:
    """Whether its rows are the pupils of a census return."""
    return {"upn", "pupil_return_id"} <= incoming.columns
