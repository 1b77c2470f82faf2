{#- What each return says of the attendance period it carries, one term in arrears. -#}
with returns as (

    select * from {{ ref('int_pupil_returns') }}

),

school_returns as (

    select * from {{ ref('int_school_returns') }}

),

sessions as (

    select * from {{ ref('stg_school_census__sessions') }}

),

codes as (

    select * from {{ ref('ref_attendance_code') }}

),

census_periods as (

    {{ census_periods() }}

),

-- The category a code had on the last day of the period. A code retired before then keeps the category it
-- had, and one that
-- came later takes the one it got: absence returned under a wrong code is still absence.
period_codes as (

    select
        census_periods.census_year,
        census_periods.census_term,
        census_periods.period,
        codes.attendance_code,
        codes.category
    from census_periods
    cross join codes
    qualify row_number() over (
        partition by
            census_periods.census_year, census_periods.census_term, census_periods.period, codes.attendance_code
        order by
            case when codes.valid_from_date <= census_periods.period_end_date then 0 else 1 end,
            codes.valid_from_date desc
    ) = 1

),

sessions_by_category as (

    select
        sessions.census_year,
        sessions.census_term,
        sessions.school_id,
        sessions.roll,
        sessions.pupil_return_id,
        sessions.period,
        sum(case when period_codes.category = 'authorised' then sessions.sessions else 0 end) as sessions_authorised,
        sum(case when period_codes.category = 'unauthorised' then sessions.sessions else 0 end)
            as sessions_unauthorised,
        sum(case when period_codes.category = 'approved' then sessions.sessions else 0 end) as sessions_approved
    from sessions
    inner join period_codes
        on
            sessions.census_year = period_codes.census_year
            and sessions.census_term = period_codes.census_term
            and sessions.period = period_codes.period
            and sessions.attendance_code = period_codes.attendance_code
    group by
        sessions.census_year, sessions.census_term, sessions.school_id, sessions.roll, sessions.pupil_return_id,
        sessions.period

),

-- The authority's blocks come one for each roll and period: one that did not come is missing for all schools.
blocks as (

    select distinct
        census_year,
        census_term,
        roll,
        period
    from sessions_by_category

),

returned_periods as (

    select
        returns.child_durable_key,
        returns.school_id,
        returns.enrol_status,
        returns.census_year,
        returns.census_term,
        returns.roll,
        returns.pupil_return_id,
        census_periods.period,
        census_periods.period_start_date,
        census_periods.period_end_date,
        case census_periods.period
            when 'term' then returns.sessions_possible
            else returns.summer_half_term_2_sessions_possible
        end as sessions_possible,
        returns.delivery_id
    from returns
    inner join school_returns
        on
            returns.school_id = school_returns.school_id
            and returns.census_year = school_returns.census_year
            and returns.census_term = school_returns.census_term
    inner join census_periods
        on
            returns.census_year = census_periods.census_year
            and returns.census_term = census_periods.census_term
    left join blocks
        on
            returns.census_year = blocks.census_year
            and returns.census_term = blocks.census_term
            and returns.roll = blocks.roll
            and census_periods.period = blocks.period
    where
        school_returns.is_sessions_delivered
        and (school_returns.is_sessions_in_own_file or blocks.period is not null)

),

counted as (

    select
        returned_periods.*,
        coalesce(sessions_by_category.sessions_authorised, 0) as sessions_authorised,
        coalesce(sessions_by_category.sessions_unauthorised, 0) as sessions_unauthorised,
        coalesce(sessions_by_category.sessions_approved, 0) as sessions_approved,
        coalesce(sessions_by_category.sessions_authorised + sessions_by_category.sessions_unauthorised, 0)
            as sessions_absent
    from returned_periods
    left join sessions_by_category
        on
            returned_periods.census_year = sessions_by_category.census_year
            and returned_periods.census_term = sessions_by_category.census_term
            and returned_periods.school_id = sessions_by_category.school_id
            and returned_periods.roll = sessions_by_category.roll
            and returned_periods.pupil_return_id = sessions_by_category.pupil_return_id
            and returned_periods.period = sessions_by_category.period
    -- Neither possible sessions nor details: the return says nothing of this period.
    where returned_periods.sessions_possible is not null or sessions_by_category.pupil_return_id is not null

),

periods as (

    select
        child_durable_key,
        school_id,
        {{ academic_year('period_end_date') }} as academic_year,
        period_start_date,
        period_end_date,
        enrol_status,
        sessions_possible,
        case
            when sessions_absent <= sessions_possible then cast(sessions_possible - sessions_absent as integer)
        end as sessions_present,
        cast(sessions_authorised as integer) as sessions_authorised,
        cast(sessions_unauthorised as integer) as sessions_unauthorised,
        cast(sessions_approved as integer) as sessions_approved,
        cast(sessions_absent as integer) as sessions_absent,
        sessions_absent <= coalesce(sessions_possible, 0) as is_consistent,
        delivery_id
    from counted

)

select * from periods
