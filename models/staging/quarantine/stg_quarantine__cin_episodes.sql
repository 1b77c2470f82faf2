{#- Of which records of the census of children in need an episode lies in quarantine. -#}
with source as (

    select * from {{ source('quarantine', 'cin_census__episodes') }}
    where {{ in_force('cin_census', 'episodes') }} and {{ is_lost('_reasons') }}

),

renamed as (

    select distinct
        -- ids
        {{ clean_text('record_id') }} as record_id,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as reference_date
    from source

)

select * from renamed
