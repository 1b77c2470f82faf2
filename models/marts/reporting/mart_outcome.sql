{#- What became of the flags of children with a response, beside children who were in the same place and had none.

    Comparable are the children who on the same date had the same flags raised and were in the same year group, and had
    no response opened until the later date. That is exact matching on what the warehouse sees: who was chosen for a
    response, and why, it does not see. -#}
with responses as (

    select * from {{ ref('fct_response') }}
    where child_durable_key <> {{ unknown_key() }}

),

dates as (

    select
        calendar_date as as_of_date,
        row_number() over (order by calendar_date) as date_number
    from {{ ref('dim_date') }}
    where is_assessment_date

),

flags as (

    select * from {{ ref('dim_flag') }}

),

-- which flags are raised, as one number: flags are few and children many
children_on_dates as (

    select
        assessments.child_durable_key,
        assessments.as_of_date,
        any_value(assessments.nc_year) as nc_year,
        count(*) filter (where assessments.flag_state = 'raised') as raised_count,
        count(*) filter (where assessments.flag_state = 'not_assessable') as not_assessable_count,
        coalesce(
            sum(case when assessments.flag_state = 'raised' then cast(power(2, flags.display_order) as integer) end), 0
        ) as raised_set
    from {{ ref('fct_flag_assessment') }} as assessments
    inner join flags on assessments.flag_key = flags.flag_key
    inner join dates on assessments.as_of_date = dates.as_of_date
    group by assessments.child_durable_key, assessments.as_of_date

),

raised_sets as (

    select
        sets.raised_set,
        coalesce(string_agg(flags.flag_code, ',' order by flags.display_order), '') as raised_flags
    from (select distinct raised_set from children_on_dates) as sets
    left join flags
        on
            floor(sets.raised_set / power(2, flags.display_order)) % 2 = 1
            and not flags.is_summary
            and flags.flag_key <> {{ unknown_key() }}
    group by sets.raised_set

),

-- the flags that were known when the response was decided on, and those of each later date that has come
begun as (

    select
        responses.*,
        max(dates.as_of_date) as before_date,
        max(dates.date_number) as date_number
    from responses
    inner join dates on responses.opened_date >= dates.as_of_date
    group by all

),

due as (

    select
        begun.*,
        horizons.half_terms_after,
        horizons.minimum_comparable_children,
        dates_after.as_of_date as after_date
    from begun
    cross join {{ ref('ref_outcome_horizon') }} as horizons
    inner join dates as dates_after
        on begun.date_number + horizons.half_terms_after = dates_after.date_number

),

followed_up as (

    select
        due.*,
        before_state.nc_year,
        before_state.raised_set,
        before_state.raised_count as flags_before_count,
        after_state.raised_count as flags_after_count,
        after_state.not_assessable_count as flags_not_assessable_after_count
    from due
    inner join children_on_dates as before_state
        on
            due.child_durable_key = before_state.child_durable_key
            and due.before_date = before_state.as_of_date
    left join children_on_dates as after_state
        on
            due.child_durable_key = after_state.child_durable_key
            and due.after_date = after_state.as_of_date

),

strata as (

    select distinct
        before_date,
        after_date,
        half_terms_after,
        nc_year,
        raised_set
    from followed_up

),

first_responses as (

    select
        child_durable_key,
        min(opened_date) as first_opened_date
    from responses
    group by child_durable_key

),

comparable as (

    select
        strata.before_date,
        strata.half_terms_after,
        strata.nc_year,
        strata.raised_set,
        count(*) as comparable_children_count,
        avg(after_state.raised_count) as comparable_flags_after_mean
    from strata
    inner join children_on_dates as before_state
        on
            strata.before_date = before_state.as_of_date
            and strata.raised_set = before_state.raised_set
            and strata.nc_year is not distinct from before_state.nc_year
    inner join children_on_dates as after_state
        on
            before_state.child_durable_key = after_state.child_durable_key
            and strata.after_date = after_state.as_of_date
    left join first_responses on before_state.child_durable_key = first_responses.child_durable_key
    where first_responses.first_opened_date is null or first_responses.first_opened_date > strata.after_date
    group by strata.before_date, strata.half_terms_after, strata.nc_year, strata.raised_set

),

compared as (

    select
        {{ surrogate_key(['followed_up.response_key', 'followed_up.half_terms_after']) }} as outcome_key,
        followed_up.response_key,
        followed_up.child_key,
        followed_up.child_durable_key,
        followed_up.school_key,
        followed_up.school_durable_key,
        followed_up.pyramid_key,
        followed_up.zone_key,
        followed_up.response_code,
        followed_up.opened_date,
        followed_up.half_terms_after,
        followed_up.before_date,
        followed_up.after_date,
        raised_sets.raised_flags as raised_flags_before,
        followed_up.flags_before_count,
        followed_up.flags_after_count,
        followed_up.flags_not_assessable_after_count,
        followed_up.flags_after_count - followed_up.flags_before_count as flags_change,
        coalesce(comparable.comparable_children_count, 0) as comparable_children_count,
        case
            when comparable.comparable_children_count >= followed_up.minimum_comparable_children
                then cast(comparable.comparable_flags_after_mean - followed_up.flags_before_count as decimal(9, 4))
        end as comparable_flags_change,
        case
            when followed_up.flags_after_count is null then 'child_left'
            when coalesce(comparable.comparable_children_count, 0) < followed_up.minimum_comparable_children
                then 'too_few_comparable'
        end as reason_code
    from followed_up
    left join comparable
        on
            followed_up.before_date = comparable.before_date
            and followed_up.half_terms_after = comparable.half_terms_after
            and followed_up.nc_year is not distinct from comparable.nc_year
            and followed_up.raised_set = comparable.raised_set
    left join raised_sets on followed_up.raised_set = raised_sets.raised_set

)

select * from compared
