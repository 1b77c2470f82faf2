with statements as (

    select
        *,
        case when is_still_said then said_from_at else said_to_at end as moved_at
    from {{ ref('fct_flag_as_said') }}

),

half_terms as (

    select
        academic_year,
        half_term,
        half_term_label,
        max(calendar_date) as end_date
    from {{ ref('dim_date') }}
    where is_in_term
    group by academic_year, half_term, half_term_label

),

-- a flag that a council turned on has nothing that was said before
flags_said as (

    select
        flag_key,
        min(said_from_at) as first_said_at
    from statements
    group by flag_key

),

-- the first release that spoke of a half term when it was over: what it said is what is restated
first_words as (

    select
        half_terms.academic_year,
        half_terms.half_term,
        half_terms.half_term_label,
        half_terms.end_date,
        flags_said.flag_key,
        min(releases.said_at) as said_at
    from half_terms
    inner join {{ ref('dim_release') }} as releases on half_terms.end_date < releases.as_of_date
    inner join flags_said on releases.said_at >= flags_said.first_said_at
    group by all

),

-- Flags of which something else was said after that, or nothing any more. All others have one statement that stands,
-- and are thousands to one: they are left out before any join.
reopened as (

    select distinct
        statements.child_durable_key,
        statements.flag_key,
        statements.academic_year,
        statements.half_term
    from statements
    inner join first_words
        on
            statements.flag_key = first_words.flag_key
            and statements.academic_year = first_words.academic_year
            and statements.half_term = first_words.half_term
            and statements.moved_at > first_words.said_at
    where statements.moved_at > (select min(earliest.said_at) from first_words as earliest)

),

-- each statement beside the one it took the place of, if that stood until then
statements_in_order as (

    select
        statements.*,
        {% for column in ['flag_state', 'reason_code', 'value', 'unit', 'flag_rule_key', 'delivery_key'] %}
            lag(statements.{{ column }}) over one_flag as earlier_{{ column }},
        {% endfor %}
        coalesce(lag(statements.said_to_at) over one_flag = statements.said_from_at, false) as has_earlier,
        coalesce(lead(statements.said_from_at) over one_flag = statements.said_to_at, false) as has_later
    from statements
    inner join reopened
        on
            statements.child_durable_key = reopened.child_durable_key
            and statements.flag_key = reopened.flag_key
            and statements.academic_year = reopened.academic_year
            and statements.half_term = reopened.half_term
    window
        one_flag as (
            partition by
                statements.child_durable_key, statements.flag_key, statements.academic_year, statements.half_term
            order by statements.said_from_at
        )

),

changes as (

    select
        child_durable_key,
        school_durable_key,
        flag_key,
        academic_year,
        half_term,
        case when has_earlier then 'changed' else 'added' end as change,
        {% for column in ['flag_state', 'reason_code', 'value', 'unit'] %}
            case when has_earlier then earlier_{{ column }} end as earlier_{{ column }},
            {{ column }},
        {% endfor %}
        case
            when not has_earlier then 'child'
            when earlier_flag_rule_key <> flag_rule_key then 'rule'
            when earlier_delivery_key <> delivery_key then 'delivery'
            else 'record'
        end as cause,
        delivery_key,
        said_from_at as restated_at
    from statements_in_order
    where
        not has_earlier
        or earlier_flag_state <> flag_state
        or earlier_reason_code is distinct from reason_code
        or earlier_value is distinct from value

    union all

    select
        child_durable_key,
        school_durable_key,
        flag_key,
        academic_year,
        half_term,
        'withdrawn' as change,
        {% for column in ['flag_state', 'reason_code', 'value', 'unit'] %}
            {{ column }} as earlier_{{ column }},
            null as {{ column }},
        {% endfor %}
        'child' as cause,
        {{ unknown_key() }} as delivery_key,
        said_to_at as restated_at
    from statements_in_order
    where not is_still_said and not has_later

),

restated as (

    select
        {{ surrogate_key([
            'changes.child_durable_key', 'changes.flag_key', 'changes.academic_year', 'changes.half_term',
            'changes.restated_at'
        ]) }} as restatement_key,
        changes.child_durable_key,
        changes.school_durable_key,
        schools.school_id,
        schools.school_name,
        pyramids.pyramid_code,
        pyramids.pyramid_name,
        zones.zone_code,
        zones.zone_name,
        flags.flag_code,
        flags.flag_name,
        first_words.half_term_label,
        first_words.end_date as half_term_end_date,
        changes.change,
        changes.earlier_flag_state,
        changes.flag_state,
        changes.earlier_reason_code,
        changes.reason_code,
        changes.earlier_value,
        changes.value,
        changes.earlier_unit,
        changes.unit,
        changes.cause,
        deliveries.delivery_id,
        deliveries.source,
        deliveries.file_name,
        deliveries.extract_date,
        cast(changes.restated_at as date) as restated_date,
        changes.restated_at
    from changes
    inner join first_words
        on
            changes.academic_year = first_words.academic_year
            and changes.half_term = first_words.half_term
            and changes.flag_key = first_words.flag_key
            and changes.restated_at > first_words.said_at
    inner join {{ ref('dim_flag') }} as flags on changes.flag_key = flags.flag_key
    -- by the name it has today
    left join {{ ref('dim_school') }} as schools
        on changes.school_durable_key = schools.school_durable_key and schools.is_current
    left join {{ ref('dim_pyramid') }} as pyramids on schools.pyramid_key = pyramids.pyramid_key
    left join {{ ref('dim_zone') }} as zones on schools.zone_key = zones.zone_key
    left join {{ ref('dim_delivery') }} as deliveries on changes.delivery_key = deliveries.delivery_key

)

select * from restated
