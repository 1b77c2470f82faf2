-- Needs of families in the programme on the day.
create or replace table true_family as
select members.child_n, count(distinct needs.need_code) as needs
from programme_member as members
inner join programme_spell as programmes on members.household_id = programmes.household_id
inner join programme_need as needs on members.household_id = needs.household_id
where
    members.child_n is not null
    and getvariable('as_of') between programmes.start_date and coalesce(programmes.end_date, date '9999-12-31')
    and needs.identified_date <= getvariable('as_of')
group by members.child_n;
