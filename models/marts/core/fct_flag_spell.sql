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

-- Only children who ever had the flag have spells of it. Each child and flag is a number from here on: windows over
-- two keys of text take three times as long.
flagged as (

    select
        child_durable_key,
        flag_key,
        row_number() over (order by child_durable_key, flag_key) as flagged_number
    from assessments
    where flag_state = 'raised'
    group by child_durable_key, flag_key

),

followed as (

    select
        flagged.flagged_number,
        assessments.flag_state = 'raised' as is_raised,
        assessments.flag_state <> 'not_assessable' as is_known,
        assessments.as_of_date,
        dates.date_number,
        dates.next_as_of_date,
        -- grows by one with each date on which the child was not counted: they had left
        dates.date_number - row_number() over (
            partition by flagged.flagged_number order by assessments.as_of_date
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
        coalesce({{ last_known('case when is_known then is_raised end') }} over (
            partition by flagged_number, stay
            order by as_of_date
            rows between unbounded preceding and 1 preceding
        ), false) as was_raised
    from followed

),

numbered as (

    select
        *,
        is_raised and not was_raised as is_start,
        count(*) filter (where is_raised and not was_raised)
            over (partition by flagged_number order by as_of_date) as spell_number
    from remembered

),

ends as (

    select
        flagged_number,
        stay,
        spell_number,
        min(case when is_known and not is_raised then as_of_date end) as cleared_date,
        max(coalesce(next_as_of_date, {{ end_of_time() }})) as left_date
    from numbered
    group by flagged_number, stay, spell_number

),

counted as (

    select
        numbered.flagged_number,
        numbered.stay,
        numbered.spell_number,
        case
            when ends.cleared_date is not null then 'cleared'
            when ends.left_date < {{ end_of_time() }} then 'left'
        end as end_reason,
        coalesce(ends.cleared_date, ends.left_date) as cleared_date,
        count(*) filter (where numbered.is_raised) as raised_half_terms_count,
        count(*) filter (where not numbered.is_known) as not_assessable_half_terms_count
    from numbered
    inner join ends
        on
            numbered.flagged_number = ends.flagged_number
            and numbered.stay = ends.stay
            and numbered.spell_number = ends.spell_number
    where ends.cleared_date is null or numbered.as_of_date < ends.cleared_date
    group by
        numbered.flagged_number, numbered.stay, numbered.spell_number, ends.cleared_date, ends.left_date

),

keyed as (

    select
        {{ surrogate_key(['flagged.child_durable_key', 'flagged.flag_key', 'starts.as_of_date']) }} as flag_spell_key,
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
            starts.flagged_number = counted.flagged_number
            and starts.stay = counted.stay
            and starts.spell_number = counted.spell_number
    inner join flagged on starts.flagged_number = flagged.flagged_number
    inner join assessments
        on
            flagged.child_durable_key = assessments.child_durable_key
            and flagged.flag_key = assessments.flag_key
            and starts.as_of_date = assessments.as_of_date
    where starts.is_start

)

select * from keyed
