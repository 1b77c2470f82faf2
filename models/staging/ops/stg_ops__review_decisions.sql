with source as (

    select * from {{ source('ops', 'review_decision') }}

),

renamed as (

    select
        -- ids
        review_id,
        person_id,
        child_durable_key,

        -- text
        kind,
        source,
        decision,
        decided_by,
        note,

        -- times
        decided_at
    from source

),

-- a reviewer may think again: the last word counts
latest as (

    select * from renamed
    qualify row_number() over (partition by review_id order by decided_at desc, decision desc) = 1

)

select * from latest
