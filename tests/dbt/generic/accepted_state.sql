{#- Fails for every row in which a state and its reason contradict each other: a reason stands exactly where
    nothing can be said. -#}
{% test accepted_state(model, column_name, reason_column, states=['raised', 'not_raised', 'not_assessable']) %}

select
    {{ column_name }},
    {{ reason_column }}
from {{ model }}
where
    {{ column_name }} is null
    or {{ column_name }} not in ('{{ states | join("', '") }}')
    or ({{ column_name }} = 'not_assessable') <> ({{ reason_column }} is not null)

{% endtest %}
