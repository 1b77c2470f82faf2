{{ config(severity='warn') }}
-- What: on no day do two schools of one pyramid lie in different zones.
-- When it matters: a pyramid moves to another zone as a whole; a school left behind is counted in the old one.
-- How to resolve: compare the first days of the memberships below in Synergy's list of schools; one of them was not
-- changed, or on another day than the others.
with memberships as (

    select * from {{ ref('int_school_memberships') }}
    where valid_from_date < valid_to_date

)

select
    memberships.pyramid_code,
    memberships.school_id,
    memberships.zone_code,
    others.school_id as other_school_id,
    others.zone_code as other_zone_code,
    greatest(memberships.valid_from_date, others.valid_from_date) as from_date,
    least(memberships.valid_to_date, others.valid_to_date) as to_date
from memberships
inner join memberships as others
    on
        memberships.pyramid_code = others.pyramid_code
        and memberships.school_id < others.school_id
        and memberships.zone_code <> others.zone_code
        and memberships.valid_from_date < others.valid_to_date
        and memberships.valid_to_date > others.valid_from_date
