{#- Which pupils have a spell of SEN provision in quarantine. -#}
with source as (

    select * from {{ source('quarantine', 'synergy__sen') }}
    where {{ in_force('synergy', 'sen') }} and {{ is_lost('_reasons') }}

),

renamed as (

    select distinct
        -- ids
        {{ clean_text('pupil_id') }} as pupil_id,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as extract_date
    from source

)

select * from renamed
