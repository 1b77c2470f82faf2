with releases as (

    select * from {{ ref('int_releases') }}

),

keyed as (

    select
        {{ surrogate_key(['said_at']) }} as release_key,
        release_id,
        version,
        code_sha256,
        inputs_sha256,
        is_this,
        as_of_date,
        said_at
    from releases

)

select * from keyed
