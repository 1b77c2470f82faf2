{%- set facts = [
    'fct_enrolment', 'fct_attendance_period', 'fct_attendance_day', 'fct_attainment', 'fct_sen_provision',
    'fct_fsm_eligibility', 'fct_exclusion', 'fct_response_event', 'fct_huddle_event', 'fct_huddle_child_event',
] -%}
with sources as (

    select * from {{ ref('ref_source') }}

),

as_of as (

    select calendar_date as as_of_date
    from {{ ref('dim_date') }}
    where is_current_assessment_date

),

-- a source is not late for the holidays
term_days as (

    select
        calendar_date,
        count(*) filter (where is_in_term) over (order by calendar_date) as term_days_count
    from {{ ref('dim_date') }}

),

deliveries as (

    select * from {{ ref('dim_delivery') }}
    where is_in_force

),

assessments as (

    select * from {{ ref('fct_flag_assessment') }}
    where is_current and population_code = {{ school_age() }}

),

-- schools of the map, not those merged into another, and every school whose children are assessed
schools as (

    select
        schools.school_durable_key,
        schools.school_id,
        schools.school_name,
        schools.pyramid_key,
        schools.zone_key
    from {{ ref('dim_school') }} as schools
    where
        schools.is_current
        and (
            (schools.is_on_map and schools.school_durable_key = schools.todays_school_durable_key)
            or schools.school_durable_key in (select assessments.school_durable_key from assessments)
        )

),

-- which delivery holds anything about which school: a whole county's file may leave a school out
facts as (

    {% for fact in facts %}
        select
            school_durable_key,
            delivery_key
        from {{ ref(fact) }}
        {% if not loop.last %}
            union
        {% endif %}
    {% endfor %}

),

schools_delivered as (

    -- a file for one school
    select
        schools_of_all_times.school_durable_key,
        deliveries.delivery_key
    from deliveries
    inner join {{ ref('dim_school') }} as schools_of_all_times
        on deliveries.school_id = schools_of_all_times.school_id

    union

    -- a file for the whole county, from a source that names schools
    select
        facts.school_durable_key,
        facts.delivery_key
    from facts

    union

    -- a file for the whole county, from a source that names none
    select
        schools.school_durable_key,
        deliveries.delivery_key
    from deliveries
    inner join sources on deliveries.source = sources.source and not sources.names_schools
    cross join schools

),

last_deliveries as (

    select
        schools_delivered.school_durable_key,
        deliveries.source,
        deliveries.delivery_id,
        deliveries.contract,
        deliveries.extract_date,
        deliveries.covers_to_date
    from schools_delivered
    inner join deliveries on schools_delivered.delivery_key = deliveries.delivery_key
    qualify row_number() over (
        partition by schools_delivered.school_durable_key, deliveries.source
        order by deliveries.extract_date desc, deliveries.covers_to_date desc nulls last, deliveries.delivery_id asc
    ) = 1

),

flags as (

    select
        assessments.school_durable_key,
        deliveries.source,
        count(*) as flags_count,
        count(*) filter (where assessments.flag_state = 'raised') as flags_raised_count,
        max(assessments.age_days) as oldest_evidence_days,
        percentile_cont(0.5) within group (order by assessments.age_days) as median_evidence_days
    from assessments
    inner join deliveries on assessments.delivery_key = deliveries.delivery_key
    where assessments.flag_state <> 'not_assessable'
    group by assessments.school_durable_key, deliveries.source

),

freshness as (

    select
        {{ surrogate_key(['sources.source', 'schools.school_durable_key']) }} as freshness_key,
        sources.source,
        sources.source_name,
        schools.school_durable_key,
        schools.school_id,
        schools.school_name,
        pyramids.pyramid_code,
        pyramids.pyramid_name,
        zones.zone_code,
        zones.zone_name,
        sources.rhythm,
        last_deliveries.delivery_id is not null as is_delivered,
        sources.late_after_term_days is not null
        and (
            last_deliveries.delivery_id is null
            -- a day that no calendar has is long ago
            or coalesce(
                days_of_today.term_days_count - days_of_extract.term_days_count > sources.late_after_term_days, true
            )
        ) as is_late,
        last_deliveries.delivery_id as last_delivery_id,
        last_deliveries.contract as last_contract,
        last_deliveries.extract_date as last_extract_date,
        last_deliveries.covers_to_date,
        cast({{ days_between('last_deliveries.covers_to_date', 'as_of.as_of_date') }} as integer) as age_days,
        coalesce(flags.flags_count, 0) as flags_count,
        coalesce(flags.flags_raised_count, 0) as flags_raised_count,
        cast(flags.oldest_evidence_days as integer) as oldest_evidence_days,
        cast(flags.median_evidence_days as decimal(9, 1)) as median_evidence_days,
        as_of.as_of_date
    from sources
    cross join schools
    cross join as_of
    left join {{ ref('dim_pyramid') }} as pyramids on schools.pyramid_key = pyramids.pyramid_key
    left join {{ ref('dim_zone') }} as zones on schools.zone_key = zones.zone_key
    left join last_deliveries
        on
            sources.source = last_deliveries.source
            and schools.school_durable_key = last_deliveries.school_durable_key
    left join term_days as days_of_today on as_of.as_of_date = days_of_today.calendar_date
    left join term_days as days_of_extract on last_deliveries.extract_date = days_of_extract.calendar_date
    left join flags
        on
            sources.source = flags.source
            and schools.school_durable_key = flags.school_durable_key

)

select * from freshness
