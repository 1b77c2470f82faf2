-- Which pupil is judged by which rule on the day `as_of`: the rules that held on `rules_of`, children by age and school, and when
-- a census last knew them.

create or replace table rule_in_force as
select * from ref_flag_rule
where
    valid_from_date <= getvariable('rules_of') and valid_to_date > getvariable('rules_of')
    and flag_code in (select flag_code from ref_flag where population_code = 'school_age');

-- Main registration on the day; of several, the latest.
create or replace table child_on_the_day as
select
    children.child_n,
    date_sub('year', children.birth_date, getvariable('as_of')) as age,
    mains.school_id
from child as children
left join (
    select child_n, max_by(school_id, start_date) as school_id
    from spell
    where enrol_status in ('C', 'M') and getvariable('as_of') between start_date and end_date
    group by child_n
) as mains on children.child_n = mains.child_n;

create or replace table in_scope as
select days.child_n, days.age, rules.*
from child_on_the_day as days
inner join rule_in_force as rules on days.age between rules.age_from and rules.age_to
where days.school_id is not null;

create or replace table known_to_census as
select child_n, max(reference_date) as reference_date, bool_or(boarder <> 'N') filter (where is_last) as is_boarder
from (
    select *, reference_date = max(reference_date) over (partition by child_n) as is_last
    from return_pupil
    where reference_date <= getvariable('as_of')
)
group by child_n;
