{#- Periods of eligibility for free school meals. Later returns repeat a period and say when it ended: the
    newest word stands. -#}
with returns as (

    select * from {{ ref('int_pupil_returns') }}

),

fsm_periods as (

    select * from {{ ref('stg_school_census__fsm_periods') }}

),

stated as (

    select
        returns.child_durable_key,
        returns.school_id,
        fsm_periods.fsm_start_date as start_date,
        {{ end_exclusive('fsm_periods.fsm_end_date') }} as end_date,
        returns.reference_date,
        fsm_periods.delivery_id
    from fsm_periods
    inner join returns
        on
            fsm_periods.census_year = returns.census_year
            and fsm_periods.census_term = returns.census_term
            and fsm_periods.school_id = returns.school_id
            and fsm_periods.roll = returns.roll
            and fsm_periods.pupil_return_id = returns.pupil_return_id
    where fsm_periods.fsm_start_date is not null

),

latest as (

    select * from stated
    qualify row_number() over (
        partition by child_durable_key, start_date
        order by reference_date desc, end_date desc, school_id asc, delivery_id asc
    ) = 1

),

spells as (

    select
        child_durable_key,
        school_id,
        start_date,
        -- A period that ends before it starts covers no day.
        greatest(start_date, end_date) as end_date,
        end_date > start_date as is_consistent,
        reference_date,
        delivery_id
    from latest

),

-- Periods of two schools, or one restated with another first day, may overlap: eligible on every day of either. A
-- period that covers no day is kept: nobody can say of which days the child was eligible.
without_overlap as (

    {{ without_overlap(
        'spells',
        ['child_durable_key'],
        ['reference_date desc', 'school_id asc'],
        ['child_durable_key', 'school_id', 'is_consistent', 'reference_date', 'delivery_id'],
        keep_empty=true,
    ) }}

)

select * from without_overlap
