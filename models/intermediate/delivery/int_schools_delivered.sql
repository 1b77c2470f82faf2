{{ config(materialized="view", meta={"read_by": ["expectations"]}) }}
{#- Which schools the register and the map of schools, pyramids and zones have, each as it says it. -#}
with establishments as (

    select * from {{ ref('stg_school_register__establishments') }}

),

placed as (

    select * from {{ ref('int_school_map') }}

)

select
    coalesce(school_id, urn) as school_id,
    cast(null as string) as pyramid_code,
    cast(null as string) as zone_code,
    cast(null as date) as valid_from_date,
    cast(null as date) as valid_to_date
from establishments

union distinct

select
    school_id,
    pyramid_code,
    zone_code,
    valid_from_date,
    valid_to_date
from placed
