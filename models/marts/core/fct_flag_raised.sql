-- The flags that are up on the as-of date, with the day on which each came up and the day from which it was known here.
with spells as (

    select * from {{ ref('fct_flag_spell') }}
    where is_current

),

assessments as (

    select * from {{ ref('fct_flag_assessment') }}

),

half_terms as (

    select
        calendar_date,
        academic_year,
        half_term
    from {{ ref('dim_date') }}
    where is_assessment_date

),

rules as (

    select * from {{ ref('dim_flag_rule') }}

),

raised as (

    select
        assessments.*,
        spells.flag_spell_key,
        spells.raised_date,
        half_terms.academic_year as raised_academic_year,
        half_terms.half_term as raised_half_term,
        coalesce(sources.is_known_to_school, true) as is_known_to_school
    from assessments
    inner join spells
        on
            assessments.child_durable_key = spells.child_durable_key
            and assessments.flag_key = spells.flag_key
    inner join half_terms on spells.raised_date = half_terms.calendar_date
    left join {{ ref('dim_delivery') }} as deliveries on assessments.delivery_key = deliveries.delivery_key
    left join {{ ref('ref_source') }} as sources on deliveries.source = sources.source
    where assessments.is_current and assessments.flag_state = 'raised'

),

-- strong since the first date after the last one on which it was not
weak as (

    select
        raised.flag_assessment_key,
        max(assessments.as_of_date) as last_weak_date
    from raised
    inner join assessments
        on
            raised.child_durable_key = assessments.child_durable_key
            and raised.flag_key = assessments.flag_key
            and raised.raised_date <= assessments.as_of_date
    where raised.is_strong and not assessments.is_strong
    group by raised.flag_assessment_key

),

strengthened as (

    select
        raised.flag_assessment_key,
        min(half_terms.calendar_date) as strong_date
    from raised
    left join weak on raised.flag_assessment_key = weak.flag_assessment_key
    inner join half_terms
        on
            raised.raised_date <= half_terms.calendar_date
            and coalesce(weak.last_weak_date < half_terms.calendar_date, true)
    where raised.is_strong
    group by raised.flag_assessment_key

),

statements as (

    select * from {{ ref('fct_flag_as_said') }}
    where cast(said_from_at as date) <= {{ as_of_date() }}

),

first_said as (

    select
        flag_key,
        cast(min(said_from_at) as date) as first_said_date
    from statements
    group by flag_key

),

said_of_raised as (

    select
        raised.flag_assessment_key,
        statements.said_from_at,
        statements.flag_state = 'raised' as is_raised,
        statements.flag_state = 'raised'
        and coalesce(
            {{ meets_threshold('statements.value', 'rules.comparator', 'rules.strong_threshold') }}, false
        ) as is_strong,
        max(statements.said_from_at) filter (where statements.flag_state = 'not_raised') over of_the_flag
            as last_not_raised_at,
        max(statements.said_from_at) filter (
            where statements.flag_state <> 'not_assessable'
            and not coalesce(
                {{ meets_threshold('statements.value', 'rules.comparator', 'rules.strong_threshold') }}, false
            )
        ) over of_the_flag as last_weak_at
    from raised
    inner join statements
        on
            raised.child_durable_key = statements.child_durable_key
            and raised.flag_key = statements.flag_key
            and (
                raised.raised_academic_year < statements.academic_year
                or (
                    raised.raised_academic_year = statements.academic_year
                    and raised.raised_half_term <= statements.half_term
                )
            )
    left join rules on statements.flag_rule_key = rules.flag_rule_key
    window of_the_flag as (partition by raised.flag_assessment_key)

),

said as (

    select
        flag_assessment_key,
        cast(min(said_from_at) filter (
            where is_raised and coalesce(said_from_at > last_not_raised_at, true)
        ) as date) as raised_said_date,
        cast(min(said_from_at) filter (
            where is_strong and coalesce(said_from_at > last_weak_at, true)
        ) as date) as strong_said_date
    from said_of_raised
    group by flag_assessment_key

),

-- What the first release said was in the records before it: from then on, a flag is known when a release first says it,
-- which in the half term that is running is before its date, and after a late delivery behind it.
keyed as (

    select
        raised.flag_assessment_key as flag_raised_key,
        raised.child_key,
        raised.child_durable_key,
        raised.school_key,
        raised.school_durable_key,
        raised.pyramid_key,
        raised.zone_key,
        raised.flag_key,
        raised.flag_rule_key,
        raised.flag_rule_durable_key,
        raised.delivery_key,
        raised.as_of_date_key,
        raised.is_strong,
        raised.is_known_to_school,
        raised.raised_date,
        coalesce(
            case when said.raised_said_date > first_said.first_said_date then said.raised_said_date end,
            least(raised.raised_date, first_said.first_said_date)
        ) as raised_known_date,
        strengthened.strong_date,
        coalesce(
            case when said.strong_said_date > first_said.first_said_date then said.strong_said_date end,
            case when raised.is_strong then least(strengthened.strong_date, first_said.first_said_date) end
        ) as strong_known_date,
        raised.as_of_date
    from raised
    left join strengthened on raised.flag_assessment_key = strengthened.flag_assessment_key
    left join said on raised.flag_assessment_key = said.flag_assessment_key
    left join first_said on raised.flag_key = first_said.flag_key

)

select * from keyed
