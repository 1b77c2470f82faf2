{#- Every delivery that was ever taken in, accepted or not. -#}
with deliveries as (

    select * from {{ ref('stg_ops__deliveries') }}

)

-- All that is said where it comes from, whatever is added there.
select * from deliveries -- noqa: AM04
