"""Whether children are absent for more sessions than they could attend, from the pupils and sessions of one batch."""

from expectations.metrics.incoming import Incoming


def sessions_exceed_possible(incoming: Incoming) -> str:
    """The share of children with more absence than possible sessions; null where the pupils are not in the batch."""
    if "incoming.school_census__pupils" not in incoming.relations:
        return "select null::varchar as delivery_id, null::double as value, null::varchar as detail where false"
    pupil = "hash(census_year, census_term, school_id, roll, pupil_return_id)"
    of_period = "case period when 'term' then sessions_possible else summer_half_term_2_sessions_possible end"
    possible = f"try_cast({of_period} as double)"
    return f"""
    select
        delivery_id,
        case
            when count(*) filter (where absent > {possible}) > 1
                then count(*) filter (where absent > {possible}) / count(*)
        end as value,
        count(*) filter (where absent > {possible}) || ' of ' || count(*)
        || ' children with more sessions absent than possible' as detail
    from (
        select
            _delivery_id as delivery_id,
            {pupil} as pupil,
            period,
            sum(try_cast(sessions as double)) as absent
        from incoming."{incoming.table}"
        where
            len(_reasons) = 0
            and trim(attendance_code) in (
                select attendance_code from ref_attendance_code where category in ('authorised', 'unauthorised')
            )
        group by all
    )
    inner join (
        select {pupil} as pupil, sessions_possible, summer_half_term_2_sessions_possible
        from incoming.school_census__pupils
        where len(_reasons) = 0
    ) using (pupil)
    where {possible} is not null
    group by delivery_id
    """
