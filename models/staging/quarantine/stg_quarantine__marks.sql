{#- Whose days of marks are in quarantine. A second copy of a row is no loss: the first was loaded. -#}
with source as (

    select * from {{ source('quarantine', 'attendance_daily__marks') }}
    where {{ accepted('attendance_daily', 'marks') }} and {{ is_lost('_reasons') }}

),

renamed as (

    select distinct
        -- ids
        {{ clean_upn('upn') }} as upn,
        {{ clean_school_id('school_id') }} as school_id,

        -- dates
        coalesce({{ parse_date('attendance_date') }}, _extract_date) as attendance_date,

        -- delivery
        _delivery_id as delivery_id
    from source

)

select * from renamed
