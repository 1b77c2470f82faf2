{#- How categories of safeguarding concerns are compared. -#}

{% macro concern_category_form(value) -%}
    {{ return(adapter.dispatch('concern_category_form')(value)) }}
{%- endmacro %}

{#- Letters and digits alone: Self-harm, self harm and SELF HARM are one. The gate has the same in expectations/metrics/concerns.py. -#}
{% macro default__concern_category_form(value) -%}
    nullif(regexp_replace(lower({{ value }}), '[^a-z0-9]+', '', 'g'), '')
{%- endmacro %}

{% macro spark__concern_category_form(value) -%}
    nullif(regexp_replace(lower({{ value }}), '[^a-z0-9]+', ''), '')
{%- endmacro %}


{#- The pseudonym of a concern: a school's reference may be written on a child's file. -#}
{% macro concern_key(concern_id) -%}
    {{ pseudonym("'concern:' || " ~ concern_id ~ "") }}
{%- endmacro %}


{#- One measure of the concerns counted by int_concerns_counted. `would_hide` says when what nobody knows could raise it. -#}
{% macro measure_of_concerns(measure, value, covers_from, is_unknown='false', would_hide='false') -%}
with counted as (

    select * from {{ changed_partitions(ref('int_concerns_counted'), 'as_of_date') }}

),

judged as (

    select
        *,
        case
            when not is_delivered then 'source_not_delivered'
            when listed_date is null or {{ is_unknown }} then 'no_record_for_child'
            when {{ would_hide }} then 'record_in_quarantine'
        end as unassessable_reason
    from counted

)

select
    child_durable_key,
    as_of_date,
    '{{ measure }}' as measure,
    case when unassessable_reason is null then cast({{ value }} as decimal(18, 6)) end as value,
    cast(null as integer) as sessions,
    unassessable_reason,
    cast(null as string) as evidence_code,
    case when unassessable_reason is null then {{ covers_from }} end as covers_from_date,
    case when unassessable_reason is null then covers_to_date end as covers_to_date,
    case when unassessable_reason is null then delivery_id end as delivery_id
from judged
{%- endmacro %}
