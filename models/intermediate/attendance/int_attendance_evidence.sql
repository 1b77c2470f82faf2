{#- What counts towards a child's attendance, and from and until which day it does: the periods of census returns and
    the days of the feed, by the precedence of ref_attendance_source. No session counts twice on any day. -#}
with periods as (

    select * from {{ ref('int_attendance_periods') }}

),

feed as (

    select * from {{ ref('int_attendance_days_summed') }}

),

precedence as (

    select
        min(precedence) filter (where source = 'school_census')
        < min(precedence) filter (where source = 'attendance_daily') as is_census_first
    from {{ ref('ref_attendance_source') }}

),

feed_periods as (

    select distinct
        child_durable_key,
        school_id,
        period_end_date
    from feed
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
        feed.child_durable_key,
        feed.school_id,
        feed.academic_year,
        'attendance_daily' as source,
        feed.start_date,
        feed.end_date,
        feed.sessions_possible,
        feed.sessions_absent,
        feed.sessions_unread,
        true as is_consistent,
        feed.counts_from_date,
        case
            when precedence.is_census_first and periods.child_durable_key is not null then periods.period_end_date
            else {{ end_of_time() }}
        end as counts_to_date,
        feed.delivery_id
    from feed
    cross join precedence
    left join periods
        on
            feed.child_durable_key = periods.child_durable_key
            and feed.school_id = periods.school_id
            and feed.period_end_date = periods.period_end_date

)

select * from evidence
where counts_from_date < counts_to_date
