{#- Fails for every row whose validity runs into the next row of the same thing, or ends before it begins. A row that
    covers no day overlaps nothing. -#}
{% test no_overlap(model, partition_by, from_column='valid_from_date', to_column='valid_to_date') %}

with ordered as (

    select
        {{ partition_by | join(', ') }},
        {{ from_column }} as from_date,
        {{ to_column }} as to_date,
        lead({{ from_column }}) over (
            partition by {{ partition_by | join(', ') }} order by {{ from_column }}, {{ to_column }}
        ) as next_from_date
    from {{ model }}
    where {{ from_column }} <> {{ to_column }}

)

select * from ordered
where to_date > next_from_date or to_date < from_date

{% endtest %}
