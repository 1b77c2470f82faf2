{#- Fails for every column that is missing in some row, with how many. -#}
{% test never_null(model, columns) %}

with missing as (

    {%- for column in columns %}
        select
            '{{ column }}' as column_name,
            count(*) as rows_count
        from {{ model }}
        where {{ column }} is null
        having count(*) > 0
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}

)

select * from missing

{% endtest %}
