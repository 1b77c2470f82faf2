{#- People as linkage reads them: see linkage_sources in dbt_project.yml. -#}
with notifications as (

    select * from {{ source('police_notifications', 'notifications') }}
    where {{ in_force('police_notifications', 'notifications') }}

),

roles as (

    select * from {{ ref('ref_police_role') }}

),

sexes as (

    select * from {{ ref('ref_sex') }}

),

renamed as (

    select
        -- ids
        {{ police_person_id('notifications') }} as person_id,
        -- who was at home together tells children of one name apart; victim and perpetrator are no family
        case
            when roles.role in ('child_present', 'in_household')
                then
                    lower({{ clean_text('notifications.kind_code') }})
                    || '/' || {{ clean_text('notifications.notification_ref') }}
        end as household_id,

        -- text
        {{ clean_text('notifications.surname') }} as surname,
        {{ clean_text('notifications.forename') }} as forename,
        sexes.sex,
        {{ clean_text('notifications.address_line') }} as address_line,
        {{ clean_postcode('notifications.postcode') }} as postcode,

        -- dates
        {{ parse_date('notifications.birth_date') }} as birth_date,
        {{ parse_date('notifications.incident_date') }} as known_from_date,
        {{ end_of_time() }} as known_to_date,

        -- delivery
        notifications._delivery_id as delivery_id,
        notifications._extract_date as extract_date
    from notifications
    left join roles on lower({{ clean_text('notifications.role_code') }}) = roles.role_code
    left join sexes on {{ clean_text('notifications.sex') }} = sexes.sex_code
    qualify row_number() over (
        partition by {{ police_person_id('notifications') }}
        order by notifications._delivery_id, notifications._row_number
    ) = 1

)

select * from renamed
