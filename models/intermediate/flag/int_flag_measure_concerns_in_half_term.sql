{{ config(meta={"partition_by": "as_of_date", "partition_inputs": ["int_concerns_counted"]}) }}
{#- How many concerns of the child were raised in the half term of the day. A list of before says nothing of it. -#}
{{ measure_of_concerns(
    'concerns_in_half_term_count',
    value='half_term_count',
    covers_from='half_term_from_date',
    is_unknown='covers_to_date < half_term_from_date'
) }}
