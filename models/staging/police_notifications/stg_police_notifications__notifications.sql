with source as (

    select * from {{ source('police_notifications', 'notifications') }}
    where {{ in_force('police_notifications', 'notifications') }}

),

kinds as (

    select * from {{ ref('ref_police_kind') }}

),

grades as (

    select * from {{ ref('ref_police_grade') }}

),

roles as (

    select * from {{ ref('ref_police_role') }}

),

renamed as (

    select
        -- ids
        {{ police_person_id('source') }} as person_id,
        {{ clean_school_id('source.school_id') }} as told_school_id,

        -- text
        kinds.kind_code,
        grades.grade,
        roles.role,
        roles.is_perpetrator,

        -- dates
        {{ parse_date('source.incident_date') }} as incident_date,
        {{ parse_date('source.received_date') }} as received_date,

        -- delivery
        source._delivery_id as delivery_id,
        source._extract_date as extract_date
    from source
    left join kinds on lower({{ clean_text('source.kind_code') }}) = kinds.kind_code
    left join grades on lower({{ clean_text('source.grade_code') }}) = grades.grade_code
    left join roles on lower({{ clean_text('source.role_code') }}) = roles.role_code
    qualify row_number() over (
        partition by {{ police_person_id('source') }} order by source._delivery_id, source._row_number
    ) = 1

)

select * from renamed
