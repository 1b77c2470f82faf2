{{ config(meta={"partition_by": "as_of_date", "partition_inputs": ["int_concerns_counted"]}) }}
{#- How many concerns of the child were open on the day. One of which nobody knows could be. -#}
{{ measure_of_concerns(
    'open_concerns_count',
    value='open_count',
    covers_from='covers_to_date',
    would_hide='open_count = 0 and unclear_count > 0'
) }}
