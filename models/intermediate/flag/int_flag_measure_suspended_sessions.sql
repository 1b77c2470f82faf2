{{ config(meta={"partition_by": "as_of_date", "partition_inputs": ["int_child_population"]}) }}
{#- How many sessions the child was suspended for in the twelve months of which its latest return tells. -#}
{{ measure_of_exclusions(
    'sessions_suspended_in_12_months_count',
    value='told.sessions_suspended_count',
    is_incomplete='told.has_unknown_sessions'
) }}
