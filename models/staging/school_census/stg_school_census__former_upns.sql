{#- Which UPNs a school said a pupil had before, in corrected returns too: a statement that was taken back splits
    what it had joined. -#}
with source as (

    select * from {{ source('school_census', 'pupils') }}
    where {{ accepted('school_census', 'pupils') }} and former_upn is not null

),

in_force as (

    select delivery_id from {{ source('ops', 'delivery_in_force') }}
    where table_name = 'school_census__pupils'

),

renamed as (

    select
        -- ids
        {{ clean_upn('source.former_upn') }} as former_upn,
        {{ clean_school_id('source.school_id') }} as school_id,
        {{ identity_id(
            clean_upn('source.upn'), parse_date('source.birth_date'), clean_school_id('source.school_id')
        ) }} as identity_id,

        -- booleans
        in_force.delivery_id is not null as is_in_force,

        -- delivery
        source._delivery_id as delivery_id,
        source._extract_date as reference_date,
        source._row_number as row_number_in_file
    from source
    left join in_force on source._delivery_id = in_force.delivery_id

)

select * from renamed
