"""Whether children are absent for more sessions than they could attend, from the pupils and sessions of one batch."""

from expectations.metrics_sql import Incoming


def exceed_possible(incoming: Incoming) -> str:
    """The share of children with more absence than possible sessions; null where the pupils are not in the batch."""
    if "incoming.school_census__pupils" not in incoming.relations:
        return "select null::varchar as delivery_id, null::double as value, null::varchar as detail where false"
    return f"""
    select
        delivery_id,
        case
            when count(*) filter (where absent > possible) > 1
                then count(*) filter (where absent > possible) / count(*)
        end as value,
        count(*) filter (where absent > possible) || ' of ' || count(*)
        || ' children with more sessions absent than possible' as detail
    from (
        select
            sessions._delivery_id as delivery_id,
            sum(try_cast(sessions.sessions as double)) as absent,
            any_value(try_cast(
                case
                    when sessions.period = 'term' then pupils.sessions_possible
                    else pupils.summer_half_term_2_sessions_possible
                end as double
            )) as possible
        from incoming."{incoming.table}" as sessions
        inner join incoming.school_census__pupils as pupils
            using (census_year, census_term, school_id, roll, pupil_return_id)
        where
            len(sessions._reasons) = 0
            and len(pupils._reasons) = 0
            and trim(sessions.attendance_code) in (
                select attendance_code from ref_attendance_code where category in ('authorised', 'unauthorised')
            )
        group by sessions._delivery_id, census_year, census_term, school_id, roll, pupil_return_id, sessions.period
    )
    where possible is not null
    group by delivery_id
    """
