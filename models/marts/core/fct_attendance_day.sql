{{ config(
    materialized=kept_where_rows_can_be_replaced(),
    incremental_strategy="delete+insert",
    unique_key=["school_id", "attendance_date"],
    on_schema_change="fail"
) }}
with days as (

    select
        school_id,
        attendance_date,
        delivery_id,
        -- a pupil whom no other source knows is told from the next by a pseudonym of the UPN
        coalesce(child_durable_key, {{ pseudonym('upn') }}) as pupil_key,
        {{ or_unknown('child_durable_key') }} as child_durable_key,
        sessions_possible,
        sessions_present,
        sessions_late,
        sessions_approved,
        sessions_present + sessions_late + sessions_approved as sessions_attended,
        sessions_authorised,
        sessions_unauthorised,
        sessions_absent,
        sessions_elsewhere,
        sessions_not_possible,
        sessions_unmarked
    from {{ ref('int_attendance_days') }}

),

school_days as (

    select
        school_id,
        attendance_date,
        delivery_id,
        {{ rows_checksum(['pupil_key', 'child_durable_key']) }} as children_checksum
    from days
    group by school_id, attendance_date, delivery_id

),

keyed as (

    select
        school_days.school_id,
        school_days.attendance_date,
        school_days.children_checksum,
        {{ or_unknown('schools.school_key') }} as school_key,
        {{ or_unknown('schools.school_durable_key') }} as school_durable_key,
        {{ or_unknown('schools.pyramid_key') }} as pyramid_key,
        {{ or_unknown('schools.zone_key') }} as zone_key,
        {{ or_unknown('deliveries.delivery_key') }} as delivery_key
    from school_days
    left join {{ ref('dim_school') }} as schools
        on
            school_days.school_id = schools.school_id
            and {{ valid_on('school_days.attendance_date', 'schools') }}
    left join {{ ref('dim_delivery') }} as deliveries on school_days.delivery_id = deliveries.delivery_id

),

{% if is_incremental() -%}
    held as (

        select
            school_id,
            attendance_date,
            school_key,
            school_durable_key,
            pyramid_key,
            zone_key,
            delivery_key,
            {{ rows_checksum(['pupil_key', 'child_durable_key']) }} as children_checksum
        from {{ this }}
        group by school_id, attendance_date, school_key, school_durable_key, pyramid_key, zone_key, delivery_key

    ),

{% endif -%}

-- Whole days of a school are written, and only those of which something differs: the delivery that speaks (its marks
-- never change), a child, the version of the school. So the content does not depend on what was written when.
to_write as (

    select keyed.*
    from keyed
    {% if is_incremental() %}
        left join held
            on
                keyed.school_id = held.school_id
                and keyed.attendance_date = held.attendance_date
                and keyed.school_key = held.school_key
                and keyed.school_durable_key = held.school_durable_key
                and keyed.pyramid_key = held.pyramid_key
                and keyed.zone_key = held.zone_key
                and keyed.delivery_key = held.delivery_key
                and keyed.children_checksum = held.children_checksum
        where held.school_id is null
    {% endif %}

),

facts as (

    select
        days.pupil_key,
        days.child_durable_key,
        to_write.school_key,
        to_write.school_durable_key,
        to_write.pyramid_key,
        to_write.zone_key,
        to_write.delivery_key,
        {{ date_key('days.attendance_date') }} as attendance_date_key,
        days.school_id,
        days.sessions_possible,
        days.sessions_present,
        days.sessions_late,
        days.sessions_approved,
        days.sessions_attended,
        days.sessions_authorised,
        days.sessions_unauthorised,
        days.sessions_absent,
        days.sessions_elsewhere,
        days.sessions_not_possible,
        days.sessions_unmarked,
        days.attendance_date
    from days
    inner join to_write
        on
            days.school_id = to_write.school_id
            and days.attendance_date = to_write.attendance_date

)

select * from facts
