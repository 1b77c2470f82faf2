{{ config(materialized="table") }}
{#- What Synergy has ever said of who a pupil is: each description with the extracts it stood in. A corrected file
    takes the place of the extract it corrects; what an older extract said, stays said. -#}
with source as (

    select * from {{ source('synergy', 'pupils') }}
    where {{ accepted('synergy', 'pupils') }}

),

standing as (

    select delivery_id from {{ source('ops', 'delivery_standing') }}
    where table_name = 'synergy__pupils'

),

sexes as (

    select * from {{ ref('ref_sex') }}

),

-- Names and dates are read once for the many extracts that repeat them.
repeated as (

    select
        source.pupil_id,
        source.upn,
        source.former_upn,
        source.surname,
        source.forename,
        source.sex,
        source.address_line,
        source.postcode,
        source.birth_date,
        bool_or(standing.delivery_id is not null) as is_standing,
        min(source._extract_date) as first_extract_date,
        max(source._extract_date) as last_extract_date,
        {{ earliest('source._delivery_id', "concat_ws('|', source._extract_date, source._delivery_id)") }}
            as delivery_id
    from source
    left join standing on source._delivery_id = standing.delivery_id
    group by
        source.pupil_id,
        source.upn,
        source.former_upn,
        source.surname,
        source.forename,
        source.sex,
        source.address_line,
        source.postcode,
        source.birth_date

),

renamed as (

    select
        -- ids
        {{ clean_text('repeated.pupil_id') }} as pupil_id,
        {{ clean_upn('repeated.upn') }} as upn,
        {{ clean_upn('repeated.former_upn') }} as former_upn,
        {{ synergy_identity_id('repeated') }} as identity_id,

        -- text
        {{ clean_text('repeated.surname') }} as surname,
        {{ clean_text('repeated.forename') }} as forename,
        sexes.sex,
        {{ clean_text('repeated.address_line') }} as address_line,
        {{ clean_postcode('repeated.postcode') }} as postcode,

        -- booleans
        repeated.is_standing,

        -- dates
        {{ parse_date('repeated.birth_date') }} as birth_date,
        repeated.first_extract_date,
        repeated.last_extract_date,

        -- delivery
        repeated.delivery_id
    from repeated
    left join sexes on {{ clean_text('repeated.sex') }} = sexes.sex_code

),

-- what was written otherwise may read the same
versions as (

    select
        pupil_id,
        upn,
        former_upn,
        identity_id,
        surname,
        forename,
        sex,
        address_line,
        postcode,
        bool_or(is_standing) as is_standing,
        birth_date,
        min(first_extract_date) as first_extract_date,
        max(last_extract_date) as last_extract_date,
        {{ earliest('delivery_id', "concat_ws('|', first_extract_date, delivery_id)") }} as delivery_id
    from renamed
    group by
        pupil_id, upn, former_upn, identity_id, surname, forename, sex, address_line, postcode, birth_date

)

select * from versions
