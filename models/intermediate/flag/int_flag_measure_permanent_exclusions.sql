{{ config(meta={"partition_by": "as_of_date", "partition_inputs": ["int_child_population"]}) }}
{#- How often the child was excluded for good in the twelve months of which its latest return tells. -#}
{{ measure_of_exclusions(
    'permanent_exclusions_in_12_months_count', value='told.permanent_exclusions_count', is_incomplete='false'
) }}
