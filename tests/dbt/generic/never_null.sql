{#- Fails where a column is missing in some row: shows the rows, and of each column how many hold a value. One
    pass over the table. -#}
{% test never_null(model, columns) %}

select
    count(*) as rows_count,
    count({{ columns | join('), count(') }})
from {{ model }}
having count(*) > least(count(*), count({{ columns | join('), count(') }}))

{% endtest %}
