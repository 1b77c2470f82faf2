with periods as (

    select * from {{ ref('int_attendance_periods') }}

),

keyed as (

    select
        {{ surrogate_key([
            'periods.child_durable_key', 'periods.school_id', 'periods.period_start_date'
        ]) }} as attendance_period_key,
        {{ conformed_keys() }},
        {{ date_key('periods.period_start_date') }} as period_start_date_key,
        {{ date_key('periods.period_end_date') }} as period_end_date_key,
        periods.academic_year,
        periods.enrol_status,
        periods.sessions_possible,
        periods.sessions_present,
        periods.sessions_approved,
        periods.sessions_authorised,
        periods.sessions_unauthorised,
        periods.sessions_absent,
        periods.is_consistent,
        periods.period_start_date,
        periods.period_end_date
    from periods
    {{ join_conformed_dimensions('periods', 'period_end_date') }}

)

select * from keyed
