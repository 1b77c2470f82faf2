{{ config(meta={"is_laid_over": true}) }}

with listed as (

    {{ as_published(listed_children()) }}

),

-- Where several responses are open, the one opened last is shown.
responses as (

    select
        responses.*,
        response_names.response_name,
        status_names.status_name
    from {{ ref('fct_response') }} as responses
    left join {{ ref('ref_response') }} as response_names on responses.response_code = response_names.response_code
    left join {{ ref('ref_response_status') }} as status_names on responses.status_code = status_names.status_code
    where responses.is_open
    qualify row_number() over (
        partition by responses.child_durable_key order by responses.opened_date desc, responses.response_key asc
    ) = 1

),

decisions as (

    select
        child_decisions.*,
        decision_names.decision_name
    from {{ ref('fct_child_decision') }} as child_decisions
    left join {{ ref('ref_huddle_decision') }} as decision_names
        on child_decisions.decision_code = decision_names.decision_code

),

told as (

    select
        listed.child_durable_key,
        listed.school_durable_key,
        listed.school_id,
        listed.school_name,
        listed.phase_name,
        listed.pyramid_code,
        listed.pyramid_name,
        listed.zone_code,
        listed.zone_name,
        listed.nc_year,
        listed.nc_year_order,
        listed.age_years,
        listed.sex,
        listed.ethnicity_group,
        listed.idaci_decile,
        listed.is_young_carer,
        listed.last_assessment_name,
        listed.last_assessment_date,
        listed.indicators_raised_count,
        listed.indicators_not_assessable_count,
        {% for flag in flag_codes().split(',') %}
            listed.{{ flag }}_state,
        {% endfor %}
        listed.is_fsm_ever,
        listed.tier_code,
        listed.tier_name,
        listed.tier_order,
        listed.reasons_raised_count,
        listed.indicators_strong_count,
        listed.involved_agencies,
        responses.response_code,
        responses.response_name,
        responses.status_code,
        responses.status_name,
        responses.current_progress,
        responses.overall_progress,
        responses.opened_date as response_opened_date,
        responses.last_reviewed_date as response_reviewed_date,
        responses.review_due_date,
        responses.review_due_date <= listed.as_of_date as is_outcome_due,
        decisions.decision_code as last_decision_code,
        decisions.decision_name as last_decision_name,
        decisions.decided_date as last_decided_date,
        decisions.holds_until_date as decision_holds_until_date,
        decisions.end_reason as decision_end_reason,
        listed.as_of_date
    from listed
    left join responses on listed.child_durable_key = responses.child_durable_key
    left join decisions on listed.child_durable_key = decisions.child_durable_key

)

select * from told
