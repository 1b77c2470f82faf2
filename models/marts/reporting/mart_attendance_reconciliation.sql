with returned as (

    select * from {{ ref('fct_attendance_period') }}

),

marked as (

    select * from {{ ref('fct_attendance_day') }}

),

census_periods as (

    {{ census_periods() }}

),

calendar as (

    select
        marked_days.attendance_date,
        census_periods.period_end_date
    from (select distinct marked.attendance_date from marked) as marked_days
    inner join census_periods
        on marked_days.attendance_date between census_periods.period_start_date and census_periods.period_end_date

),

returned_children as (

    select
        school_durable_key,
        period_end_date,
        child_durable_key as pupil_key,
        sum(sessions_possible) as sessions_possible,
        sum(sessions_absent) as sessions_absent
    from returned
    group by school_durable_key, period_end_date, child_durable_key

),

marked_children as (

    select
        marked.school_durable_key,
        calendar.period_end_date,
        marked.pupil_key,
        sum(marked.sessions_possible) as sessions_possible,
        sum(marked.sessions_absent) as sessions_absent,
        sum(marked.sessions_unmarked) as sessions_unmarked
    from marked
    inner join calendar on marked.attendance_date = calendar.attendance_date
    group by marked.school_durable_key, calendar.period_end_date, marked.pupil_key

),

marked_days as (

    select
        marked.school_durable_key,
        calendar.period_end_date,
        count(distinct marked.attendance_date) as feed_days_count,
        min(marked.attendance_date) as feed_from_date,
        max(marked.attendance_date) as feed_to_date
    from marked
    inner join calendar on marked.attendance_date = calendar.attendance_date
    group by marked.school_durable_key, calendar.period_end_date

),

compared as (

    select
        coalesce(returned_children.school_durable_key, marked_children.school_durable_key) as school_durable_key,
        coalesce(returned_children.period_end_date, marked_children.period_end_date) as period_end_date,
        returned_children.pupil_key is not null as is_returned,
        marked_children.pupil_key is not null as is_marked,
        returned_children.sessions_possible as census_possible,
        returned_children.sessions_absent as census_absent,
        marked_children.sessions_possible as feed_possible,
        marked_children.sessions_absent as feed_absent,
        marked_children.sessions_unmarked
    from returned_children
    full join marked_children
        on
            returned_children.school_durable_key = marked_children.school_durable_key
            and returned_children.period_end_date = marked_children.period_end_date
            and returned_children.pupil_key = marked_children.pupil_key

),

totals as (

    select
        school_durable_key,
        period_end_date,
        count(*) filter (where is_returned) as census_children_count,
        count(*) filter (where is_marked) as feed_children_count,
        count(*) filter (where is_returned and is_marked) as both_children_count,
        -- whom a return counts and the marks do not is a difference; the marks know children a census does not ask of
        count(*) filter (
            where is_returned and (census_possible is distinct from feed_possible or census_absent <> feed_absent)
        ) as different_children_count,
        cast(sum(census_possible) as bigint) as census_sessions_possible,
        cast(sum(census_absent) as bigint) as census_sessions_absent,
        cast(sum(feed_possible) as bigint) as feed_sessions_possible,
        cast(sum(feed_absent) as bigint) as feed_sessions_absent,
        cast(sum(sessions_unmarked) as bigint) as feed_sessions_unmarked,
        cast(sum(feed_possible - census_possible) as bigint) as possible_difference,
        cast(sum(feed_absent - census_absent) as bigint) as absent_difference
    from compared
    group by school_durable_key, period_end_date

),

-- the year as returned by then, children who left among them
years as (

    select
        totals.school_durable_key,
        totals.period_end_date,
        {{ share('sum(returned.sessions_absent)', 'sum(returned.sessions_possible)') }} as absence_rate
    from totals
    inner join returned
        on
            totals.school_durable_key = returned.school_durable_key
            and {{ academic_year('totals.period_end_date') }} = returned.academic_year
            and totals.period_end_date >= returned.period_end_date
    where totals.census_children_count > 0 and returned.is_in_statistic
    group by totals.school_durable_key, totals.period_end_date, returned.child_durable_key

),

counted as (

    select
        years.school_durable_key,
        years.period_end_date,
        count(years.absence_rate) as children_count,
        count(*) filter (where years.absence_rate >= census_periods.persistent_absence_threshold) as absent_count
    from years
    inner join census_periods on years.period_end_date = census_periods.period_end_date
    group by years.school_durable_key, years.period_end_date

)

select
    {{ surrogate_key(['totals.school_durable_key', 'totals.period_end_date']) }} as reconciliation_key,
    totals.school_durable_key,
    schools.school_id,
    schools.school_name,
    pyramids.pyramid_code,
    pyramids.pyramid_name,
    zones.zone_code,
    zones.zone_name,
    census_periods.census_year,
    census_periods.census_term,
    {{ academic_year('totals.period_end_date') }} as academic_year,
    case
        when totals.feed_children_count = 0 then 'census_only'
        when totals.census_children_count = 0 then 'feed_only'
        when totals.different_children_count = 0 then 'agrees'
        else 'differs'
    end as reconciliation_state,
    totals.census_children_count,
    totals.feed_children_count,
    totals.both_children_count,
    totals.different_children_count,
    totals.census_sessions_possible,
    totals.census_sessions_absent,
    {{ rate('totals.census_sessions_absent', 'totals.census_sessions_possible') }} as census_absence_rate,
    counted.children_count as statistic_children_count,
    counted.absent_count as persistently_absent_statistic_count,
    totals.feed_sessions_possible,
    totals.feed_sessions_absent,
    totals.feed_sessions_unmarked,
    {{ rate('totals.feed_sessions_absent', 'totals.feed_sessions_possible') }} as feed_absence_rate,
    totals.possible_difference,
    totals.absent_difference,
    coalesce(marked_days.feed_days_count, 0) as feed_days_count,
    marked_days.feed_from_date,
    marked_days.feed_to_date,
    census_periods.period_start_date,
    totals.period_end_date
from totals
inner join census_periods on totals.period_end_date = census_periods.period_end_date
left join {{ ref('dim_school') }} as schools
    on totals.school_durable_key = schools.school_durable_key and schools.is_current
left join {{ ref('dim_pyramid') }} as pyramids on schools.pyramid_key = pyramids.pyramid_key
left join {{ ref('dim_zone') }} as zones on schools.zone_key = zones.zone_key
left join counted
    on totals.school_durable_key = counted.school_durable_key and totals.period_end_date = counted.period_end_date
left join marked_days
    on
        totals.school_durable_key = marked_days.school_durable_key
        and totals.period_end_date = marked_days.period_end_date
