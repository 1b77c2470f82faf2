{%- set first_day = modules.datetime.date(calendar_first_year() | int, 1, 1) -%}
{%- set last_day = modules.datetime.date(calendar_last_year() | int, 12, 31) -%}
with numbers as (

    {{ dbt.generate_series((last_day - first_day).days + 1) }}

),

days as (

    select
        cast(
            cast('{{ first_day }}' as date) + cast(generated_number - 1 as integer) * interval '1' day as date
        ) as calendar_date
    from numbers

),

terms as (

    select * from {{ ref('ref_term') }}

),

assessments as (

    select * from {{ ref('int_assessment_dates') }}

),

calendar as (

    select
        {{ date_key('days.calendar_date') }} as date_key,
        days.calendar_date,
        cast(extract(year from days.calendar_date) as integer) as calendar_year,
        cast(extract(month from days.calendar_date) as integer) as calendar_month,
        {{ academic_year('days.calendar_date') }} as academic_year,
        coalesce(terms.term, assessments.term) as term,
        cast(coalesce(terms.half_term, assessments.half_term) as integer) as half_term,
        coalesce(
            assessments.half_term_label,
            terms.academic_year || ' half term ' || cast(terms.half_term as string)
        ) as half_term_label,
        terms.half_term is not null as is_in_term,
        coalesce(days.calendar_date = terms.end_date, false) as is_last_day_of_half_term,
        assessments.as_of_date is not null as is_assessment_date,
        coalesce(assessments.is_current, false) as is_current_assessment_date,
        assessments.previous_as_of_date as previous_assessment_date
    from days
    left join terms on days.calendar_date between terms.start_date and terms.end_date
    left join assessments on days.calendar_date = assessments.as_of_date

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
        false as is_current_assessment_date,
        null as previous_assessment_date

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
        false as is_current_assessment_date,
        null as previous_assessment_date

)

select * from calendar
