{{ config(
    materialized=kept_where_rows_can_be_replaced(),
    incremental_strategy="delete+insert",
    unique_key=["school_id", "attendance_date"],
    on_schema_change="fail"
) }}
{#- The marks in force, counted. A run writes whole days of a school, and only those of which another delivery speaks
    than the one held, or in which a pupil has become another child. -#}
with marks as (

    select * from {{ ref('stg_attendance_daily__marks') }}

),

in_force as (

    select * from {{ ref('int_attendance_days_in_force') }}

),

-- Two plain joins: an outer join whose condition says "or" compares every mark with every pupil.
pupils_anywhere as (

    select * from {{ ref('int_attendance_pupils') }}
    where school_id is null

),

pupils_at_school as (

    select * from {{ ref('int_attendance_pupils') }}
    where school_id is not null

),

codes as (

    select * from {{ ref('ref_attendance_code') }}

),

{% if is_incremental() -%}
    held as (

        select distinct
            school_id,
            attendance_date,
            delivery_id
        from {{ this }}

    ),

    days_of_other_children as (

        select distinct
            days.school_id,
            days.attendance_date
        from {{ this }} as days
        left join pupils_anywhere on days.upn = pupils_anywhere.upn
        left join pupils_at_school
            on
                days.upn = pupils_at_school.upn
                and days.school_id = pupils_at_school.school_id
        where
            days.child_durable_key
            is distinct from coalesce(pupils_anywhere.child_durable_key, pupils_at_school.child_durable_key)

    ),

{% endif -%}

to_write as (

    select in_force.*
    from in_force
    {% if is_incremental() %}
        left join held
            on
                in_force.school_id = held.school_id
                and in_force.attendance_date = held.attendance_date
                and in_force.delivery_id = held.delivery_id
        left join days_of_other_children
            on
                in_force.school_id = days_of_other_children.school_id
                and in_force.attendance_date = days_of_other_children.attendance_date
        where held.delivery_id is null or days_of_other_children.school_id is not null
    {% endif %}

),

-- A code counts in the category it had on the day: before it came as it did at first, once retired as it last did.
code_spans as (

    select
        attendance_code,
        category,
        case
            when row_number() over (partition by attendance_code order by valid_from_date) = 1
                then {{ beginning_of_time() }}
            else valid_from_date
        end as valid_from_date,
        coalesce(
            lead(valid_from_date) over (partition by attendance_code order by valid_from_date), {{ end_of_time() }}
        ) as valid_to_date
    from codes

),

named as (

    select
        marks.upn,
        marks.school_id,
        marks.attendance_date,
        coalesce(pupils_anywhere.child_durable_key, pupils_at_school.child_durable_key) as child_durable_key,
        marks.morning_mark,
        marks.afternoon_mark,
        marks.delivery_id
    from marks
    inner join to_write
        on
            marks.delivery_id = to_write.delivery_id
            and marks.school_id = to_write.school_id
            and marks.attendance_date = to_write.attendance_date
    left join pupils_anywhere on marks.upn = pupils_anywhere.upn
    left join pupils_at_school
        on
            marks.upn = pupils_at_school.upn
            and marks.school_id = pupils_at_school.school_id

),

-- Two UPNs of one child in one register are one child: the row that says more stands.
written as (

    select * from named
    qualify row_number() over (
        partition by school_id, attendance_date, coalesce(child_durable_key, upn)
        order by
            case when morning_mark is null then 1 else 0 end
            + case when afternoon_mark is null then 1 else 0 end asc,
            upn asc
    ) = 1

),

counted as (

    select
        written.upn,
        written.school_id,
        written.attendance_date,
        written.child_durable_key,
        written.morning_mark,
        written.afternoon_mark,
        {{ sessions_of(['present', 'late', 'approved', 'authorised', 'unauthorised']) }} as sessions_possible,
        {{ sessions_of(['present']) }} as sessions_present,
        {{ sessions_of(['late']) }} as sessions_late,
        {{ sessions_of(['approved']) }} as sessions_approved,
        {{ sessions_of(['authorised']) }} as sessions_authorised,
        {{ sessions_of(['unauthorised']) }} as sessions_unauthorised,
        {{ sessions_of(['authorised', 'unauthorised']) }} as sessions_absent,
        {{ sessions_of(['elsewhere']) }} as sessions_elsewhere,
        {{ sessions_of(['not_possible']) }} as sessions_not_possible,
        cast(
            case when written.morning_mark is null then 1 else 0 end
            + case when written.afternoon_mark is null then 1 else 0 end as integer
        ) as sessions_unmarked,
        written.delivery_id
    from written
    left join code_spans as mornings
        on
            written.morning_mark = mornings.attendance_code
            and {{ valid_on('written.attendance_date', 'mornings') }}
    left join code_spans as afternoons
        on
            written.afternoon_mark = afternoons.attendance_code
            and {{ valid_on('written.attendance_date', 'afternoons') }}

)

select * from counted
