"""Whether what a school's list of safeguarding concerns says can be so, and which categories belong to no group."""

from expectations.metrics.incoming import Incoming, Metric, readable_date

ASK = "Ask the school to correct these concerns in its system; they are taken as they are"
NAMED_FROM = 5
"""A category of fewer children is counted and not named: if columns slipped, it may be somebody's name."""

FORM = "nullif(regexp_replace(lower({}), '[^a-z0-9]+', '', 'g'), '')"
"""A category in the form in which it is compared: as macros/concerns.sql has it."""


def share_metrics() -> dict[str, Metric]:
    """What one row says by itself."""
    raised, closed = readable_date("r.raised_date"), readable_date("r.closed_date")
    is_open = "r.status_code in (select status_code from ref_concern_status where is_open = 'true')"
    return {
        "concerns_after_extract": Metric(
            wording="concerns were raised after the day of the file",
            where=f"reasons = '' and {raised} > _extract_date",
            of="reasons = ''",
            remedy="Look whether day and month are exchanged",
        ),
        "concerns_closed_before_raised": Metric(
            wording="concerns were closed before they were raised",
            where=f"reasons = '' and {closed} < {raised}",
            of=f"reasons = '' and {closed} is not null",
            remedy=ASK,
        ),
        "concerns_open_with_closing_day": Metric(
            wording="concerns are open and have a day on which they were closed",
            where=f"reasons = '' and {closed} is not null and {is_open}",
            of="reasons = ''",
            remedy=ASK,
        ),
    }


def categories_unmapped(incoming: Incoming) -> str:
    """Concerns whose category is of no group; the detail names categories that several children have."""
    form = FORM.format("rows.category")
    known = FORM.format("category_name")
    return f"""
    with known as (select {known} as form from ref_concern_category),
    unmapped as (
        select
            rows._delivery_id as delivery_id, min(trim(rows.category)) as category, count(*) as row_count,
            count(distinct rows.upn) as child_count
        from incoming."{incoming.table}" as rows
        where len(rows._reasons) = 0 and {form} not in (select form from known)
        group by rows._delivery_id, {form}
    )
    select
        batch.delivery_id,
        coalesce(sum(unmapped.row_count), 0) as value,
        coalesce(sum(unmapped.row_count), 0) || ' concerns are of ' || count(unmapped.category)
        || ' categories that belong to no group'
        || coalesce(': ' || string_agg(unmapped.category || ' (' || unmapped.row_count || ')', ', '
            order by unmapped.row_count desc, unmapped.category
        ) filter (where unmapped.child_count >= {NAMED_FROM}), '') as detail
    from incoming.delivery as batch
    left join unmapped on batch.delivery_id = unmapped.delivery_id
    group by batch.delivery_id
    """
