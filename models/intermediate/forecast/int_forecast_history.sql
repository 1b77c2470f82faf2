{#- What is forecast: children counted by the state of each flag, half term by half term, all by today's rule and on
    today's map, so that neither a new rule nor a school that changed its zone looks like a trend. -#}
with totals as (

    select
        place_type,
        place_code,
        flag_code,
        as_of_date,
        todays_map_children_count as children_count,
        todays_map_assessable_count as assessable_count,
        todays_map_raised_count as raised_count
    from {{ ref('int_flags_counted_by_place') }}
    where rule_basis = 'todays' and place_type <> 'school' and todays_map_children_count > 0

),

settings as (

    select * from {{ ref('ref_forecast_setting') }}

),

half_terms as (

    select
        as_of_date,
        is_current,
        row_number() over (order by as_of_date) as half_term_number
    from {{ ref('int_assessment_dates') }}
    where is_half_term

),

judged as (

    select
        totals.*,
        half_terms.is_current,
        half_terms.half_term_number,
        totals.assessable_count >= settings.minimum_assessable_rate * totals.children_count as is_known
    from totals
    inner join half_terms on totals.as_of_date = half_terms.as_of_date
    cross join settings

),

-- half terms in a row share what is left of their number when those before them are taken away
in_rows as (

    select
        *,
        half_term_number - row_number() over (
            partition by place_type, place_code, flag_code, is_known order by half_term_number
        ) as row_number_of_half_terms
    from judged

),

-- a half term that is not known breaks the history: what lies before it is not joined to what comes after
histories as (

    select
        *,
        is_known and max(case when is_current then 1 else 0 end) over (
            partition by place_type, place_code, flag_code, is_known, row_number_of_half_terms
        ) = 1 as is_in_history
    from in_rows

),

numbered as (

    select
        place_type,
        place_code,
        flag_code,
        as_of_date,
        is_current,
        children_count,
        assessable_count,
        raised_count,
        is_known,
        is_in_history,
        case
            when is_in_history
                then cast(row_number() over (
                    partition by place_type, place_code, flag_code, is_in_history order by as_of_date
                ) as integer)
        end as history_half_terms_count
    from histories

)

select * from numbered
