-- What: in each month the zones, the unknown one with them, hold as many young people as the county, and as many of
-- each kind; nobody is counted twice.
-- When it matters: when a young person has two spells that one month tells of, or a zone that is on no map.
-- How to resolve: look for two rows of fct_post16_activity of one young person whose told dates overlap; each month's
-- return tells of one activity, so that int_post16_activities has split or joined months wrongly.
with months as (

    select
        month_end_date,
        is_county,
        sum(young_people_count) as young_people_count,
        sum(neet_count) as neet_count,
        sum(not_known_count) as not_known_count,
        sum(participating_count) as participating_count,
        sum(older_count) as older_count,
        sum(offers_made_count) as offers_made_count
    from {{ ref('mart_post16_participation') }}
    group by month_end_date, is_county

)

select zones.*
from months as zones
inner join months as counties on zones.month_end_date = counties.month_end_date and counties.is_county
where
    not zones.is_county
    and (
        zones.young_people_count <> counties.young_people_count
        or zones.neet_count <> counties.neet_count
        or zones.not_known_count <> counties.not_known_count
        or zones.participating_count <> counties.participating_count
        or zones.older_count <> counties.older_count
        or zones.offers_made_count <> counties.offers_made_count
    )
