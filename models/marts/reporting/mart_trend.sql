with counts as (

    select * from {{ ref('fct_flag_place') }}

),

-- by the name it has today
places as (

    select * from {{ ref('dim_place') }}
    where is_current

),

flags as (

    select * from {{ ref('dim_flag') }}

),

rules as (

    select * from {{ ref('dim_flag_rule') }}

),

dates as (

    select * from {{ ref('dim_date') }}

),

-- what is unknown on today's map alone never had children here
described as (

    select
        counts.*,
        places.place_type,
        places.place_code,
        places.place_name,
        places.zone_code,
        places.zone_name,
        places.pyramid_code,
        places.pyramid_name,
        places.school_id,
        places.school_name,
        -- the key of the place in the dimension of its kind
        coalesce(places.school_durable_key, places.pyramid_key, places.zone_key, places.place_key) as key_of_kind,
        flags.flag_code,
        flags.flag_name,
        flags.population_name,
        flags.display_order,
        rules.version as rule_version,
        dates.academic_year,
        dates.half_term,
        dates.half_term_label,
        dates.is_current_assessment_date as is_current
    from counts
    inner join places on counts.place_durable_key = places.place_durable_key
    inner join flags on counts.flag_key = flags.flag_key
    inner join dates on counts.as_of_date = dates.calendar_date
    left join rules on counts.flag_rule_key = rules.flag_rule_key
    qualify
        places.place_code <> {{ unknown_key() }}
        or max(counts.children_count) over (partition by counts.place_durable_key) > 0

),

trend as (

    select
        {{ surrogate_key(['place_type', 'key_of_kind', 'flag_key', 'as_of_date', 'rule_basis']) }} as trend_key,
        place_type,
        key_of_kind as place_key,
        place_code,
        place_name,
        zone_code,
        zone_name,
        pyramid_code,
        pyramid_name,
        school_id,
        school_name,
        flag_code,
        flag_name,
        population_name,
        display_order,
        rule_basis,
        rule_version,
        is_rule_change,
        is_rule_change_since_last_year,
        academic_year,
        half_term,
        half_term_label,
        as_of_date,
        is_current,
        children_count,
        assessable_count,
        raised_count,
        not_assessable_count,
        raised_rate,
        change_since_previous_count,
        change_since_previous_rate,
        change_since_last_year_count,
        change_since_last_year_rate,
        change_since_first_count,
        change_since_first_rate,
        first_as_of_date
    from described

)

select * from trend
