{#- Fails where the versions of a thing do not fill all time: for every thing that begins late or ends early, and for
    every version that the next one does not follow on the day. -#}
{% test no_gap(model, partition_by, from_column='valid_from_date', to_column='valid_to_date') %}

with ordered as (

    select
        {{ partition_by | join(', ') }},
        {{ from_column }} as from_date,
        {{ to_column }} as to_date,
        lag({{ to_column }}) over (
            partition by {{ partition_by | join(', ') }} order by {{ from_column }}, {{ to_column }}
        ) as previous_to_date,
        lead({{ from_column }}) over (
            partition by {{ partition_by | join(', ') }} order by {{ from_column }}, {{ to_column }}
        ) as next_from_date
    from {{ model }}

)

select * from ordered
where
    coalesce(previous_to_date, {{ beginning_of_time() }}) <> from_date
    or coalesce(next_from_date, {{ end_of_time() }}) <> to_date

{% endtest %}
