-- Children of one school on one date, counted by the state of each flag. fct_flag_place is held against these rows.
with counts as (

    select * from {{ ref('int_flags_counted') }}
    where population_code = {{ school_age() }}

),

schools as (

    select * from {{ ref('dim_school') }}

),

rules as (

    select * from {{ ref('dim_flag_rule') }}

),

flags as (

    select * from {{ ref('dim_flag') }}

),

-- schools that nobody knows are one
found as (

    select
        {{ or_unknown('schools.school_key') }} as school_key,
        {{ or_unknown('flags.flag_key') }} as flag_key,
        counts.as_of_date,
        counts.rule_basis,
        max({{ or_unknown('rules.flag_rule_key') }}) as flag_rule_key,
        max({{ or_unknown('rules.flag_rule_durable_key') }}) as flag_rule_durable_key,
        {{ flag_totals() }}
    from counts
    left join schools
        on
            counts.school_id = schools.school_id
            and {{ valid_on('counts.as_of_date', 'schools') }}
    left join flags on counts.flag_code = flags.flag_code
    left join rules
        on
            counts.rule_id = rules.rule_id
            and counts.rule_version = rules.version
    group by schools.school_key, flags.flag_key, counts.as_of_date, counts.rule_basis

),

keyed as (

    select
        {{ surrogate_key([
            'found.school_key', 'found.flag_key', 'found.as_of_date', 'found.rule_basis'
        ]) }} as flag_summary_key,
        found.school_key,
        schools.school_durable_key,
        schools.pyramid_key,
        schools.zone_key,
        found.flag_key,
        found.flag_rule_key,
        found.flag_rule_durable_key,
        {{ date_key('found.as_of_date') }} as as_of_date_key,
        found.rule_basis,
        found.children_count,
        found.assessable_count,
        found.raised_count,
        found.not_assessable_count,
        found.as_of_date
    from found
    left join schools on found.school_key = schools.school_key

)

select * from keyed
