{#- Which households have a presenting need in quarantine. -#}
with source as (

    select * from {{ source('quarantine', 'family_matters__needs') }}
    where {{ in_force('family_matters', 'needs') }} and {{ is_lost('_reasons') }}

),

renamed as (

    select distinct
        -- ids
        {{ clean_text('household_id') }} as household_id,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as extract_date
    from source

)

select * from renamed
