{#- A school over time: a version for as long as its establishment, its pyramid and zone, and the school it is or has
    become part of stay the same. -#}
with described as (

    select * from {{ ref('int_schools_described') }}

),

mergers as (

    select * from {{ ref('int_school_mergers') }}

),

memberships as (

    select * from {{ ref('int_school_memberships') }}

),

-- The map knows a school by one LAESTAB at a time; events may name the one before or after.
relatives_on_map as (

    select
        described.school_id,
        described.valid_from_date,
        others.pyramid_code,
        others.zone_code
    from described
    inner join described as others
        on
            described.school_durable_id = others.school_durable_id
            and {{ valid_on('described.valid_from_date', 'others') }}
    where not described.has_membership and others.has_membership
    qualify row_number() over (
        partition by described.school_id, described.valid_from_date
        order by others.close_date is null desc, others.open_date desc nulls last, others.school_id desc
    ) = 1

),

placed as (

    select
        described.school_id,
        described.valid_from_date,
        described.valid_to_date,
        described.school_durable_id,
        described.urn,
        described.school_name,
        described.phase_code,
        described.phase_name,
        described.establishment_type,
        described.postcode,
        described.open_date,
        described.close_date,
        described.is_in_register,
        case when described.has_membership then described.pyramid_code else relatives_on_map.pyramid_code end
            as pyramid_code,
        case when described.has_membership then described.zone_code else relatives_on_map.zone_code end as zone_code,
        described.delivery_id
    from described
    left join relatives_on_map
        on
            described.school_id = relatives_on_map.school_id
            and described.valid_from_date = relatives_on_map.valid_from_date

),

-- Pyramids that lie in one zone today, whichever they lay in before.
pyramids_today as (

    select
        pyramid_code,
        min(zone_code) as zone_code
    from memberships
    where pyramid_code is not null and valid_from_date <= {{ as_of_date() }} and {{ as_of_date() }} < valid_to_date
    group by pyramid_code
    having count(distinct zone_code) = 1

),

-- Today's map: where a school is on the as-of date; one that is on the map no more, where it was last, in the zone
-- its pyramid belongs to today. A school that is put on the map only later is there already.
last_places as (

    select
        placed.school_id,
        placed.pyramid_code,
        case
            when {{ valid_on(as_of_date(), 'placed') }} then placed.zone_code
            else coalesce(pyramids_today.zone_code, placed.zone_code)
        end as zone_code
    from placed
    left join pyramids_today on placed.pyramid_code = pyramids_today.pyramid_code
    where placed.pyramid_code is not null or placed.zone_code is not null
    qualify row_number() over (
        partition by placed.school_id
        order by
            case when placed.valid_from_date <= {{ as_of_date() }} then 0 else 1 end,
            case when placed.valid_from_date <= {{ as_of_date() }} then placed.valid_from_date end desc,
            placed.valid_from_date asc
    ) = 1

),

-- Today's school: the one that a school has become part of by the as-of date.
todays_schools as (

    select
        origin_durable_id,
        school_durable_id
    from mergers
    where valid_from_date <= {{ as_of_date() }} and {{ as_of_date() }} < valid_to_date

),

versions as (

    select
        placed.*,
        coalesce(todays_schools.school_durable_id, placed.school_durable_id) as todays_school_durable_id,
        last_places.pyramid_code as todays_pyramid_code,
        last_places.zone_code as todays_zone_code
    from placed
    left join todays_schools on placed.school_durable_id = todays_schools.origin_durable_id
    left join last_places on placed.school_id = last_places.school_id

)

select * from versions
