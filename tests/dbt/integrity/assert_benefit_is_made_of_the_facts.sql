-- What: what the county's own comparison counts in a period is what the facts hold for its months, brought to a year.
-- When it matters: before a figure leaves the council. A month counted from totals is not in the facts: such a period
-- is left to mart_demand.
-- How to resolve: compare mart_demand with the facts for the months of the period in ref_benefit_comparison.
with facts as (

    {{ front_door_events() }}

),

recorded_months as (

    select
        event_kind,
        month_date
    from {{ ref('mart_demand') }}
    where is_county and counted_from = 'events'

),

periods as (

    select
        comparison_id,
        after_from_date,
        after_to_date,
        {{ months_between('after_from_date', 'after_to_date') }} as months
    from {{ ref('ref_benefit_comparison') }}
    where basis = 'counted'

),

counted as (

    select
        periods.comparison_id,
        facts.event_kind as measure_code,
        cast(count(*) * 12 as decimal(18, 4)) / max(periods.months) as per_year
    from periods
    inner join facts on {{ valid_on('facts.month_date', 'periods', 'after_from_date', 'after_to_date') }}
    inner join recorded_months
        on facts.event_kind = recorded_months.event_kind and facts.month_date = recorded_months.month_date
    group by periods.comparison_id, facts.event_kind

)

select
    counted.comparison_id,
    counted.measure_code,
    counted.per_year,
    benefit.after_per_year
from counted
inner join {{ ref('mart_benefit') }} as benefit
    on counted.comparison_id = benefit.comparison_id and counted.measure_code = benefit.measure_code
where benefit.after_per_year is not null and abs(benefit.after_per_year - counted.per_year) > 0.01
