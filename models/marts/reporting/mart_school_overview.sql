with summary as (

    select * from {{ ref('fct_flag_summary') }}
    where rule_basis = 'in_force'

),

dates as (

    select * from {{ ref('dim_date') }}
    where is_assessment_date

),

flags as (

    select * from {{ ref('dim_flag') }}
    where flag_key <> {{ unknown_key() }}

),

zones as (

    select * from {{ ref('mart_zone_dashboard') }}

),

pyramid_names as (

    select * from {{ ref('dim_pyramid') }}

),

zone_names as (

    select * from {{ ref('dim_zone') }}

),

school_totals as (

    select
        school_durable_key,
        flag_key,
        as_of_date,
        {{ flag_totals() }}
    from summary
    group by school_durable_key, flag_key, as_of_date

),

pyramid_totals as (

    select
        pyramid_key,
        flag_key,
        as_of_date,
        {{ flag_totals() }}
    from summary
    group by pyramid_key, flag_key, as_of_date

),

attended as (

    select distinct
        school_key,
        as_of_date
    from summary

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
        {{ flag_totals_or_nought('school_totals') }},
        {{ rate('pyramid_totals.raised_count', 'pyramid_totals.assessable_count') }} as pyramid_raised_rate
    from places
    cross join flags
    left join pyramid_names on places.pyramid_key = pyramid_names.pyramid_key
    left join zone_names on places.zone_key = zone_names.zone_key
    left join school_totals
        on
            places.school_durable_key = school_totals.school_durable_key
            and flags.flag_key = school_totals.flag_key
            and places.as_of_date = school_totals.as_of_date
    left join pyramid_totals
        on
            places.pyramid_key = pyramid_totals.pyramid_key
            and flags.flag_key = pyramid_totals.flag_key
            and places.as_of_date = pyramid_totals.as_of_date

),

rated as (

    select
        *,
        {{ rate('raised_count', 'assessable_count') }} as raised_rate,
        {{ rate('raised_count', 'children_count') }} as raised_share
    from counted

),

compared as (

    select
        *,
        {{ on_previous_date('raised_count', 'school_durable_key, flag_key') }} as previous_raised_count,
        {{ on_previous_date('raised_rate', 'school_durable_key, flag_key') }} as previous_raised_rate
    from rated

),

overview as (

    select
        {{ surrogate_key([
            'compared.school_durable_key', 'compared.flag_key', 'compared.as_of_date'
        ]) }} as school_overview_key,
        compared.school_key,
        compared.school_durable_key,
        compared.school_id,
        compared.school_name,
        compared.phase_name,
        compared.pyramid_code,
        compared.pyramid_name,
        compared.zone_code,
        compared.zone_name,
        compared.flag_code,
        compared.flag_name,
        compared.display_order,
        compared.half_term_label,
        compared.as_of_date,
        compared.is_current,
        compared.children_count,
        compared.assessable_count,
        compared.raised_count,
        compared.not_assessable_count,
        compared.raised_rate,
        compared.raised_share,
        compared.previous_raised_count,
        {{ change_in_raised('compared.previous', 'compared.') }} as change_in_raised_count,
        cast(compared.raised_rate - compared.previous_raised_rate as decimal(9, 4)) as change_in_raised_rate,
        compared.pyramid_raised_rate,
        zones.raised_rate as zone_raised_rate,
        county.raised_rate as county_raised_rate
    from compared
    left join zones
        on
            compared.zone_key = zones.zone_key
            and compared.flag_code = zones.flag_code
            and compared.as_of_date = zones.as_of_date
    left join zones as county
        on
            county.is_county
            and compared.flag_code = county.flag_code
            and compared.as_of_date = county.as_of_date

)

select * from overview
