{#- Which pyramid and zone a school belongs to, and when. -#}
with school_map as (

    select * from {{ ref('int_school_map') }}

),

dated as (

    select
        school_id,
        pyramid_code,
        pyramid_name,
        zone_code,
        zone_name,
        coalesce(valid_from_date, {{ beginning_of_time() }}) as start_date,
        greatest(coalesce(valid_from_date, {{ beginning_of_time() }}), valid_to_date) as end_date,
        delivery_id,
        row_number_in_file
    from school_map
    where school_id is not null

),

deduplicated as (

    select * from dated
    qualify row_number() over (
        partition by school_id, start_date order by end_date desc, row_number_in_file desc
    ) = 1

),

-- Where two memberships overlap, the later one takes over on its first day; if it is over first, the other goes on.
one_at_a_time as (

    {{ without_overlap(
        'deduplicated',
        ['school_id'],
        ['row_number_in_file desc'],
        ['school_id', 'pyramid_code', 'pyramid_name', 'zone_code', 'zone_name', 'delivery_id'],
    ) }}

),

memberships as (

    select
        school_id,
        pyramid_code,
        pyramid_name,
        zone_code,
        zone_name,
        start_date as valid_from_date,
        end_date as valid_to_date,
        delivery_id
    from one_at_a_time

)

select * from memberships
