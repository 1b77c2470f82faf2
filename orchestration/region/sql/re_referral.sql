-- Referrals that came back, by month, of each council and of those together whose records are long enough.
create table release.region.re_referral as
with places as (
    select
        'council' as place_type,
        council_code,
        1 as councils_count,
        0 as level,
        council_code as place,
        month_date,
        academic_year,
        window_days,
        re_referrals_count is null as is_too_short,
        referrals_count,
        known_count,
        re_referrals_count
    from referral_count

    union all

    select
        'region',
        null,
        count(*),
        3,
        'county',
        month_date,
        any_value(academic_year order by council_code),
        any_value(window_days order by council_code),
        false,
        sum(referrals_count)::bigint,
        sum(known_count)::bigint,
        sum(re_referrals_count)::bigint
    from referral_count
    where re_referrals_count is not null
    group by month_date
    -- other windows count other things
    having count(distinct window_days) = 1
),

marked as (
    select
        places.*,
        case when is_too_short then 'z' when referrals.place is not null then 'c' end as referrals_mark,
        case when is_too_short then 'z' when known.place is not null then 'c' end as known_mark,
        case when is_too_short then 'z' when re_referrals.place is not null then 'c' end as re_referrals_mark
    from places
    left join (from hidden where step = 'children') as referrals
        on
            places.level = referrals.level
            and places.place = referrals.place
            and places.month_date = referrals.as_of_date
    left join (from hidden where step = 'assessable') as known
        on places.level = known.level and places.place = known.place and places.month_date = known.as_of_date
    left join (from hidden where step = 'raised') as re_referrals
        on
            places.level = re_referrals.level
            and places.place = re_referrals.place
            and places.month_date = re_referrals.as_of_date
)

select
    place_type,
    council_code,
    councils_count,
    month_date,
    academic_year,
    window_days,
    if(referrals_mark is null, referrals_count, null) as referrals_count,
    referrals_mark,
    if(known_mark is null, known_count, null) as known_count,
    known_mark,
    if(re_referrals_mark is null, re_referrals_count, null) as re_referrals_count,
    re_referrals_mark,
    if(
        re_referrals_mark is null and known_mark is null,
        round(re_referrals_count / nullif(known_count, 0), getvariable('rate_decimals')),
        null
    )::decimal(9, 4) as re_referral_rate
from marked
order by place_type desc, council_code, month_date;
