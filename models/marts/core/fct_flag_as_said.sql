{{ config(meta={
    "partition_by": "concat_ws(' ', academic_year, half_term)",
    "partition_inputs": ["snap_flag"],
}) }}
with statements as (

    select * from {{ changed_partitions(ref('snap_flag'), "concat_ws(' ', academic_year, half_term)") }}

),

rules as (

    select
        flag_rule_key,
        unit
    from {{ ref('dim_flag_rule') }}

),

keyed as (

    select
        statements.statement_id as flag_as_said_key,
        statements.child_durable_key,
        statements.school_durable_key,
        statements.pyramid_key,
        statements.zone_key,
        statements.flag_key,
        statements.flag_rule_key,
        statements.flag_rule_durable_key,
        statements.delivery_key,
        statements.academic_year,
        cast(statements.half_term as integer) as half_term,
        statements.nc_year,
        statements.flag_state,
        statements.reason_code,
        cast(statements.value as decimal(18, 6)) as value,
        cast(statements.threshold as decimal(18, 6)) as threshold,
        rules.unit,
        statements.covers_from_date,
        statements.covers_to_date,
        statements.said_to_at = {{ end_of_time_at() }} as is_still_said,
        statements.said_from_at,
        statements.said_to_at
    from statements
    left join rules on statements.flag_rule_key = rules.flag_rule_key

)

select * from keyed
