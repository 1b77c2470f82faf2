{{ config(meta={"read_by": ["forecast"]}) }}
{#- What each forecast is made of: the history of a place and flag up to now, and up to each half term that the backtest
    tries, its counts in order and no date. So a forecast need not be made anew while these counts are the same. -#}
with history as (

    select
        *,
        max(history_half_terms_count) over (partition by place_type, place_code, flag_code) as last_half_term
    from {{ ref('int_forecast_history') }}
    where is_in_history

),

settings as (

    select * from {{ ref('ref_forecast_setting') }}

),

origins as (

    select
        origins.place_type,
        origins.place_code,
        origins.flag_code,
        origins.history_half_terms_count,
        {{ list_in_order('known.children_count', 'known.history_half_terms_count') }} as children_counts,
        {{ list_in_order('known.assessable_count', 'known.history_half_terms_count') }} as assessable_counts,
        {{ list_in_order('known.raised_count', 'known.history_half_terms_count') }} as raised_counts
    from history as origins
    cross join settings
    inner join history as known
        on
            origins.place_type = known.place_type
            and origins.place_code = known.place_code
            and origins.flag_code = known.flag_code
            and origins.history_half_terms_count >= known.history_half_terms_count
    where origins.history_half_terms_count >= origins.last_half_term - settings.backtest_half_terms
    group by origins.place_type, origins.place_code, origins.flag_code, origins.history_half_terms_count

)

select * from origins
