-- Terms, school days and census dates, all from the reference seeds.

create table ref_term as
select * from read_csv(getvariable('reference') || '/ref_term.csv', all_varchar = false);

create table ref_flag as
select * from read_csv(getvariable('reference') || '/ref_flag.csv');

create table ref_flag_rule as
select * from read_csv(getvariable('reference') || '/ref_flag_rule.csv');

create table ref_flag_rule_age as
select * from read_csv(getvariable('reference') || '/ref_flag_rule_age.csv');

-- One row per academic year; years before and after the seed get the usual days.
create table school_year as
select
    years.start_year,
    year_name(years.start_year) as academic_year,
    coalesce(min(terms.start_date), make_date(years.start_year, 9, 3)) as first_day,
    coalesce(max(terms.end_date), make_date(years.start_year + 1, 7, 21)) as last_day
from range(2000, 2045) as years (start_year)
left join ref_term as terms on year_name(years.start_year) = terms.academic_year
group by years.start_year;

-- How many school days lie between the first one known and each day, that day included. May Day is the one bank holiday in term.
create table day_count as
with days as (
    select unnest(generate_series(min(start_date) - 1, max(end_date) + 60, interval 1 day))::date as day
    from ref_term
)

select
    days.day,
    sum((
        terms.start_date is not null
        and isodow(days.day) <= 5
        and not (month(days.day) = 5 and isodow(days.day) = 1 and day(days.day) <= 7)
    )::int) over (order by days.day)::int as school_days
from days
left join ref_term as terms on days.day between terms.start_date and terms.end_date;

create table census as
select
    * replace (census_year::int as census_year),
    lag(reference_date) over (order by reference_date) as previous_reference_date
from read_csv(getvariable('reference') || '/ref_census.csv');

-- The returns of this county: from its first autumn to the as-of date.
delete from census
where
    reference_date > getvariable('as_of')
    or reference_date < (select first_day from school_year where start_year = getvariable('first_year'));

-- The periods that a return carries, each in the academic year in which it ends.
create table census_period as
select census_year, census_term, 'term' as period, term_from_date as from_date, term_to_date as to_date,
    year_of(term_to_date) as start_year, attendance_age_from, attendance_age_to
from census
union all
select census_year, census_term, 'summer_half_term_2', summer_half_term_2_from_date, summer_half_term_2_to_date,
    year_of(summer_half_term_2_to_date), attendance_age_from, attendance_age_to
from census
where summer_half_term_2_to_date is not null;

-- The world is known from the year before the first return, whose summer that return carries.
set variable world_from = (select first_day from school_year where start_year = getvariable('first_year') - 1);
set variable last_return = (select max(reference_date) from census);
set variable last_period_end = (select max(to_date) from census_period where to_date <= getvariable('as_of'));
-- In a clean county nothing changes after the last return that reports it.
set variable last_change = if(getvariable('clean'), getvariable('last_return'), getvariable('as_of') - 1);
