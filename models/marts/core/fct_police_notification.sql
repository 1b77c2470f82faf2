with notifications as (

    select * from {{ ref('int_police_notifications') }}

),

keyed as (

    select
        {{ pseudonym("'police notification:' || notifications.person_id") }} as police_notification_key,
        {{ conformed_keys() }},
        {{ date_key('notifications.incident_date') }} as incident_date_key,
        {{ date_key('notifications.received_date') }} as received_date_key,
        notifications.link_status,
        notifications.kind_code,
        notifications.grade,
        notifications.role,
        notifications.is_perpetrator,
        -- not known where no school was told, or where the child was at none
        notifications.told_school_id = notifications.school_id as is_told_to_own_school,
        notifications.incident_date,
        notifications.received_date
    from notifications
    {{ join_conformed_dimensions('notifications', 'incident_date') }}

)

select * from keyed
