with counts as (

    select
        counts.*,
        places.place_type,
        places.school_key,
        places.school_durable_key,
        places.pyramid_key,
        places.zone_key
    from {{ ref('fct_flag_place') }} as counts
    inner join {{ ref('dim_place') }} as places on counts.place_key = places.place_key
    where counts.rule_basis = 'in_force'

),

dates as (

    select * from {{ ref('dim_date') }}
    where is_assessment_date

),

flags as (

    select * from {{ ref('dim_flag') }}
    where population_code = {{ school_age() }}

),

pyramid_names as (

    select * from {{ ref('dim_pyramid') }}

),

zone_names as (

    select * from {{ ref('dim_zone') }}

),

attended as (

    select distinct
        school_key,
        as_of_date
    from counts
    where place_type = 'school'

),

-- schools of the map that were open on the date, and every school where children were
places as (

    select
        dates.calendar_date as as_of_date,
        dates.previous_assessment_date as previous_as_of_date,
        dates.half_term_label,
        dates.is_current_assessment_date as is_current,
        schools.school_key,
        schools.school_durable_key,
        schools.school_id,
        schools.school_name,
        schools.phase_name,
        schools.pyramid_key,
        schools.zone_key
    from dates
    inner join {{ ref('dim_school') }} as schools
        on {{ valid_on('dates.calendar_date', 'schools') }}
    left join attended
        on
            schools.school_key = attended.school_key
            and dates.calendar_date = attended.as_of_date
    where
        attended.school_key is not null
        or (
            schools.is_on_map
            and coalesce(schools.open_date <= dates.calendar_date, true)
            and coalesce(schools.close_date > dates.calendar_date, true)
        )
    -- a school and its successor are one school: on a date it goes by the one where children are
    qualify row_number() over (
        partition by schools.school_durable_key, dates.calendar_date
        order by
            case when attended.school_key is null then 1 else 0 end,
            schools.open_date desc nulls last,
            schools.school_id desc
    ) = 1

),

counted as (

    select
        places.*,
        pyramid_names.pyramid_code,
        pyramid_names.pyramid_name,
        zone_names.zone_code,
        zone_names.zone_name,
        flags.flag_key,
        flags.flag_code,
        flags.flag_name,
        flags.display_order,
        {{ flag_totals_or_nought('school_counts') }},
        school_counts.raised_rate,
        school_counts.change_since_previous_count as change_in_raised_count,
        school_counts.change_since_previous_rate as change_in_raised_rate,
        pyramid_counts.raised_rate as pyramid_raised_rate,
        zone_counts.raised_rate as zone_raised_rate,
        county_counts.raised_rate as county_raised_rate
    from places
    cross join flags
    left join pyramid_names on places.pyramid_key = pyramid_names.pyramid_key
    left join zone_names on places.zone_key = zone_names.zone_key
    {% for place_type, key in [
        ('school', 'school_durable_key'), ('pyramid', 'pyramid_key'), ('zone', 'zone_key'), ('county', none)
    ] %}
        left join counts as {{ place_type }}_counts
            on
                {{ place_type }}_counts.place_type = '{{ place_type }}'
                {% if key %}
                    and places.{{ key }} = {{ place_type }}_counts.{{ key }}
                {% endif %}
                and flags.flag_key = {{ place_type }}_counts.flag_key
                and places.as_of_date = {{ place_type }}_counts.as_of_date
    {% endfor %}

),

compared as (

    select
        *,
        {{ on_previous_date('raised_count', 'school_durable_key, flag_key') }} as previous_raised_count
    from counted

),

overview as (

    select
        {{ surrogate_key(['school_durable_key', 'flag_key', 'as_of_date']) }} as school_overview_key,
        school_key,
        school_durable_key,
        school_id,
        school_name,
        phase_name,
        pyramid_code,
        pyramid_name,
        zone_code,
        zone_name,
        flag_code,
        flag_name,
        display_order,
        half_term_label,
        as_of_date,
        is_current,
        children_count,
        assessable_count,
        raised_count,
        not_assessable_count,
        raised_rate,
        {{ rate('raised_count', 'children_count') }} as raised_share,
        previous_raised_count,
        change_in_raised_count,
        change_in_raised_rate,
        pyramid_raised_rate,
        zone_raised_rate,
        county_raised_rate
    from compared

)

select * from overview
