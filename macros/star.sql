{#- What every table of the star does the same way: unknown members, date keys, the time before all versions. -#}

{#- A key that found no member is the unknown member's, so that no row is lost and none is null. -#}
{% macro or_unknown(key) -%}
    coalesce({{ key }}, {{ unknown_key() }})
{%- endmacro %}


{#- The first version of a thing holds for all time before it: an event older than that version still finds it. -#}
{% macro beginning_of_time() -%}
    cast('1900-01-01' as date)
{%- endmacro %}


{#- The days of dim_date. An event outside them is a slip of the pen and gets the unknown day. -#}
{% macro calendar_first_year() -%}
    1990
{%- endmacro %}

{% macro calendar_last_year() -%}
    2050
{%- endmacro %}

{% macro unknown_date_key() -%}
    0
{%- endmacro %}


{#- A day as yyyymmdd. Days that dim_date does not hold, and missing ones, are the unknown day. -#}
{% macro date_key(day) -%}
    cast(
        case
            when
                year({{ day }}) between {{ calendar_first_year() }} and {{ calendar_last_year() }}
                or {{ day }} = {{ end_of_time() }}
                then year({{ day }}) * 10000 + month({{ day }}) * 100 + day({{ day }})
            else {{ unknown_date_key() }}
        end as integer
    )
{%- endmacro %}


{#- Whom a fact is about, where it happened and who says so; needs the joins of join_conformed_dimensions. -#}
{% macro conformed_keys() -%}
    {{ or_unknown('children.child_key') }} as child_key,
    {{ or_unknown('children.child_durable_key') }} as child_durable_key,
    {{ or_unknown('schools.school_key') }} as school_key,
    {{ or_unknown('schools.school_durable_key') }} as school_durable_key,
    {{ or_unknown('schools.pyramid_key') }} as pyramid_key,
    {{ or_unknown('schools.zone_key') }} as zone_key,
    {{ or_unknown('deliveries.delivery_key') }} as delivery_key
{%- endmacro %}


{#- Left joins of an event to child, school and delivery, in the versions that held on the day of the event. -#}
{% macro join_conformed_dimensions(event, day) -%}
    left join {{ ref('dim_child') }} as children
        on
            {{ event }}.child_durable_key = children.child_durable_key
            and {{ valid_on(event ~ '.' ~ day, 'children') }}
    left join {{ ref('dim_school') }} as schools
        on
            {{ event }}.school_id = schools.school_id
            and {{ valid_on(event ~ '.' ~ day, 'schools') }}
    left join {{ ref('dim_delivery') }} as deliveries
        on {{ event }}.delivery_id = deliveries.delivery_id
{%- endmacro %}


{#- A household's pseudonym. The prefix keeps a household's reference from ever equalling a child's UPN. -#}
{% macro household_durable_key(household_id) -%}
    {{ pseudonym("concat('household:', " ~ household_id ~ ")") }}
{%- endmacro %}


{#- The key of somebody who uses the tool. The prefix keeps a staff number from ever equalling a child's UPN. -#}
{% macro user_key(user_id) -%}
    {{ pseudonym("concat('user:', " ~ user_id ~ ")") }}
{%- endmacro %}
