with assessments as (

    select * from {{ ref('fct_flag_assessment') }}

),

dates as (

    select
        calendar_date as as_of_date,
        row_number() over (order by calendar_date) as date_number,
        lead(calendar_date) over (order by calendar_date) as next_as_of_date
    from {{ ref('dim_date') }}
    where is_assessment_date

),

-- only children who ever had the flag have spells of it; what else is known of a row waits until the spells are few
flagged as (

    select distinct
        child_durable_key,
        flag_key
    from assessments
    where flag_state = 'raised'

),

followed as (

    select
        assessments.flag_assessment_key,
        assessments.child_durable_key,
        assessments.flag_key,
        assessments.flag_state,
        assessments.as_of_date,
        dates.date_number,
        dates.next_as_of_date,
        -- grows by one with each date on which the child was not counted: they had left
        dates.date_number - row_number() over (
            partition by assessments.child_durable_key, assessments.flag_key order by assessments.as_of_date
        ) as stay
    from assessments
    inner join flagged
        on
            assessments.child_durable_key = flagged.child_durable_key
            and assessments.flag_key = flagged.flag_key
    inner join dates on assessments.as_of_date = dates.as_of_date

),

-- what was last known before: a date on which nothing could be said neither clears a flag nor raises it anew
remembered as (

    select
        *,
        last_value(case when flag_state <> 'not_assessable' then flag_state end ignore nulls) over (
            partition by child_durable_key, flag_key, stay
            order by as_of_date
            rows between unbounded preceding and 1 preceding
        ) as last_known_state
    from followed

),

numbered as (

    select
        *,
        flag_state = 'raised' and coalesce(last_known_state, 'not_raised') = 'not_raised' as is_start,
        count(*) filter (where flag_state = 'raised' and coalesce(last_known_state, 'not_raised') = 'not_raised')
            over (partition by child_durable_key, flag_key order by as_of_date) as spell_number
    from remembered

),

ends as (

    select
        child_durable_key,
        flag_key,
        stay,
        spell_number,
        min(case when flag_state = 'not_raised' then as_of_date end) as cleared_date,
        max(coalesce(next_as_of_date, {{ end_of_time() }})) as left_date
    from numbered
    group by child_durable_key, flag_key, stay, spell_number

),

counted as (

    select
        numbered.child_durable_key,
        numbered.flag_key,
        numbered.stay,
        numbered.spell_number,
        case
            when ends.cleared_date is not null then 'cleared'
            when ends.left_date < {{ end_of_time() }} then 'left'
        end as end_reason,
        coalesce(ends.cleared_date, ends.left_date) as cleared_date,
        count(*) filter (where numbered.flag_state = 'raised') as raised_half_terms_count,
        count(*) filter (where numbered.flag_state = 'not_assessable') as not_assessable_half_terms_count
    from numbered
    inner join ends
        on
            numbered.child_durable_key = ends.child_durable_key
            and numbered.flag_key = ends.flag_key
            and numbered.stay = ends.stay
            and numbered.spell_number = ends.spell_number
    where ends.cleared_date is null or numbered.as_of_date < ends.cleared_date
    group by
        numbered.child_durable_key, numbered.flag_key, numbered.stay, numbered.spell_number, ends.cleared_date,
        ends.left_date

),

keyed as (

    select
        {{ surrogate_key(['starts.child_durable_key', 'starts.flag_key', 'starts.as_of_date']) }} as flag_spell_key,
        assessments.child_key,
        assessments.child_durable_key,
        assessments.school_key,
        assessments.school_durable_key,
        assessments.pyramid_key,
        assessments.zone_key,
        assessments.flag_key,
        assessments.flag_rule_key,
        assessments.flag_rule_durable_key,
        {{ date_key('starts.as_of_date') }} as raised_date_key,
        {{ date_key('counted.cleared_date') }} as cleared_date_key,
        counted.end_reason,
        cast(starts.spell_number - 1 as integer) as times_raised_before_count,
        cast(counted.raised_half_terms_count as integer) as raised_half_terms_count,
        cast(counted.not_assessable_half_terms_count as integer) as not_assessable_half_terms_count,
        counted.end_reason is null as is_current,
        starts.as_of_date as raised_date,
        counted.cleared_date
    from numbered as starts
    inner join counted
        on
            starts.child_durable_key = counted.child_durable_key
            and starts.flag_key = counted.flag_key
            and starts.stay = counted.stay
            and starts.spell_number = counted.spell_number
    inner join assessments on starts.flag_assessment_key = assessments.flag_assessment_key
    where starts.is_start

)

select * from keyed
