{#- What counts towards a child's attendance, and from and until which day it does: the periods of census returns and
    the days of the feed, by the precedence of ref_attendance_source. No session counts twice on any day. -#}
with days as (

    select * from {{ ref('int_attendance_days') }}

),

unread as (

    select * from {{ ref('int_attendance_marks_unread') }}

),

periods as (

    select * from {{ ref('int_attendance_periods') }}

),

children as (

    select * from {{ ref('int_children') }}

),

boarding as (

    select * from {{ ref('int_boarding_spells') }}

),

assessment_dates as (

    select * from {{ ref('int_assessment_dates') }}

),

censuses as (

    select * from {{ ref('ref_census') }}

),

precedence as (

    select
        min(precedence) filter (where source = 'school_census')
        < min(precedence) filter (where source = 'attendance_daily') as is_census_first
    from {{ ref('ref_attendance_source') }}

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

-- The ages of which the census of the day collects attendance.
collected_ages as (

    select
        calendar.attendance_date,
        max_by(censuses.attendance_age_from, censuses.reference_date) as age_from,
        max_by(censuses.attendance_age_to, censuses.reference_date) as age_to
    from calendar
    inner join censuses on calendar.attendance_date >= censuses.reference_date
    group by calendar.attendance_date

),

feed as (

    select
        child_days.child_durable_key,
        child_days.school_id,
        calendar.academic_year,
        calendar.counts_from_date,
        calendar.period_end_date,
        collected_ages.age_from,
        collected_ages.age_to,
        min(child_days.attendance_date) as first_date,
        min(child_days.attendance_date) filter (where child_days.is_read) as start_date,
        max(child_days.attendance_date) filter (where child_days.is_read) as end_date,
        cast(sum(child_days.sessions_possible) as integer) as sessions_possible,
        cast(sum(child_days.sessions_absent) as integer) as sessions_absent,
        cast(sum(child_days.sessions_unread) as integer) as sessions_unread,
        max_by(child_days.delivery_id, child_days.attendance_date) filter (where child_days.is_read) as delivery_id
    from child_days
    inner join calendar on child_days.attendance_date = calendar.attendance_date
    inner join collected_ages on child_days.attendance_date = collected_ages.attendance_date
    group by
        child_days.child_durable_key, child_days.school_id, calendar.academic_year, calendar.counts_from_date,
        calendar.period_end_date, collected_ages.age_from, collected_ages.age_to

),

-- Persistent absence is asked of whom the census collects: the feed marks boarders and the youngest and oldest too.
collected_feed as (

    select feed.*
    from feed
    inner join children on feed.child_durable_key = children.child_durable_key
    left join boarding
        on
            feed.child_durable_key = boarding.child_durable_key
            and {{ valid_on('feed.counts_from_date', 'boarding', 'start_date', 'end_date') }}
    where
        boarding.child_durable_key is null
        and {{ age_at_start_of_academic_year('children.birth_date', 'feed.first_date') }}
        between feed.age_from and feed.age_to

),

feed_periods as (

    select distinct
        child_durable_key,
        school_id,
        period_end_date
    from collected_feed
    where period_end_date is not null

),

evidence as (

    select
        periods.child_durable_key,
        periods.school_id,
        periods.academic_year,
        'school_census' as source,
        periods.period_start_date as start_date,
        periods.period_end_date as end_date,
        periods.sessions_possible,
        periods.sessions_absent,
        0 as sessions_unread,
        periods.is_consistent,
        periods.period_end_date as counts_from_date,
        case
            when precedence.is_census_first or feed_periods.child_durable_key is null then {{ end_of_time() }}
            else periods.period_end_date
        end as counts_to_date,
        periods.delivery_id
    from periods
    cross join precedence
    left join feed_periods
        on
            periods.child_durable_key = feed_periods.child_durable_key
            and periods.school_id = feed_periods.school_id
            and periods.period_end_date = feed_periods.period_end_date

    union all

    select
        collected_feed.child_durable_key,
        collected_feed.school_id,
        collected_feed.academic_year,
        'attendance_daily' as source,
        collected_feed.start_date,
        collected_feed.end_date,
        collected_feed.sessions_possible,
        collected_feed.sessions_absent,
        collected_feed.sessions_unread,
        true as is_consistent,
        collected_feed.counts_from_date,
        case
            when precedence.is_census_first and periods.child_durable_key is not null then periods.period_end_date
            else {{ end_of_time() }}
        end as counts_to_date,
        collected_feed.delivery_id
    from collected_feed
    cross join precedence
    left join periods
        on
            collected_feed.child_durable_key = periods.child_durable_key
            and collected_feed.school_id = periods.school_id
            and collected_feed.period_end_date = periods.period_end_date

)

select * from evidence
where counts_from_date < counts_to_date
