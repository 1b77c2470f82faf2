{{ config(meta={
    "partition_by": "concat_ws(' ', academic_year, half_term)",
    "partition_inputs": ["snap_flag"],
}) }}
with statements as (

    select * from {{ changed_partitions(ref('snap_flag'), "concat_ws(' ', academic_year, half_term)") }}

),

keyed as (

    select
        statement_id as flag_as_said_key,
        child_durable_key,
        school_durable_key,
        pyramid_key,
        zone_key,
        flag_key,
        flag_rule_key,
        flag_rule_durable_key,
        delivery_key,
        academic_year,
        cast(half_term as integer) as half_term,
        nc_year,
        flag_state,
        reason_code,
        cast(value as decimal(18, 6)) as value,
        cast(threshold as decimal(18, 6)) as threshold,
        covers_from_date,
        covers_to_date,
        said_to_at = {{ end_of_time_at() }} as is_still_said,
        said_from_at,
        said_to_at
    from statements

)

select * from keyed
