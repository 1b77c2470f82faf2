-- What the child's latest return tells of: the twelve months up to the last day that its census asks about.
create or replace table true_exclusion as
with told as (
    select pupils.child_n, max(censuses.exclusions_to_date) as told_to_date
    from return_pupil as pupils
    inner join census as censuses
        on pupils.census_year = censuses.census_year and pupils.census_term = censuses.census_term
    where censuses.exclusions_to_date <= getvariable('as_of')
    group by pupils.child_n
)

select
    told.child_n,
    told.told_to_date,
    coalesce(sum(exclusions.sessions) filter (where exclusions.category <> 'PERM'), 0) as sessions,
    count(exclusions.category) filter (where exclusions.category = 'PERM') as for_good
from told
left join exclusion as exclusions
    on
        told.child_n = exclusions.child_n
        and exclusions.start_date > told.told_to_date - interval 1 year and exclusions.start_date <= told.told_to_date
group by told.child_n, told.told_to_date;
