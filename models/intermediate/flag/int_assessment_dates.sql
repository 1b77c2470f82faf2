{#- The as-of date, and the last days of the half terms before the one it lies in: the days on which flags are
    evaluated. -#}
with half_terms as (

    select * from {{ ref('ref_term') }}

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
        case half_terms_back when 1 then {{ as_of_date() }} else end_date end as as_of_date,
        academic_year,
        term,
        half_term,
        half_terms_back = 1 as is_current
    from begun
    where half_terms_back <= {{ var('flag_history_half_terms') }} + 1

),

labelled as (

    select
        as_of_date,
        academic_year,
        term,
        half_term,
        concat(academic_year, ' half term ', cast(half_term as string)) as half_term_label,
        is_current,
        lag(as_of_date) over (order by as_of_date) as previous_as_of_date
    from dates

)

select * from labelled
