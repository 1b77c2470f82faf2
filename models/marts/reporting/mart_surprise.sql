{#- How often what another agency delivered told a school of a child what it could not have seen. -#}
with dates as (

    select
        calendar_date as as_of_date,
        academic_year,
        half_term_label,
        lead(calendar_date) over (order by calendar_date) as next_as_of_date,
        calendar_date = min(calendar_date) over () as is_first
    from {{ ref('dim_date') }}
    where is_assessment_date

),

-- agencies whose word may raise a flag that is asked of pupils
sources as (

    select distinct
        sources.source,
        sources.source_name
    from {{ ref('ref_source') }} as sources
    inner join {{ ref('ref_flag_source') }} as flag_sources on sources.source = flag_sources.source
    inner join {{ ref('dim_flag') }} as flags on flag_sources.flag_code = flags.flag_code
    where not sources.is_known_to_school and flags.population_code = {{ school_age() }}

),

raised as (

    select
        child_durable_key,
        flag_key,
        as_of_date,
        delivery_key,
        count(*) over (partition by child_durable_key, as_of_date) as raised_count
    from {{ ref('fct_flag_assessment') }}
    where flag_state = 'raised' and population_code = {{ school_age() }}

),

-- What was up on the first of all dates began before there were records, and is no news.
news as (

    select
        spells.child_durable_key,
        spells.zone_key,
        spells.flag_key,
        spells.raised_date,
        dates.next_as_of_date,
        deliveries.source,
        raised.raised_count
    from {{ ref('fct_flag_spell') }} as spells
    inner join raised
        on
            spells.child_durable_key = raised.child_durable_key
            and spells.flag_key = raised.flag_key
            and spells.raised_date = raised.as_of_date
    inner join {{ ref('dim_delivery') }} as deliveries on raised.delivery_key = deliveries.delivery_key
    inner join sources on deliveries.source = sources.source
    inner join dates on spells.raised_date = dates.as_of_date
    where not dates.is_first

),

-- An agency tells of a child once on a date, whichever flags went up by it.
told as (

    select
        news.child_durable_key,
        news.zone_key,
        news.raised_date,
        news.source,
        -- all that is raised of the child came by this word
        count(distinct news.flag_key) = max(news.raised_count) as is_first_word,
        count(responses.response_key) > 0 as is_answered
    from news
    left join {{ ref('fct_response') }} as responses
        on
            news.child_durable_key = responses.child_durable_key
            and news.raised_date <= responses.opened_date
            and news.next_as_of_date > responses.opened_date
    group by news.child_durable_key, news.zone_key, news.raised_date, news.source

),

by_place as (

    select
        *,
        zone_key as place_key
    from told

    union all

    select
        *,
        'county' as place_key
    from told

),

counted as (

    select
        place_key,
        raised_date,
        source,
        count(*) as surprises_count,
        count(*) filter (where is_first_word) as first_words_count,
        count(*) filter (where is_answered) as answered_count
    from by_place
    group by place_key, raised_date, source

),

places as (

    select
        coalesce(zone_key, place_key) as zone_key,
        place_code as zone_code,
        place_name as zone_name
    from {{ ref('dim_place') }}
    where place_type in ('zone', 'county')

),

-- a half term in which an agency told nothing new is a row of noughts
placed as (

    select
        {{ surrogate_key(['dates.as_of_date', 'sources.source', 'places.zone_key']) }} as surprise_key,
        sources.source,
        sources.source_name,
        places.zone_key,
        places.zone_code,
        places.zone_name,
        places.zone_key = 'county' as is_county,
        dates.as_of_date,
        dates.academic_year,
        dates.half_term_label,
        dates.next_as_of_date is null as is_current,
        coalesce(counted.surprises_count, 0) as surprises_count,
        coalesce(counted.first_words_count, 0) as first_words_count,
        coalesce(counted.answered_count, 0) as answered_count
    from dates
    cross join sources
    cross join places
    left join counted
        on
            dates.as_of_date = counted.raised_date
            and sources.source = counted.source
            and places.zone_key = counted.place_key
    where not dates.is_first and (places.zone_key <> {{ unknown_key() }} or counted.surprises_count > 0)

),

rated as (

    select
        *,
        {{ rate('first_words_count', 'surprises_count') }} as first_words_rate,
        {{ rate('answered_count', 'surprises_count') }} as answered_rate
    from placed

)

select * from rated
