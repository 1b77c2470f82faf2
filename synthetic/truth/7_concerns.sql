-- How many concerns of the child are open on the day, and were raised in its half term, as far as the list of its school tells: of who is
-- there on the day and on that of the list.
create or replace table true_concern_count as
with half_term as (
    select max(start_date) as from_date from ref_term where start_date <= getvariable('as_of')
)

select
    days.child_n,
    half_term.from_date,
    max(lists.listed_date) as listed_date,
    count(distinct concerns.concern_ref) filter (
        where coalesce(concerns.closed_date, date '9999-12-31') > getvariable('as_of')
    ) as open_concerns,
    count(distinct concerns.concern_ref) filter (where concerns.raised_date >= half_term.from_date) as of_half_term
from child_on_the_day as days
cross join half_term
left join (
    select lists.school_id, lists.listed_date, spells.child_n
    from concern_list as lists
    inner join spell as spells
        on
            lists.school_id = spells.school_id and spells.enrol_status in ('C', 'M')
            and lists.listed_date between spells.start_date and spells.end_date
) as lists on days.child_n = lists.child_n and days.school_id = lists.school_id
left join true_concern as concerns
    on days.child_n = concerns.child_n and concerns.is_found and concerns.raised_date <= getvariable('as_of')
where days.school_id is not null
group by days.child_n, half_term.from_date;
