"""Whether the rows of a file are of the time that its name states: last year's file under this year's name is not."""

from expectations.metrics.before import earlier_deliveries
from expectations.metrics.incoming import Incoming, readable_date

RECENT_DAYS = 31
"""Marks of a month back come late; a file that holds nothing younger rewrites what was long closed."""

NEAR_DAYS = 7


MONTHS = {"autumn": (9, 10, 11, 12, 1), "spring": (1, 2, 3, 4), "summer": (4, 5, 6, 7, 8)}
"""In which months an assessment of a term may be dated; January and April are of two."""


def rows_of_another_year(incoming: Incoming) -> str:
    """Accepted rows of another academic year than the file is named after, by what they state or by their date, or of
    another term.
    """
    stated, named = "trim(rows.academic_year)", "batch.period"
    if "assessment_date" in incoming.columns:
        stated = f"case when {stated} = {named} then {_year_of_date()} else {stated} end || {_term_of_row()}"
        named = f"{named} || coalesce(' ' || batch.part, '')"
    wrong = f"{stated} is distinct from {named}"
    return f"""
    select
        rows._delivery_id as delivery_id,
        count(*) filter (where {wrong}) as value,
        case
            when count(*) filter (where {wrong}) > 0
                then count(*) filter (where {wrong}) || ' of ' || count(*) || ' rows are of '
                || mode({stated}) filter (where {wrong}) || ', the file is named '
                || replace(max({named}), '/', '-')
            else 'every row is of the year of the file'
        end as detail
    from incoming."{incoming.table}" as rows
    inner join incoming.delivery as batch on rows._delivery_id = batch.delivery_id
    where len(rows._reasons) = 0
    group by rows._delivery_id
    """


def _year_of_date() -> str:
    """SQL: the academic year in which a row was assessed, that of the file's name where it names no day."""
    day = readable_date("rows.assessment_date")
    begun = f"(year({day}) - if(month({day}) < 9, 1, 0))"
    return f"coalesce({begun} || '/' || right(cast({begun} + 1 as varchar), 2), batch.period)"


def _term_of_row() -> str:
    """SQL: the term in which a row was assessed, after a blank: that of the file's name where the month allows it."""
    month = f"month({readable_date('rows.assessment_date')})"
    of_name = " ".join(f"when '{term}' then {month} in {months}" for term, months in MONTHS.items())
    of_date = " ".join(f"when {month} in {months} then ' {term}'" for term, months in MONTHS.items())
    return f"""
        case when batch.part is null then '' when case batch.part {of_name} end then ' ' || batch.part {of_date} end"""


def days_swapped(incoming: Incoming) -> str:
    """Days near the day of the file with day and month exchanged, in a file that holds none near it as it is read."""
    day = readable_date("rows.attendance_date")
    swapped = f"try(make_date(year({day}), day({day}), month({day})))"
    near = f"between batch.extract_date - {NEAR_DAYS} and batch.extract_date"
    return f"""
    select
        delivery_id,
        case when near_count = 0 then swapped_count else 0 end as value,
        swapped_count || ' days are near the day of the file only with day and month exchanged' as detail
    from (
        select
            rows._delivery_id as delivery_id,
            count(distinct {day}) filter (where {day} {near}) as near_count,
            count(distinct {day}) filter (where {swapped} {near} and not {day} {near}) as swapped_count
        from incoming."{incoming.table}" as rows
        inner join incoming.delivery as batch on rows._delivery_id = batch.delivery_id
        group by rows._delivery_id
    )
    """


def days_back(incoming: Incoming) -> str:
    """Days from the youngest day of a file back from the day that its name states, where that is more than a month and
    the school has sent its marks since: then the file only rewrites. Else nought.
    """
    return f"""
    with youngest as (
        select rows._delivery_id as delivery_id, max({readable_date("rows.attendance_date")}) as youngest_day
        from incoming."{incoming.table}" as rows
        where len(rows._reasons) = 0
        group by rows._delivery_id
    ),
    spans as (
        select
            batch.delivery_id,
            datediff('day', youngest.youngest_day, batch.extract_date) as days,
            exists (
                select 1 from ({earlier_deliveries(incoming.table)}) as earlier
                where earlier.scope = batch.scope
                    and earlier.extract_date between youngest.youngest_day and batch.extract_date
            ) as has_sent_since
        from incoming.delivery as batch
        inner join youngest on batch.delivery_id = youngest.delivery_id
    )
    select
        delivery_id,
        case when days > {RECENT_DAYS} and has_sent_since then days else 0 end as value,
        'the youngest day lies ' || days || ' days before the one that the name states' as detail
    from spans
    """
