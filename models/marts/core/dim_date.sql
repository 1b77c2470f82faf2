with digits as (

    {% for digit in range(10) %}
        select {{ digit }} as digit
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- nought to 99,999, which is more days than the calendar has
numbers as (

    select
        ones.digit + 10 * tens.digit + 100 * hundreds.digit
        + 1000 * thousands.digit + 10000 * ten_thousands.digit as number
    from digits as ones
    cross join digits as tens
    cross join digits as hundreds
    cross join digits as thousands
    cross join digits as ten_thousands

),

days as (

    select
        cast(
            cast('{{ calendar_first_year() }}-01-01' as date) + number * interval '1' day as date
        ) as calendar_date
    from numbers
    where number < ({{ calendar_last_year() }} + 1 - {{ calendar_first_year() }}) * 366

),

calendar_days as (

    select calendar_date
    from days
    where extract(year from calendar_date) <= {{ calendar_last_year() }}

),

terms as (

    select * from {{ ref('ref_term') }}

),

assessments as (

    select * from {{ ref('int_assessment_dates') }}

),

calendar as (

    select
        {{ date_key('calendar_days.calendar_date') }} as date_key,
        calendar_days.calendar_date,
        cast(extract(year from calendar_days.calendar_date) as integer) as calendar_year,
        cast(extract(month from calendar_days.calendar_date) as integer) as calendar_month,
        {{ academic_year('calendar_days.calendar_date') }} as academic_year,
        coalesce(terms.term, assessments.term) as term,
        cast(coalesce(terms.half_term, assessments.half_term) as integer) as half_term,
        coalesce(
            assessments.half_term_label,
            terms.academic_year || ' half term ' || cast(terms.half_term as string)
        ) as half_term_label,
        terms.half_term is not null as is_in_term,
        coalesce(calendar_days.calendar_date = terms.end_date, false) as is_last_day_of_half_term,
        coalesce(assessments.is_half_term, false) as is_assessment_date,
        coalesce(not assessments.is_half_term, false) as is_asked_date,
        coalesce(assessments.is_current, false) as is_current_assessment_date,
        assessments.previous_as_of_date as previous_assessment_date,
        years_before.as_of_date as last_year_assessment_date
    from calendar_days
    left join terms on calendar_days.calendar_date between terms.start_date and terms.end_date
    left join assessments on calendar_days.calendar_date = assessments.as_of_date
    left join assessments as years_before
        on
            assessments.is_half_term
            and years_before.is_half_term
            and assessments.half_term = years_before.half_term
            and {{ academic_year_start('assessments.as_of_date') }}
            = {{ academic_year_start('years_before.as_of_date') }} + 1

    union all

    -- the day on which what still lasts ends
    select
        {{ date_key(end_of_time()) }} as date_key,
        {{ end_of_time() }} as calendar_date,
        null as calendar_year,
        null as calendar_month,
        null as academic_year,
        null as term,
        null as half_term,
        null as half_term_label,
        false as is_in_term,
        false as is_last_day_of_half_term,
        false as is_assessment_date,
        false as is_asked_date,
        false as is_current_assessment_date,
        null as previous_assessment_date,
        null as last_year_assessment_date

    union all

    -- the unknown day
    select
        {{ unknown_date_key() }} as date_key,
        null as calendar_date,
        null as calendar_year,
        null as calendar_month,
        null as academic_year,
        null as term,
        null as half_term,
        null as half_term_label,
        false as is_in_term,
        false as is_last_day_of_half_term,
        false as is_assessment_date,
        false as is_asked_date,
        false as is_current_assessment_date,
        null as previous_assessment_date,
        null as last_year_assessment_date

)

select * from calendar
