{#- The days of the feed, of every child that is marked, added up from one day on which flags are evaluated to the next:
    what the census does not ask was marked all the same. -#}
with days as (

    select * from {{ ref('int_attendance_days') }}

),

unread as (

    select * from {{ ref('int_attendance_marks_unread') }}

),

assessment_dates as (

    select * from {{ ref('int_assessment_dates') }}

),

census_periods as (

    {{ census_periods() }}

),

child_days as (

    select
        child_durable_key,
        school_id,
        attendance_date,
        sessions_possible,
        sessions_absent,
        sessions_unmarked as sessions_unread,
        true as is_read,
        delivery_id
    from days
    where child_durable_key is not null

    union all

    -- a row that could not be read is a morning and an afternoon
    select
        child_durable_key,
        school_id,
        attendance_date,
        0 as sessions_possible,
        0 as sessions_absent,
        2 as sessions_unread,
        false as is_read,
        delivery_id
    from unread

),

-- Flags are evaluated on some days alone, so the days between two of them may be added up.
calendar as (

    select
        marked_days.attendance_date,
        {{ academic_year('marked_days.attendance_date') }} as academic_year,
        min(assessment_dates.as_of_date) as counts_from_date,
        min(census_periods.period_end_date) as period_end_date
    from (select distinct child_days.attendance_date from child_days) as marked_days
    inner join assessment_dates on marked_days.attendance_date <= assessment_dates.as_of_date
    left join census_periods
        on marked_days.attendance_date between census_periods.period_start_date and census_periods.period_end_date
    group by marked_days.attendance_date

),

summed as (

    select
        child_days.child_durable_key,
        child_days.school_id,
        calendar.academic_year,
        calendar.period_end_date,
        min(child_days.attendance_date) filter (where child_days.is_read) as start_date,
        max(child_days.attendance_date) filter (where child_days.is_read) as end_date,
        cast(sum(child_days.sessions_possible) as integer) as sessions_possible,
        cast(sum(child_days.sessions_absent) as integer) as sessions_absent,
        cast(sum(child_days.sessions_unread) as integer) as sessions_unread,
        calendar.counts_from_date,
        {{ latest('child_days.delivery_id', 'child_days.attendance_date') }} filter (where child_days.is_read)
            as delivery_id
    from child_days
    inner join calendar on child_days.attendance_date = calendar.attendance_date
    group by
        child_days.child_durable_key, child_days.school_id, calendar.academic_year, calendar.counts_from_date,
        calendar.period_end_date

)

select * from summed
