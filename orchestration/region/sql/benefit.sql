-- What each council tells, and the sum of what is told: a comparison with a small number is left out by its council.
create table release.region.benefit as
select
    'council' as place_type,
    council_code,
    1 as councils_count,
    comparison_id,
    comparison_name,
    measure_code,
    measure_name,
    display_order,
    before_per_year,
    after_per_year,
    difference_per_year,
    gross_gbp,
    cost_gbp,
    net_gbp,
    claim
from benefit
where basis = 'counted'

union all

select
    'region',
    null,
    count(*),
    comparison_id,
    any_value(comparison_name order by council_code),
    measure_code,
    any_value(measure_name order by council_code),
    min(display_order),
    if(count(before_per_year) = count(*), sum(before_per_year), null),
    if(count(after_per_year) = count(*), sum(after_per_year), null),
    if(count(difference_per_year) = count(*), sum(difference_per_year), null),
    if(count(gross_gbp) = count(*), sum(gross_gbp), null),
    if(count(cost_gbp) = count(*), sum(cost_gbp), null),
    if(count(net_gbp) = count(*), sum(net_gbp), null),
    any_value(claim order by council_code)
from benefit
where basis = 'counted'
group by comparison_id, measure_code
order by place_type desc, council_code, comparison_id, display_order;
