-- What: every fact has exactly as many rows as the model it is made of.
-- When it matters: always. A join to a dimension that loses rows, or finds two versions for one day, changes
-- every count.
-- How to resolve: a gain is two versions of a child or school that hold on one day; a loss is an inner join.
-- A flag is evaluated under the rule of its day and under today's; the fact holds what the rule of the day said.
{% for fact, origin in {
    'fct_enrolment': 'int_enrolment_spells',
    'fct_attendance_period': 'int_attendance_periods',
    'fct_attendance_day': 'int_attendance_days',
    'fct_attainment': 'int_attainment_results',
    'fct_sen_provision': 'int_sen_spells',
    'fct_fsm_eligibility': 'int_fsm_spells',
    'fct_family_support': 'int_family_support_spells',
    'fct_flag_assessment': 'int_flags_evaluated',
    'fct_tool_use': 'int_tool_use',
}.items() %}
    select
        '{{ fact }}' as fact,
        facts.rows_count as fact_rows_count,
        origins.rows_count as origin_rows_count
    from (select count(*) as rows_count from {{ ref(fact) }}) as facts
    cross join (select count(*) as rows_count from {{ ref(origin) }}{{ ' where is_rule_in_force' if origin == 'int_flags_evaluated' }}) as origins
    where facts.rows_count <> origins.rows_count
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
