{#- Which households have a spell of support in quarantine. -#}
with source as (

    select * from {{ source('quarantine', 'family_matters__households') }}
    where {{ in_force('family_matters', 'households') }} and {{ is_lost('_reasons') }}

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
