with forecasts as (

    select * from {{ ref('int_flags_forecast') }}

),

histories as (

    select * from {{ ref('int_forecast_history') }}

),

settings as (

    select * from {{ ref('ref_forecast_setting') }}

),

half_terms as (

    select * from {{ ref('ref_term') }}

),

-- the half terms that come, numbered from the one after the current
coming as (

    select
        academic_year,
        half_term,
        end_date,
        row_number() over (order by start_date) as half_terms_ahead
    from half_terms
    where start_date > {{ as_of_date() }}

),

assessed as (

    select
        as_of_date,
        is_current,
        row_number() over (order by as_of_date) as half_term_number
    from {{ ref('int_assessment_dates') }}
    where is_half_term

),

-- each half term with those after it: known ones first, then those that come
followed as (

    select
        made.as_of_date,
        made.is_current,
        later.half_term_number - made.half_term_number as half_terms_ahead,
        later.as_of_date as forecast_date
    from assessed as made
    inner join assessed as later on made.half_term_number < later.half_term_number

    union all

    select
        made.as_of_date,
        made.is_current,
        coming.half_terms_ahead,
        coming.end_date as forecast_date
    from assessed as made
    cross join coming
    where made.is_current

),

methods as (

    select 'damped_trend' as forecast_method

    union all

    select 'seasonal_naive' as forecast_method

),

-- what both methods say, or that they say nothing, of the half terms after the current one
asked as (

    select
        histories.place_type,
        histories.place_code,
        histories.flag_code,
        histories.as_of_date,
        histories.is_current,
        histories.is_known,
        histories.history_half_terms_count,
        followed.half_terms_ahead,
        followed.forecast_date,
        methods.forecast_method
    from histories
    cross join settings
    inner join followed
        on
            histories.as_of_date = followed.as_of_date
            and settings.half_terms_ahead >= followed.half_terms_ahead
    cross join methods
    where histories.is_current or histories.is_in_history

),

answered as (

    select
        asked.*,
        forecasts.forecast_count,
        forecasts.lower_count,
        forecasts.upper_count,
        came.raised_count as came_count,
        case
            when forecasts.forecast_count is not null then null
            when not asked.is_known then 'not_assessable_now'
            else 'history_too_short'
        end as reason_code
    from asked
    left join forecasts
        on
            asked.place_type = forecasts.place_type
            and asked.place_code = forecasts.place_code
            and asked.flag_code = forecasts.flag_code
            and asked.history_half_terms_count = forecasts.history_half_terms_count
            and asked.half_terms_ahead = forecasts.half_terms_ahead
            and asked.forecast_method = forecasts.forecast_method
    left join histories as came
        on
            asked.place_type = came.place_type
            and asked.place_code = came.place_code
            and asked.flag_code = came.flag_code
            and asked.forecast_date = came.as_of_date
            and not asked.is_current
    where asked.is_current or forecasts.forecast_count is not null

),

keyed as (

    select
        *,
        case
            when place_type = 'county' or place_code = {{ unknown_key() }} then place_code
            else {{ surrogate_key(['place_code']) }}
        end as place_key,
        {{ surrogate_key(['flag_code']) }} as flag_key
    from answered

),

forecast as (

    select
        {{ surrogate_key([
            'place_type', 'place_key', 'flag_key', 'as_of_date', 'half_terms_ahead', 'forecast_method'
        ]) }} as flag_forecast_key,
        place_type,
        place_key,
        flag_key,
        {{ date_key('as_of_date') }} as as_of_date_key,
        {{ date_key('forecast_date') }} as forecast_date_key,
        forecast_method,
        cast(half_terms_ahead as integer) as half_terms_ahead,
        cast(coalesce(history_half_terms_count, 0) as integer) as history_half_terms_count,
        is_current,
        forecast_count,
        lower_count,
        upper_count,
        cast(came_count as bigint) as came_count,
        cast(abs(forecast_count - came_count) as bigint) as error_count,
        came_count between lower_count and upper_count as is_within_interval,
        reason_code,
        as_of_date,
        forecast_date
    from keyed

)

select * from forecast
