-- Hidden schools, each with its holder: the nearest published place above it. The schools of one holder are a group:
-- its published sums tell of the group together and of no part of it. Level 0 where nothing above is published.
create or replace temp view hidden_school as
select
    schools.*,
    case
        when not pyramids.is_hidden then 1
        when not zones.is_hidden then 2
        when not counties.is_hidden then 3
        else 0
    end as holder_level,
    case holder_level when 1 then schools.pyramid_code when 2 then schools.zone_code when 3 then 'county' end as holder
from school_count as schools
left join place_shown as pyramids
    on schools.tree = pyramids.tree and pyramids.level = 1 and schools.pyramid_code = pyramids.place
left join place_shown as zones
    on schools.tree = zones.tree and zones.level = 2 and schools.zone_code = zones.place
inner join place_shown as counties on schools.tree = counties.tree and counties.level = 3
-- what the release before showed is known, whether it is hidden now or not
where schools.is_hidden and not schools.is_known;
