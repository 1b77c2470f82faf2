{{ config(materialized="table") }}
{#- What each extract of Synergy that stands says of a pupil's sex, ethnicity and home area, where it is not what the
    extract before said: a value that comes back is said again. -#}
with source as (

    select * from {{ source('synergy', 'pupils') }}
    where _delivery_id in (
        select standing.delivery_id
        from {{ source('ops', 'delivery_standing') }} as standing
        where standing.table_name = 'synergy__pupils'
    )

),

sexes as (

    select * from {{ ref('ref_sex') }}

),

described as (

    select
        *,
        concat_ws(
            '|', coalesce(upn, '~'), coalesce(former_upn, '~'), coalesce(birth_date, '~'), coalesce(sex, '~'),
            coalesce(ethnicity_code, '~'), coalesce(lsoa_code, '~')
        ) as description
    from source

),

-- Extracts repeat each other: only what is new is read, whatever the number of extracts.
changed as (

    select * from described
    qualify
        description is distinct from lag(description) over (
            partition by pupil_id order by _extract_date, _row_number
        )

),

renamed as (

    select
        -- ids
        {{ clean_text('changed.pupil_id') }} as pupil_id,
        {{ clean_upn('changed.former_upn') }} as former_upn,
        {{ synergy_identity_id('changed') }} as identity_id,

        -- text
        sexes.sex,
        {{ clean_code('changed.ethnicity_code') }} as ethnicity_code,
        {{ clean_code('changed.lsoa_code') }} as lsoa_code,

        -- delivery
        changed._delivery_id as delivery_id,
        changed._extract_date as extract_date,
        changed._row_number as row_number_in_file
    from changed
    left join sexes on {{ clean_text('changed.sex') }} = sexes.sex_code

)

select * from renamed
