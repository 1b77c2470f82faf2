{#- Of which UPNs a concern lies in quarantine. -#}
with source as (

    select * from {{ source('quarantine', 'concerns__concerns') }}
    where {{ in_force('concerns', 'concerns') }} and {{ is_lost('_reasons') }}

),

renamed as (

    select distinct
        -- ids
        {{ clean_upn('upn') }} as upn,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as extract_date
    from source

)

select * from renamed
