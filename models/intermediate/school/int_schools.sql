{#- One row per school: from the register, from the map, or known only because a return names it. What it was
    when, int_school_versions says. -#}
with establishments as (

    select * from {{ ref('int_school_establishments') }}

),

school_map as (

    select * from {{ ref('int_school_map') }}

),

spells as (

    select * from {{ ref('int_enrolment_spells') }}

),

listed as (

    select * from school_map
    qualify row_number() over (
        partition by school_id order by valid_to_date desc, valid_from_date desc nulls last, row_number_in_file asc
    ) = 1

),

registered as (

    select distinct school_id from establishments

),

known as (

    select school_id from registered

    union

    select school_id from listed

    union

    select school_id from spells

),

described as (

    select
        known.school_id,
        listed.school_name as listed_name,
        listed.phase as listed_phase,
        registered.school_id is not null as is_in_register,
        listed.delivery_id as listed_delivery_id
    from known
    left join registered on known.school_id = registered.school_id
    left join listed on known.school_id = listed.school_id
    where known.school_id is not null

)

select * from described
