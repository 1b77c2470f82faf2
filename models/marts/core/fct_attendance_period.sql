with periods as (

    select * from {{ ref('int_attendance_periods') }}

),

pupils as (

    select * from {{ ref('int_children') }}

),

boarding as (

    select * from {{ ref('int_boarding_spells') }}

),

census_periods as (

    {{ census_periods() }}

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
        periods.is_consistent
        and boarding.child_durable_key is null
        and {{ age_at_start_of_academic_year('pupils.birth_date', 'periods.period_end_date') }}
        between census_periods.attendance_age_from and census_periods.attendance_age_to as is_in_statistic,
        periods.period_start_date,
        periods.period_end_date
    from periods
    {{ join_conformed_dimensions('periods', 'period_end_date') }}
    inner join census_periods on periods.period_end_date = census_periods.period_end_date
    left join pupils on periods.child_durable_key = pupils.child_durable_key
    left join boarding
        on
            periods.child_durable_key = boarding.child_durable_key
            and {{ valid_on('periods.period_end_date', 'boarding', 'start_date', 'end_date') }}

)

select * from keyed
