with source as (

    select * from {{ source('ops', 'restriction') }}

),

renamed as (

    select
        -- ids
        restriction_id,
        identifier_hash,

        -- text
        identifier_kind,
        reason_code,

        -- dates
        from_date,
        to_date,

        -- flags
        is_lifted,

        -- times
        said_at
    from source

),

-- what was lifted is no restriction any more; the last word counts
latest as (

    select * from renamed
    qualify row_number() over (
        partition by restriction_id, identifier_kind, identifier_hash order by said_at desc, is_lifted asc
    ) = 1

)

select * from latest
where
    not is_lifted
    and from_date <= {{ as_of_date() }}
    and coalesce(to_date >= {{ as_of_date() }}, true)
