-- What: the referrals of the months are those of the fact, in each window zones add up to the county, and no more came
-- back than came.
-- When it matters: always. A referral lost or counted in two zones changes the rate.
-- How to resolve: look for referrals before the first month or with a zone that dim_zone does not hold; and see that
-- ref_re_referral has one default window on each day, and begins and ends windows on the first of a month.
with months as (

    select
        month_date,
        is_default_window,
        max(case when is_county then referrals_count end) as county_count,
        sum(case when not is_county then referrals_count end) as zones_count,
        max(case when is_county then re_referrals_count end) as county_back,
        sum(case when not is_county then re_referrals_count end) as zones_back,
        max(case when is_county then repeat_referrals_count end) as county_repeated,
        sum(case when not is_county then repeat_referrals_count end) as zones_repeated
    from {{ ref('mart_re_referral') }}
    group by month_date, window_days, is_default_window

),

counted as (

    select sum(county_count) as counted from months
    where is_default_window

),

facts as (

    select count(*) as referrals from {{ ref('fct_referral') }}

)

select cast(month_date as string) as problem from months
where
    county_count <> zones_count
    or county_back is distinct from zones_back
    or county_back > county_count
    or county_repeated is distinct from zones_repeated
    or county_repeated > county_count

union all

select 'all months' as problem
from counted
cross join facts
where coalesce(counted.counted, 0) <> facts.referrals
