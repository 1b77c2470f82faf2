-- What: a flag that was assessed has value, threshold, rule, delivery, period and age, and no reason; one
-- that was not has a reason.
-- When it matters: always. A flag nobody can explain must not reach a professional.
-- How to resolve: trace the measure of the flag below through int_flag_measures to the delivery that should
-- have come with it.
select
    flag_assessment_key,
    flag_state,
    reason_code
from {{ ref('fct_flag_assessment') }}
where
    case
        when flag_state = 'not_assessable' then reason_code is null
        else
            reason_code is not null
            or value is null
            or threshold is null
            or covers_to_date is null
            or age_days is null
            or flag_rule_key = {{ unknown_key() }}
            or delivery_key = {{ unknown_key() }}
    end
