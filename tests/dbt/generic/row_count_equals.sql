{#- Fails when the model has another number of rows than the query that says how many it should have (columns:
    expected_rows). -#}
{% test row_count_equals(model, expected) %}

with counted as (

    select count(*) as actual_rows from {{ model }}

)

select
    counted.actual_rows,
    wanted.expected_rows
from counted
cross join ({{ expected }}) as wanted
where counted.actual_rows <> wanted.expected_rows

{% endtest %}
