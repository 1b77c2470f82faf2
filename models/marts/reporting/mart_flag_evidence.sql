with assessments as (

    select * from {{ ref('fct_flag_assessment') }}
    where is_current

),

sources as (

    select * from {{ ref('ref_source') }}

),

reasons as (

    select * from {{ ref('ref_unassessable_reason') }}

),

evidence as (

    select
        assessments.flag_assessment_key,
        assessments.child_durable_key,
        assessments.school_durable_key,
        schools.school_id,
        schools.school_name,
        pyramids.pyramid_code,
        pyramids.pyramid_name,
        zones.zone_code,
        zones.zone_name,
        flags.flag_code,
        flags.flag_name,
        flags.population_code,
        flags.population_name,
        assessments.flag_state,
        assessments.reason_code,
        reasons.description as reason,
        assessments.value,
        assessments.threshold,
        assessments.unit,
        rules.measure,
        rules.comparator,
        rules.rule_id,
        rules.version as rule_version,
        rules.reason as rule_reason,
        deliveries.delivery_id,
        deliveries.source,
        coalesce(sources.source_name, deliveries.source) as source_name,
        deliveries.contract,
        deliveries.extract_date,
        assessments.covers_from_date,
        assessments.covers_to_date,
        assessments.age_days,
        assessments.as_of_date
    from assessments
    left join {{ ref('dim_flag') }} as flags on assessments.flag_key = flags.flag_key
    left join {{ ref('dim_flag_rule') }} as rules
        on
            assessments.flag_rule_key = rules.flag_rule_key
            and rules.flag_rule_key <> {{ unknown_key() }}
    left join {{ ref('dim_delivery') }} as deliveries
        on
            assessments.delivery_key = deliveries.delivery_key
            and deliveries.delivery_key <> {{ unknown_key() }}
    left join {{ ref('dim_school') }} as schools on assessments.school_key = schools.school_key
    left join {{ ref('dim_pyramid') }} as pyramids on assessments.pyramid_key = pyramids.pyramid_key
    left join {{ ref('dim_zone') }} as zones on assessments.zone_key = zones.zone_key
    left join sources on deliveries.source = sources.source
    left join reasons on assessments.reason_code = reasons.reason_code

),

periods as (

    select * from {{ ref('fct_attendance_period') }}

),

-- where daily marks end a year so far, returns may have begun it
returned as (

    select
        evidence.flag_assessment_key,
        max(periods.period_end_date) as returned_to_date
    from evidence
    inner join periods
        on
            evidence.child_durable_key = periods.child_durable_key
            and periods.period_end_date between evidence.covers_from_date and evidence.covers_to_date
    where evidence.source = 'attendance_daily'
    group by evidence.flag_assessment_key

),

with_returns as (

    select
        evidence.*,
        returned.returned_to_date
    from evidence
    left join returned on evidence.flag_assessment_key = returned.flag_assessment_key

),

-- what is not known makes its part of the sentence null, and the part is left out
worded as (

    select
        *,
        flag_name || ': ' || replace(flag_state, '_', ' ') as state_words,
        coalesce(' (' || lower(left(reason, 1)) || substr(reason, 2) || ')', '') as reason_words,
        coalesce(
            '; ' || {{ measure_in_words('measure') }} || ' ' || {{ value_in_words('measure', 'value') }}
            || case
                when left(measure, 3) = 'is_' then ''
                else ' (raised if ' || comparator || ' ' || {{ value_in_words('measure', 'threshold') }} || ')'
            end,
            ''
        ) as value_words,
        coalesce('. ' || source_name || ', extract of ' || cast(extract_date as string), '')
        || coalesce(', after returns to ' || cast(returned_to_date as string), '') as source_words,
        coalesce(
            ', covering ' || cast(covers_from_date as string)
            || case
                when covers_from_date = covers_to_date then '' else ' to ' || cast(covers_to_date as string)
            end
            || ', ' || cast(age_days as string) || ' days old on ' || cast(as_of_date as string),
            ''
        ) as period_words
    from with_returns

),

explained as (

    select
        flag_assessment_key,
        child_durable_key,
        school_durable_key,
        school_id,
        school_name,
        pyramid_code,
        pyramid_name,
        zone_code,
        zone_name,
        flag_code,
        flag_name,
        population_code,
        population_name,
        flag_state,
        reason_code,
        reason,
        measure,
        value,
        threshold,
        unit,
        rule_id,
        rule_version,
        rule_reason,
        delivery_id,
        source,
        source_name,
        contract,
        extract_date,
        covers_from_date,
        covers_to_date,
        age_days,
        as_of_date,
        state_words || reason_words || value_words
        -- a period that no delivery covers is nobody's evidence
        || case when delivery_id is null then '' else source_words || period_words end || '.' as explanation
    from worded

)

select * from explained
