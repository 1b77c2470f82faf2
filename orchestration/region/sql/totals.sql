-- The region's own totals as they are, by flag and half term of the councils that have the flag.
-- Councils have calendars of their own: a half term is the region's by its number, and ends when the last of them does.
create temp table half_term as
select
    academic_year,
    half_term,
    any_value(half_term_label) as half_term_label,
    max(as_of_date) as region_date
from flag_count
group by academic_year, half_term;

create temp table of_council as
select
    told.*,
    half_terms.region_date,
    counted.children_count as children,
    counted.assessable_count as assessable,
    counted.raised_count as raised
from flag_count as told
inner join half_term as half_terms using (academic_year, half_term)
inner join counted using (council_code, place_type, place_code, as_of_date, flag_code);

-- The rule by which a council judges a flag on the day. For any flag it is the rules of all of them.
create temp table rule_of_council as
with judged as (
    select
        told.council_code,
        told.flag_code,
        told.region_date,
        row(
            rules.measure,
            rules.comparator,
            rules.threshold,
            rules.minimum_sessions,
            rules.maximum_age_days,
            rules.age_from,
            rules.age_to
        )::varchar as rule
    from of_council as told
    inner join flag_rule as rules
        on
            told.council_code = rules.council_code
            and told.flag_code = rules.flag_code
            and rules.valid_from_date <= told.as_of_date
            and told.as_of_date < rules.valid_to_date
    where told.place_type = 'county' and told.raised_mark is distinct from 'z'
)

select * from judged

union all

select
    judged.council_code,
    flags.flag_code,
    judged.region_date,
    string_agg(judged.flag_code || judged.rule, ' ' order by judged.flag_code)
from judged
inner join flag as flags on judged.council_code = flags.council_code and flags.is_summary
group by judged.council_code, flags.flag_code, judged.region_date;

create temp table total as
select
    told.flag_code,
    told.region_date,
    told.academic_year,
    told.half_term,
    any_value(flags.is_summary) as is_summary,
    count(*) as councils_count,
    list_sort(list(told.council_code)) as councils,
    count(distinct rules.rule) = 1 as is_comparable,
    -- of what is told by each council the sum tells nothing new
    bool_and(told.raised_mark is distinct from 'c') as is_raised_told_by_each,
    sum(told.children)::bigint as children,
    sum(told.assessable)::bigint as assessable,
    sum(told.raised)::bigint as raised
from of_council as told
inner join rule_of_council as rules using (council_code, flag_code, region_date)
inner join flag as flags on told.council_code = flags.council_code and told.flag_code = flags.flag_code
where told.place_type = 'county'
group by told.flag_code, told.region_date, told.academic_year, told.half_term;

-- What a council does not tell by its own number and by none below it: the schools that are hidden, with every place
-- above them. The region's total less all that is told would be the sum of these.
create temp table uncovered as
with marked as (
    select
        steps.step,
        told.*,
        if(steps.step = 'raised', raised_mark, assessable_mark) is not distinct from 'c' as is_hidden
    from of_council as told
    inner join flag as flags
        on told.council_code = flags.council_code and told.flag_code = flags.flag_code and not flags.is_summary
    cross join (values ('raised'), ('assessable')) as steps (step)
)

select
    schools.step,
    schools.flag_code,
    schools.region_date,
    schools.academic_year,
    schools.half_term,
    schools.council_code,
    schools.place_code,
    schools.children,
    schools.assessable,
    schools.raised
from marked as schools
inner join marked as counties
    on
        schools.step = counties.step
        and schools.council_code = counties.council_code
        and schools.flag_code = counties.flag_code
        and schools.region_date = counties.region_date
        and counties.place_type = 'county'
left join marked as zones
    on
        schools.step = zones.step
        and schools.council_code = zones.council_code
        and schools.flag_code = zones.flag_code
        and schools.region_date = zones.region_date
        and zones.place_type = 'zone'
        and schools.zone_code = zones.place_code
left join marked as pyramids
    on
        schools.step = pyramids.step
        and schools.council_code = pyramids.council_code
        and schools.flag_code = pyramids.flag_code
        and schools.region_date = pyramids.region_date
        and pyramids.place_type = 'pyramid'
        and schools.pyramid_code = pyramids.place_code
where
    schools.place_type = 'school'
    and schools.is_hidden
    and counties.is_hidden
    and coalesce(zones.is_hidden, true)
    and coalesce(pyramids.is_hidden, true);
