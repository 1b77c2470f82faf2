{#- Which pyramid and zone a school belongs to, and when. -#}
with synergy_schools as (

    select * from {{ ref('stg_synergy__schools') }}

),

dated as (

    select
        school_id,
        pyramid_code,
        pyramid_name,
        zone_code,
        zone_name,
        coalesce(valid_from_date, cast('1900-01-01' as date)) as valid_from_date,
        valid_to_date,
        delivery_id,
        row_number_in_file
    from synergy_schools
    where school_id is not null

),

deduplicated as (

    select * from dated
    qualify row_number() over (
        partition by school_id, valid_from_date order by valid_to_date desc, row_number_in_file desc
    ) = 1

),

-- Where two memberships overlap, the later one takes over on its first day.
memberships as (

    select
        school_id,
        pyramid_code,
        pyramid_name,
        zone_code,
        zone_name,
        valid_from_date,
        least(
            greatest(valid_from_date, valid_to_date),
            coalesce(
                lead(valid_from_date) over (partition by school_id order by valid_from_date), {{ end_of_time() }}
            )
        ) as valid_to_date,
        delivery_id
    from deduplicated

)

select * from memberships
