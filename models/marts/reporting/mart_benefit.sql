{#- Before and after, not attributed: what changed between two periods and what the change is worth at dated unit costs.
    Published figures and the county's own go through the same arithmetic. -#}
with comparisons as (

    select * from {{ ref('ref_benefit_comparison') }}

),

measures as (

    select * from {{ ref('ref_benefit_measure') }}

),

unit_costs as (

    select * from {{ ref('ref_unit_cost') }}

),

counts as (

    select * from {{ ref('mart_benefit_case') }}

),

yearly as (

    select
        comparison_id,
        measure_code,
        max(
            case when period = 'before' then cast(case_count * 12 as decimal(18, 4)) / months_count end
        ) as before_per_year,
        max(
            case when period = 'after' then cast(case_count * 12 as decimal(18, 4)) / months_count end
        ) as after_per_year
    from counts
    group by comparison_id, measure_code

),

costed as (

    select
        comparisons.comparison_id,
        comparisons.comparison_name,
        comparisons.basis,
        comparisons.display_order as comparison_order,
        measures.measure_code,
        measures.measure_name,
        measures.display_order,
        measures.is_in_total,
        measures.printed_to_gbp,
        yearly.before_per_year,
        yearly.after_per_year,
        -- what has no time before is counted by itself
        case
            when measures.measure_code = 'children_reached' then yearly.after_per_year
            else yearly.before_per_year - yearly.after_per_year
        end as difference_per_year,
        measures.share_of_cases,
        unit_costs.unit_cost_gbp,
        case
            when measures.huddles_are_its_cost
                then huddles.after_per_year * comparisons.hours_per_huddle * hours.unit_cost_gbp
            else 0
        end as cost_gbp
    from comparisons
    cross join measures
    left join yearly
        on comparisons.comparison_id = yearly.comparison_id and measures.measure_code = yearly.measure_code
    left join yearly as huddles
        on comparisons.comparison_id = huddles.comparison_id and huddles.measure_code = 'huddle'
    left join unit_costs
        on
            measures.cost_code = unit_costs.cost_code
            and {{ valid_on('comparisons.costs_of_date', 'unit_costs') }}
    left join unit_costs as hours
        on
            hours.cost_code = 'huddle_hour'
            and {{ valid_on('comparisons.costs_of_date', 'hours') }}

),

valued as (

    select
        *,
        difference_per_year * share_of_cases * unit_cost_gbp as gross_gbp,
        difference_per_year * share_of_cases * unit_cost_gbp - cost_gbp as net_gbp
    from costed

),

printed as (

    select
        *,
        round(net_gbp / printed_to_gbp) * printed_to_gbp as net_printed_gbp
    from valued

),

-- a total of which a part is not known is not known
totals as (

    select
        comparison_id,
        comparison_name,
        basis,
        comparison_order,
        'total' as measure_code,
        'Total' as measure_name,
        max(display_order) + 1 as display_order,
        false as is_in_total,
        cast(null as decimal(18, 4)) as before_per_year,
        cast(null as decimal(18, 4)) as after_per_year,
        cast(null as decimal(18, 4)) as difference_per_year,
        cast(null as decimal(12, 2)) as unit_cost_gbp,
        case when count(*) = count(net_gbp) then sum(gross_gbp) end as gross_gbp,
        case when count(*) = count(net_gbp) then sum(cost_gbp) end as cost_gbp,
        case when count(*) = count(net_gbp) then sum(net_gbp) end as net_gbp,
        case when count(*) = count(net_gbp) then sum(net_printed_gbp) end as net_printed_gbp
    from printed
    where is_in_total
    group by comparison_id, comparison_name, basis, comparison_order

),

combined as (

    select
        comparison_id,
        comparison_name,
        basis,
        comparison_order,
        measure_code,
        measure_name,
        display_order,
        is_in_total,
        before_per_year,
        after_per_year,
        difference_per_year,
        unit_cost_gbp,
        gross_gbp,
        cost_gbp,
        net_gbp,
        net_printed_gbp
    from printed

    union all

    select * from totals

)

select
    {{ surrogate_key(['comparison_id', 'measure_code']) }} as benefit_key,
    comparison_id,
    comparison_name,
    basis,
    measure_code,
    measure_name,
    cast(comparison_order * 100 + display_order as integer) as display_order,
    is_in_total,
    cast(before_per_year as decimal(18, 2)) as before_per_year,
    cast(after_per_year as decimal(18, 2)) as after_per_year,
    cast(difference_per_year as decimal(18, 2)) as difference_per_year,
    unit_cost_gbp,
    cast(gross_gbp as decimal(18, 2)) as gross_gbp,
    cast(cost_gbp as decimal(18, 2)) as cost_gbp,
    cast(net_gbp as decimal(18, 2)) as net_gbp,
    cast(net_printed_gbp as decimal(18, 0)) as net_printed_gbp,
    'before and after, not attributed' as claim
from combined
