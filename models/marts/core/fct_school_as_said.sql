with statements as (

    select * from {{ ref('snap_school') }}

),

keyed as (

    select
        statement_id as school_as_said_key,
        school_durable_key,
        school_id,
        school_name,
        phase_name,
        pyramid_code,
        pyramid_name,
        zone_code,
        zone_name,
        open_date,
        close_date,
        said_to_at = {{ end_of_time_at() }} as is_still_said,
        said_from_at,
        said_to_at
    from statements

)

select * from keyed
