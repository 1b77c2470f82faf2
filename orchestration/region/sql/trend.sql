-- Every place and half term, each number with the mark that says why it is not told
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
