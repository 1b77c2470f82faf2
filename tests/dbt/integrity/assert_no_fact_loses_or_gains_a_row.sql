-- What: every fact has exactly as many rows as the model it is made of.
-- When it matters: always. A join to a dimension that loses rows, or finds two versions for one day, changes
-- every count.
-- How to resolve: a gain is two versions of a child or school that hold on one day; a loss is an inner join.
-- A flag is evaluated under the rule of its day and under today's; the fact holds what the rule of the day said.
with counted as (

    {% for fact, origin, condition in [
        ('fct_enrolment', 'int_enrolment_spells', 'true'),
        ('fct_attendance_period', 'int_attendance_periods', 'true'),
        ('fct_attendance_day', 'int_attendance_days', 'true'),
        ('fct_attainment', 'int_attainment_results', 'true'),
        ('fct_sen_provision', 'int_sen_spells', 'true'),
        ('fct_fsm_eligibility', 'int_fsm_spells', 'true'),
        ('fct_exclusion', 'int_exclusions', 'true'),
        ('fct_family_support', 'int_family_support_spells', 'true'),
        ('fct_flag_assessment', 'int_flags_evaluated', 'is_rule_in_force'),
        ('fct_response', 'int_responses', 'true'),
        ('fct_response_event', 'int_response_events_logged', 'true'),
        ('fct_huddle', 'int_huddles', 'true'),
        ('fct_huddle_event', 'int_huddle_events_logged', 'true'),
        ('fct_huddle_child_event', 'int_huddle_child_events_logged', 'true'),
        ('fct_front_door_total', 'int_front_door_totals', 'true'),
        ('fct_huddle_review', 'int_huddle_reviews', 'true'),
        ('fct_contact', 'int_front_door_events', "event_kind = 'contact'"),
        ('fct_referral', 'int_front_door_events', "event_kind = 'referral'"),
        ('fct_request_for_help', 'int_front_door_events', "event_kind = 'request_for_help'"),
        ('fct_tool_use', 'int_tool_use', 'true'),
        ('fct_post16_activity', 'int_post16_activities', 'true'),
        ('fct_september_guarantee', 'int_september_guarantees', 'true'),
        ('fct_social_care_status', 'int_social_care_spells', 'true'),
        ('fct_police_notification', 'int_police_notifications', 'true'),
        ('fct_concern', 'int_concerns', 'true'),
        ('fct_early_years_place', 'int_early_years_places', 'true'),
        ('fct_not_in_school_spell', 'int_not_in_school_spells', 'true'),
    ] %}
        select
            '{{ fact }}' as fact,
            true as is_of_fact,
            count(*) as rows_count
        from {{ ref(fact) }}
        union all
        select
            '{{ fact }}' as fact,
            false as is_of_fact,
            count(*) as rows_count
        from {{ ref(origin) }}
        where {{ condition }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

compared as (

    select
        fact,
        max(case when is_of_fact then rows_count end) as fact_rows_count,
        max(case when not is_of_fact then rows_count end) as origin_rows_count
    from counted
    group by fact

)

select * from compared
where fact_rows_count <> origin_rows_count
