{#- The as-of date, and the last days of all half terms before the one it lies in, back to the first census in the
    data: the days on which flags are evaluated. With them, days that somebody asks about. -#}
with half_terms as (

    select * from {{ ref('ref_term') }}

),

asked_days as (

    select * from {{ ref('ref_assessment_day') }}

),

delivered as (

    select * from {{ ref('stg_ops__delivery_tables') }}
    where is_in_force

),

-- Without a census nothing is known of a day before the first extract.
first_day as (

    select
        coalesce(
            min(case when source = 'school_census' then extract_date end), min(extract_date), {{ as_of_date() }}
        ) as first_date
    from delivered

),

begun as (

    select
        *,
        row_number() over (order by start_date desc) as half_terms_back
    from half_terms
    where start_date <= {{ as_of_date() }}

),

dates as (

    select
        case begun.half_terms_back when 1 then {{ as_of_date() }} else begun.end_date end as as_of_date,
        begun.academic_year,
        begun.term,
        begun.half_term,
        begun.half_terms_back = 1 as is_current
    from begun
    cross join first_day
    where begun.half_terms_back = 1 or begun.end_date >= first_day.first_date

),

-- A day of a holiday belongs to the half term before it, as the as-of date does.
asked as (

    select
        asked_days.assessment_date as as_of_date,
        begun.academic_year,
        begun.term,
        begun.half_term
    from asked_days
    cross join first_day
    inner join begun on asked_days.assessment_date >= begun.start_date
    left join dates on asked_days.assessment_date = dates.as_of_date
    where
        asked_days.assessment_date between first_day.first_date and {{ as_of_date() }}
        and dates.as_of_date is null
    qualify row_number() over (partition by asked_days.assessment_date order by begun.start_date desc) = 1

),

labelled as (

    select
        as_of_date,
        academic_year,
        term,
        half_term,
        academic_year || ' half term ' || cast(half_term as string) as half_term_label,
        is_current,
        true as is_half_term,
        as_of_date = max(as_of_date) over (partition by academic_year) as is_last_of_year,
        lag(as_of_date) over (order by as_of_date) as previous_as_of_date
    from dates

    union all

    select
        as_of_date,
        academic_year,
        term,
        half_term,
        academic_year || ' half term ' || cast(half_term as string) as half_term_label,
        false as is_current,
        false as is_half_term,
        false as is_last_of_year,
        cast(null as date) as previous_as_of_date
    from asked

)

select * from labelled
