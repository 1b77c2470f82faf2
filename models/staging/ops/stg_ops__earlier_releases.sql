with source as (

    select * from {{ source('ops', 'earlier_release') }}

),

renamed as (

    select
        -- ids
        release_id,

        -- text
        version,
        code_sha256,
        inputs_sha256,

        -- dates and times
        as_of_date,
        said_at
    from source

)

select * from renamed
