{#- Which children's rows of the Early Years Census are in quarantine. A second copy of a row is no loss: the first was
    loaded. -#}
with source as (

    select * from {{ source('quarantine', 'early_years_census__places') }}
    where {{ in_force('early_years_census', 'places') }} and {{ is_lost('_reasons') }}

),

renamed as (

    select distinct
        -- ids
        {{ early_years_person_id('source') }} as person_id,

        -- delivery
        source._delivery_id as delivery_id,
        source._extract_date as extract_date
    from source

)

select * from renamed
