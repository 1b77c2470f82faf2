-- The tables of a region's release. What a council or a zone is told of is what the council's open file tells.
create schema release.region;

create table release.region.council as
select * exclude (turn)
from council
order by turn;

create table release.region.mark as
select
    mark,
    any_value(meaning) as meaning,
    any_value(display_order) as display_order
from suppression_mark
group by mark

union all

values ('v', 'Not added up: councils judge the flag by different rules on the day', 5)
order by display_order;

-- every place and half term, each number with the mark that says why it is not told
create temp table place_told as
with regions as (
    select
        totals.*,
        case when children.flag_code is not null then 'c' end as children_mark,
        case
            when children.flag_code is not null then 'c'
            when not totals.is_comparable then 'v'
            when raised.flag_code is not null or (totals.is_summary and not totals.is_raised_told_by_each) then 'c'
            when totals.assessable = 0 then 'x'
        end as raised_mark,
        case
            when totals.is_summary then 'z'
            when raised_mark in ('c', 'v') then raised_mark
            when assessable.flag_code is not null then 'c'
        end as assessable_mark
    from total as totals
    left join (select distinct region_date, flag_code from total_hidden where step = 'children') as children
        on totals.region_date = children.region_date
    left join (select distinct region_date, flag_code from total_hidden where step = 'raised') as raised
        on totals.region_date = raised.region_date and totals.flag_code = raised.flag_code
    left join (select distinct region_date, flag_code from total_hidden where step = 'assessable') as assessable
        on totals.region_date = assessable.region_date and totals.flag_code = assessable.flag_code
),

flags as (
    select
        flag_code,
        any_value(flag_name order by council_code) as flag_name,
        min(display_order) as display_order
    from flag
    group by flag_code
),

places as (
    select
        'region' as place_type,
        null::varchar as council_code,
        'region' as place_code,
        getvariable('region') as place_name,
        councils_count,
        councils,
        flag_code,
        academic_year,
        half_term,
        region_date as as_of_date,
        if(children_mark is null, children, null) as children_count,
        children_mark,
        if(raised_mark is null, raised, null) as raised_count,
        raised_mark,
        if(assessable_mark is null, assessable, null) as assessable_count,
        assessable_mark,
        null::varchar as rule
    from regions

    union all

    select
        if(told.place_type = 'county', 'council', 'zone'),
        told.council_code,
        if(told.place_type = 'county', told.council_code, told.place_code),
        if(told.place_type = 'county', council.council_name, told.place_name),
        1,
        [told.council_code],
        told.flag_code,
        told.academic_year,
        told.half_term,
        told.as_of_date,
        told.children_count,
        told.children_mark,
        told.raised_count,
        told.raised_mark,
        told.assessable_count,
        told.assessable_mark,
        rules.rule
    from of_council as told
    inner join council as council using (council_code)
    left join rule_of_council as rules using (council_code, flag_code, region_date)
    where told.place_type in ('county', 'zone')
)

select
    places.place_type,
    places.council_code,
    places.place_code,
    places.place_name,
    places.councils_count,
    places.flag_code,
    flags.flag_name,
    places.academic_year,
    places.half_term,
    half_terms.half_term_label,
    places.as_of_date,
    places.children_count,
    places.children_mark,
    places.raised_count,
    places.raised_mark,
    places.assessable_count,
    places.assessable_mark,
    round(places.raised_count / nullif(places.assessable_count, 0), getvariable('rate_decimals'))::decimal(9, 4)
        as raised_rate,
    round(places.raised_count / nullif(places.children_count, 0), getvariable('rate_decimals'))::decimal(9, 4)
        as raised_share,
    half_terms.region_date = (select max(region_date) from half_term) as is_latest,
    flags.display_order,
    -- of what a number is made: only between like and like is there a change
    places.councils::varchar || coalesce(
        places.rule,
        (
            select string_agg(rules.rule, ' ' order by rules.council_code)
            from rule_of_council as rules
            where
                rules.flag_code = places.flag_code
                and rules.region_date = half_terms.region_date
                and list_contains(places.councils, rules.council_code)
        )
    ) as made_of
from places
inner join flags on places.flag_code = flags.flag_code
inner join half_term as half_terms using (academic_year, half_term);

create table release.region.trend as
select
    place_type,
    council_code,
    place_code,
    place_name,
    councils_count,
    flag_code,
    flag_name,
    academic_year,
    half_term,
    half_term_label,
    as_of_date,
    is_latest,
    children_count,
    children_mark,
    raised_count,
    raised_mark,
    assessable_count,
    assessable_mark,
    raised_rate,
    raised_share,
    if(made_of = lag(made_of) over in_time, raised_count - lag(raised_count) over in_time, null)
        as change_since_previous_count,
    if(made_of = lag(made_of) over in_time, raised_rate - lag(raised_rate) over in_time, null)
        as change_since_previous_rate,
    if(made_of = lag(made_of) over same_term, raised_count - lag(raised_count) over same_term, null)
        as change_since_last_year_count,
    if(made_of = lag(made_of) over same_term, raised_rate - lag(raised_rate) over same_term, null)
        as change_since_last_year_rate
from place_told
window
    in_time as (partition by place_type, council_code, place_code, flag_code order by academic_year, half_term),
    same_term as (partition by place_type, council_code, place_code, flag_code, half_term order by academic_year)
order by place_type, council_code, place_code, display_order, academic_year, half_term;

create table release.region.dashboard as
select * exclude (is_latest, change_since_last_year_count, change_since_last_year_rate)
from release.region.trend
where is_latest;

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

-- For the next release: what no council tells is hidden there too, and nothing may follow from the two together.
create table release.region.hidden_part as
select
    step,
    flag_code,
    academic_year,
    half_term,
    council_code,
    place_code as school_code
from uncovered
order by all;
