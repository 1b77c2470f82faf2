with evaluated as (

    select * from {{ ref('int_flags_evaluated') }}
    where is_rule_in_force

),

population as (

    select * from {{ ref('int_child_population') }}

),

dates as (

    select * from {{ ref('int_assessment_dates') }}

),

-- child and school are looked up once for all the flags of a child on a date
children_on_dates as (

    select
        population.child_durable_key as durable_key,
        population.as_of_date,
        population.age_years,
        population.nc_year,
        dates.is_current,
        {{ or_unknown('children.child_key') }} as child_key,
        {{ or_unknown('children.child_durable_key') }} as child_durable_key,
        {{ or_unknown('schools.school_key') }} as school_key,
        {{ or_unknown('schools.school_durable_key') }} as school_durable_key,
        {{ or_unknown('schools.pyramid_key') }} as pyramid_key,
        {{ or_unknown('schools.zone_key') }} as zone_key
    from population
    inner join dates on population.as_of_date = dates.as_of_date
    left join {{ ref('dim_child') }} as children
        on
            population.child_durable_key = children.child_durable_key
            and {{ valid_on('population.as_of_date', 'children') }}
    left join {{ ref('dim_school') }} as schools
        on
            population.school_id = schools.school_id
            and {{ valid_on('population.as_of_date', 'schools') }}

),

keyed as (

    select
        {{ surrogate_key([
            'evaluated.child_durable_key', 'evaluated.as_of_date', 'evaluated.flag_code'
        ]) }} as flag_assessment_key,
        {{ or_unknown('children_on_dates.child_key') }} as child_key,
        {{ or_unknown('children_on_dates.child_durable_key') }} as child_durable_key,
        {{ or_unknown('children_on_dates.school_key') }} as school_key,
        {{ or_unknown('children_on_dates.school_durable_key') }} as school_durable_key,
        {{ or_unknown('children_on_dates.pyramid_key') }} as pyramid_key,
        {{ or_unknown('children_on_dates.zone_key') }} as zone_key,
        {{ or_unknown('flags.flag_key') }} as flag_key,
        {{ or_unknown('rules.flag_rule_key') }} as flag_rule_key,
        {{ or_unknown('rules.flag_rule_durable_key') }} as flag_rule_durable_key,
        {{ or_unknown('deliveries.delivery_key') }} as delivery_key,
        {{ date_key('evaluated.as_of_date') }} as as_of_date_key,
        {{ date_key('evaluated.covers_from_date') }} as covers_from_date_key,
        {{ date_key('evaluated.covers_to_date') }} as covers_to_date_key,
        children_on_dates.nc_year,
        evaluated.flag_state,
        evaluated.is_strong,
        evaluated.reason_code,
        cast(children_on_dates.age_years as integer) as age_years,
        cast(evaluated.value as decimal(18, 6)) as value,
        cast(evaluated.threshold as decimal(18, 6)) as threshold,
        cast(evaluated.age_days as integer) as age_days,
        coalesce(children_on_dates.is_current, false) as is_current,
        evaluated.as_of_date,
        evaluated.covers_from_date,
        evaluated.covers_to_date
    from evaluated
    left join children_on_dates
        on
            evaluated.child_durable_key = children_on_dates.durable_key
            and evaluated.as_of_date = children_on_dates.as_of_date
    left join {{ ref('dim_flag') }} as flags on evaluated.flag_code = flags.flag_code
    left join {{ ref('dim_flag_rule') }} as rules
        on
            evaluated.rule_id = rules.rule_id
            and evaluated.rule_version = rules.version
    left join {{ ref('dim_delivery') }} as deliveries on evaluated.delivery_id = deliveries.delivery_id

)

select * from keyed
