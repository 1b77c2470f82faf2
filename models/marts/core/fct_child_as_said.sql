with statements as (

    select * from {{ ref('snap_child') }}

),

keyed as (

    select
        statement_id as child_as_said_key,
        child_durable_key,
        school_durable_key,
        sex,
        birth_month,
        nc_year,
        ethnicity_group,
        area_key,
        said_to_at = {{ end_of_time_at() }} as is_still_said,
        said_from_at,
        said_to_at
    from statements

)

select * from keyed
