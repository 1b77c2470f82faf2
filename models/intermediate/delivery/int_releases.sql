{#- Every release that spoke, this one last. A build that looks back is not among them: it says nothing new. -#}
with earlier_releases as (

    select * from {{ ref('stg_ops__earlier_releases') }}

),

releases as (

    select
        release_id,
        version,
        code_sha256,
        inputs_sha256,
        as_of_date,
        said_at,
        false as is_this
    from earlier_releases

    union all

    select
        cast(null as string) as release_id,
        cast(null as string) as version,
        cast(null as string) as code_sha256,
        cast(null as string) as inputs_sha256,
        {{ as_of_date() }} as as_of_date,
        {{ said_at() }} as said_at,
        true as is_this
    where not {{ is_look_back() }}

)

select * from releases
