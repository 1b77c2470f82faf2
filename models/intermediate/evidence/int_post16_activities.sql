{#- What young people do, months of returns collapsed to spells: one lasts as long as every return says the same. -#}
with returns as (

    select
        period_end_date,
        lag(period_end_date) over (order by period_end_date) as previous_period_end_date,
        max(period_end_date) over () as last_period_end_date
    from (select distinct period_end_date from {{ ref('stg_nccis__young_people') }}) as months

),

months as (

    select
        people.person_id,
        people.cohort_code,
        activities.activity_code,
        activities.start_date,
        activities.is_lapsed,
        activities.verified_date,
        activities.due_to_lapse_date,
        activities.delivery_id,
        returns.period_end_date,
        returns.previous_period_end_date,
        returns.last_period_end_date
    from {{ ref('stg_nccis__activities') }} as activities
    inner join {{ ref('stg_nccis__young_people') }} as people on activities.record_id = people.record_id
    inner join returns on activities.period_end_date = returns.period_end_date

),

-- Beside each month the person's month before; it follows on if it is of the return before.
beside_earlier as (

    select
        *,
        lag(period_end_date) over (partition by person_id order by period_end_date) as earlier_period_end_date,
        lag(activity_code) over (partition by person_id order by period_end_date) as earlier_activity_code,
        lag(start_date) over (partition by person_id order by period_end_date) as earlier_start_date,
        lag(is_lapsed) over (partition by person_id order by period_end_date) as was_lapsed,
        lag(cohort_code) over (partition by person_id order by period_end_date) as earlier_cohort_code
    from months

),

compared as (

    select
        *,
        coalesce(earlier_period_end_date = previous_period_end_date, false) as follows_on,
        coalesce(earlier_activity_code = activity_code and earlier_start_date = start_date, false) as is_same_activity,
        coalesce(was_lapsed = is_lapsed, false) as is_as_known,
        coalesce(earlier_cohort_code = cohort_code, false) as is_of_same_cohort
    from beside_earlier

),

-- When a month that says something new began: with the activity; or the day after it lapsed, or was verified again.
-- What nobody dates began after the return before.
begun as (

    select
        *,
        not follows_on or not is_same_activity or not is_as_known or not is_of_same_cohort as is_first,
        case
            when not is_same_activity then start_date
            when not follows_on then cast(date_trunc('month', period_end_date) as date)
            when not is_as_known and is_lapsed then cast(due_to_lapse_date + interval '1' day as date)
            when not is_as_known then verified_date
        end as stated_from_date,
        cast(earlier_period_end_date + interval '1' day as date) as earliest_date
    from compared

),

dated as (

    select
        *,
        case
            when not is_same_activity then stated_from_date
            else least(greatest(coalesce(stated_from_date, earliest_date), earliest_date), period_end_date)
        end as from_date,
        sum(case when is_first then 1 else 0 end) over (
            partition by person_id order by period_end_date rows unbounded preceding
        ) as spell_number
    from begun

),

collapsed as (

    select
        person_id,
        spell_number,
        {{ earliest('follows_on', 'period_end_date') }} as follows_on,
        {{ earliest('from_date', 'period_end_date') }} as from_date,
        min(activity_code) as activity_code,
        min(start_date) as start_date,
        bool_or(is_lapsed) as is_lapsed,
        min(cohort_code) as cohort_code,
        min(period_end_date) as first_told_date,
        max(period_end_date) as last_told_date,
        max(last_period_end_date) as last_period_end_date,
        {{ latest('delivery_id', 'period_end_date') }} as delivery_id
    from dated
    group by person_id, spell_number

),

beside_next as (

    select
        *,
        coalesce(lead(follows_on) over (partition by person_id order by spell_number), false) as is_followed,
        lead(from_date) over (partition by person_id order by spell_number) as next_from_date
    from collapsed

),

-- A later return that begins a spell no later than the one before puts that one right: it was never true.
ended as (

    select
        *,
        case
            when is_followed then next_from_date
            when last_told_date = last_period_end_date then {{ end_of_time() }}
            else cast(last_told_date + interval '1' day as date)
        end as to_date
    from beside_next

)

select
    person_id,
    spell_number,
    activity_code,
    start_date,
    is_lapsed,
    cohort_code,
    first_told_date,
    last_told_date,
    from_date as valid_from_date,
    greatest(to_date, from_date) as valid_to_date,
    delivery_id
from ended
