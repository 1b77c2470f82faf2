{#- Days of which a school sent marks that could not be read. A day sent again since is read. -#}
with quarantined as (

    select * from {{ ref('stg_quarantine__marks') }}

),

deliveries as (

    select * from {{ ref('stg_ops__deliveries') }}

),

in_force as (

    select * from {{ ref('int_attendance_days_in_force') }}

),

pupils as (

    select * from {{ ref('int_attendance_pupils') }}

),

unread as (

    select
        pupils.child_durable_key,
        quarantined.school_id,
        quarantined.attendance_date,
        max(quarantined.delivery_id) as delivery_id
    from quarantined
    inner join deliveries on quarantined.delivery_id = deliveries.delivery_id
    inner join pupils
        on
            quarantined.upn = pupils.upn
            and (pupils.school_id is null or quarantined.school_id = pupils.school_id)
    left join in_force
        on
            quarantined.school_id = in_force.school_id
            and quarantined.attendance_date = in_force.attendance_date
    where
        in_force.delivery_id is null
        or deliveries.extract_date > in_force.extract_date
        or (deliveries.extract_date = in_force.extract_date and deliveries.sequence >= in_force.sequence)
    group by pupils.child_durable_key, quarantined.school_id, quarantined.attendance_date

)

select * from unread
