"""What is counted of a school's daily marks: whose days they are, and whether the pupils are those of before."""

from expectations.metrics.before import UNREMARKABLE_ROWS, earlier_deliveries
from expectations.metrics.incoming import Incoming, readable_date

DAY = readable_date("attendance_date")


def rows_of_another_school(incoming: Incoming) -> str:
    """Rows whose school is not that of the file's name."""
    wrong = "count(*) filter (where replace(replace(rows.school_id, '/', ''), ' ', '') is distinct from batch.scope)"
    return _counted(incoming, wrong, "rows of another school than the file is named after")


def days_ahead(incoming: Incoming) -> str:
    """Days after the one on which the file was made."""
    wrong = f"count(distinct {DAY}) filter (where {DAY} > batch.extract_date)"
    return _counted(incoming, wrong, "days after the one that the name of the file states")


def pupils_of_a_day(incoming: Incoming) -> str:
    """Pupils marked on a day ÷ those of the newest file before it, on average; few pupils more or less are no matter.

    A file holds any number of days, so its rows say nothing by themselves.
    """
    return f"""
    with pupils as (
        select _delivery_id as delivery_id, count(*) / nullif(count(distinct attendance_date), 0) as of_a_day
        from incoming."{incoming.table}"
        where len(_reasons) = 0
        group by all
    ),
    oldest as (
        select scope, min(extract_date) as extract_date
        from incoming.delivery
        group by scope
    ),
    earlier as (
        select known.delivery_id, known.scope, known.extract_date, known.sequence
        from ({earlier_deliveries(incoming.table)}) as known
        inner join oldest on known.scope = oldest.scope and known.extract_date <= oldest.extract_date
        qualify row_number() over (partition by known.scope order by known.extract_date desc, known.sequence desc) = 1
    ),
    pupils_earlier as (
        select _delivery_id as delivery_id, count(*) / nullif(count(distinct attendance_date), 0) as of_a_day
        from raw."{incoming.table}"
        where _delivery_id in (select delivery_id from earlier)
        group by all
    ),
    in_order as (
        select
            delivery_id,
            of_a_day,
            is_candidate,
            lag(of_a_day) over (
                partition by scope order by extract_date, sequence nulls last, delivery_id
            ) as of_a_day_before
        from (
            select batch.delivery_id, batch.scope, batch.extract_date, batch.sequence, of_a_day, true as is_candidate
            from incoming.delivery as batch
            inner join pupils using (delivery_id)
            union all
            select earlier.delivery_id, scope, extract_date, sequence, of_a_day, false as is_candidate
            from earlier
            inner join pupils_earlier using (delivery_id)
        )
    )
    select
        delivery_id,
        case when abs(of_a_day - of_a_day_before) > {UNREMARKABLE_ROWS} then of_a_day / of_a_day_before end as value,
        coalesce(
            round(of_a_day)::int || ' pupils a day after ' || round(of_a_day_before)::int || ' in the delivery before',
            'no delivery before'
        ) as detail
    from in_order
    where is_candidate
    """


def pupils_unknown(incoming: Incoming) -> str:
    """The share of pupils whom neither Synergy nor a census knows; null where neither has been delivered."""
    known = " union ".join(
        f'select upper(trim({column})) as upn from raw."{table}"'
        for table in ("synergy__pupils", "school_census__pupils")
        for column in ("upn", "former_upn")
    )
    return f"""
    with known as ({known}),
    pupils as (
        select distinct _delivery_id as delivery_id, upper(trim(upn)) as upn
        from incoming."{incoming.table}"
        where len(_reasons) = 0
    )
    select
        delivery_id,
        case when count(*) filter (where known.upn is null) > 1
            then count(*) filter (where known.upn is null) / count(*)
        end as value,
        count(*) filter (where known.upn is null) || ' of ' || count(*)
        || ' pupils are in no extract of Synergy and no census' as detail
    from pupils
    left join known using (upn)
    where (select count(*) from known) > 0
    group by delivery_id
    """


def _counted(incoming: Incoming, wrong: str, words: str) -> str:
    return f"""
    select rows._delivery_id as delivery_id, {wrong} as value, {wrong} || ' {words}' as detail
    from incoming."{incoming.table}" as rows
    inner join incoming.delivery as batch on rows._delivery_id = batch.delivery_id
    group by all
    """
