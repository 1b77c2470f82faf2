{#- Every delivery that was ever taken in, accepted or not. -#}
with deliveries as (

    select * from {{ ref('stg_ops__deliveries') }}

)

select * from deliveries
