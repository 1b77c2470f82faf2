{{ config(meta={"holds": ["valid_from_date", "valid_to_date"]}) }}
{#- What a child's year so far came to, at all schools, from each day on which that changed. -#}
with evidence as (

    select * from {{ ref('int_attendance_evidence') }}

),

rules as (

    select * from {{ ref('ref_flag_rule') }}
    where measure = 'absence_rate'

),

-- What begins to count is added, and what a census has taken over since is taken off again.
changes as (

    select
        child_durable_key,
        academic_year,
        counts_from_date as change_date,
        sessions_possible,
        sessions_absent,
        sessions_unread,
        case when is_consistent then 0 else 1 end as is_inconsistent,
        case when source = 'school_census' then 1 else 0 end as is_returned,
        start_date,
        end_date,
        delivery_id
    from evidence

    union all

    select
        child_durable_key,
        academic_year,
        counts_to_date as change_date,
        -sessions_possible as sessions_possible,
        -sessions_absent as sessions_absent,
        -sessions_unread as sessions_unread,
        0 as is_inconsistent,
        0 as is_returned,
        cast(null as date) as start_date,
        cast(null as date) as end_date,
        cast(null as string) as delivery_id
    from evidence
    where counts_to_date < {{ end_of_time() }}

),

changes_of_a_day as (

    select
        child_durable_key,
        academic_year,
        change_date,
        sum(sessions_possible) as sessions_possible,
        sum(sessions_absent) as sessions_absent,
        sum(sessions_unread) as sessions_unread,
        max(is_inconsistent) as is_inconsistent,
        max(is_returned) as is_returned,
        min(start_date) as start_date,
        max(end_date) as end_date,
        {{ latest('delivery_id', "concat_ws('|', end_date, delivery_id)") }} as delivery_id
    from changes
    group by child_durable_key, academic_year, change_date

),

years_so_far as (

    select
        child_durable_key,
        academic_year,
        change_date,
        sum(sessions_possible) over year_so_far as sessions_possible,
        sum(sessions_absent) over year_so_far as sessions_absent,
        sum(sessions_unread) over year_so_far as sessions_unread,
        max(is_inconsistent) over year_so_far = 1 as is_inconsistent,
        max(is_returned) over year_so_far = 1 as is_returned,
        min(start_date) over year_so_far as covers_from_date,
        max(end_date) over year_so_far as covers_to_date,
        {{ latest('delivery_id', 'end_date') }} over year_so_far as delivery_id,
        lead(change_date) over (partition by child_durable_key, academic_year order by change_date) as next_change_date
    from changes_of_a_day
    window
        year_so_far as (
            partition by child_durable_key, academic_year order by change_date
            rows between unbounded preceding and current row
        )

),

-- Marks of the first days of September say little: the year before speaks until the rule has sessions enough.
judged as (

    select
        years_so_far.*,
        years_so_far.is_returned
        or coalesce(years_so_far.sessions_possible >= rules.minimum_sessions, true) as is_sufficient
    from years_so_far
    left join rules on {{ valid_on('years_so_far.change_date', 'rules') }}

),

years as (

    select
        child_durable_key,
        academic_year,
        min(change_date) as first_date,
        min(change_date) filter (where is_sufficient) as sufficient_from_date
    from judged
    group by child_durable_key, academic_year

),

years_in_order as (

    select
        child_durable_key,
        academic_year,
        min(sufficient_from_date) over earlier_years is not null as is_sufficient_before,
        min(first_date) over later_years as later_first_date,
        min(sufficient_from_date) over later_years as later_sufficient_date
    from years
    window
        earlier_years as (
            partition by child_durable_key order by academic_year rows between unbounded preceding and 1 preceding
        ),
        later_years as (
            partition by child_durable_key order by academic_year rows between 1 following and unbounded following
        )

),

spans as (

    select
        judged.child_durable_key,
        judged.academic_year,
        judged.sessions_possible,
        judged.sessions_absent,
        judged.sessions_unread,
        judged.is_inconsistent,
        judged.covers_from_date,
        judged.covers_to_date,
        judged.delivery_id,
        judged.change_date as valid_from_date,
        least(
            coalesce(judged.next_change_date, {{ end_of_time() }}),
            coalesce(years_in_order.later_sufficient_date, {{ end_of_time() }}),
            case
                when judged.is_sufficient then {{ end_of_time() }}
                else coalesce(years_in_order.later_first_date, {{ end_of_time() }})
            end
        ) as valid_to_date
    from judged
    inner join years_in_order
        on
            judged.child_durable_key = years_in_order.child_durable_key
            and judged.academic_year = years_in_order.academic_year
    where judged.is_sufficient or not years_in_order.is_sufficient_before

)

select * from spans
where valid_from_date < valid_to_date
