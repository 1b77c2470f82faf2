{#- How sources say which child a record is about. -#}

{#- A temporary UPN ends in a letter. -#}
{% macro is_temporary_upn(upn) -%}
    {{ return(adapter.dispatch('is_temporary_upn')(upn)) }}
{%- endmacro %}

{% macro default__is_temporary_upn(upn) -%}
    coalesce(regexp_matches({{ upn }}, '^[A-Z][0-9]{11}[A-Z]$'), false)
{%- endmacro %}

{% macro spark__is_temporary_upn(upn) -%}
    coalesce({{ upn }} rlike '^[A-Z][0-9]{11}[A-Z]$', false)
{%- endmacro %}


{#- A UPN given to two children is told apart by the birth date, a temporary one by the school as well. -#}
{% macro identity_id(upn, birth_date, school_id) -%}
    case
        when {{ upn }} is not null
            then concat_ws(
                '|',
                {{ upn }},
                coalesce(cast({{ birth_date }} as string), '?'),
                case when {{ is_temporary_upn(upn) }} then {{ school_id }} end
            )
    end
{%- endmacro %}


{#- The school by which the dashboard tells a temporary UPN apart, whichever school an entry was made at: none for one
    that Synergy alone has. Extracts of before say where it was entered. -#}
{% macro upn_school_id() -%}
    nullif(coalesce({{ clean_text('upn_school') }}, {{ clean_school_id('school_id') }}), 'none')
{%- endmacro %}


{#- Synergy knows pupils before they have a UPN. -#}
{% macro synergy_identity_id(source) -%}
    coalesce(
        {{ identity_id(clean_upn(source ~ '.upn'), parse_date(source ~ '.birth_date'), 'cast(null as string)') }},
        'synergy|' || {{ clean_text(source ~ '.pupil_id') }}
    )
{%- endmacro %}


{#- Which children the UPNs of people lead to, as a query of `keys` and child_durable_key. A UPN of two children is told
    apart by the birth date, one of one child leads there whatever the birth date; who is returned under UPNs of two is
    nobody's, and a temporary UPN leads nowhere. `people` has upn and identity_id. -#}
{% macro children_of_upns(people, keys) -%}
with records as (

    select distinct
        {{ keys | join(',\n        ') }},
        upn,
        identity_id
    from {{ people }}
    where upn is not null and not {{ is_temporary_upn('upn') }}

),

identities as (

    select * from {{ ref('int_child_identity') }}

),

of_upns as (

    select
        upn,
        min(child_durable_key) as child_durable_key
    from identities
    where upn is not null
    group by upn
    having count(distinct child_durable_key) = 1

),

found as (

    select
        records.{{ keys | join(',\n        records.') }},
        coalesce(identities.child_durable_key, of_upns.child_durable_key) as child_durable_key
    from records
    left join identities on records.identity_id = identities.identity_id
    left join of_upns on records.upn = of_upns.upn

)

select
    {{ keys | join(',\n    ') }},
    min(child_durable_key) as child_durable_key
from found
where child_durable_key is not null
group by {{ keys | join(', ') }}
having count(distinct child_durable_key) = 1
{%- endmacro %}


{% macro arrays_overlap(first, second) -%}
    {{ return(adapter.dispatch('arrays_overlap')(first, second)) }}
{%- endmacro %}

{#- Whether two lists have an element in common; a missing list has none. -#}
{% macro default__arrays_overlap(first, second) -%}
    coalesce(list_has_any({{ first }}, {{ second }}), false)
{%- endmacro %}

{% macro spark__arrays_overlap(first, second) -%}
    coalesce(arrays_overlap({{ first }}, {{ second }}), false)
{%- endmacro %}


{% macro array_in_words(list) -%}
    {{ return(adapter.dispatch('array_in_words')(list)) }}
{%- endmacro %}


{#- The elements of a list in their order, as a reader sees them; null where there are none. -#}
{% macro default__array_in_words(list) -%}
    nullif(array_to_string(list_sort({{ list }}), ', '), '')
{%- endmacro %}

{% macro spark__array_in_words(list) -%}
    nullif(array_join(array_sort({{ list }}), ', '), '')
{%- endmacro %}


{% macro unnest_array(list) -%}
    {{ return(adapter.dispatch('unnest_array')(list)) }}
{%- endmacro %}

{#- A row for each element of a list. -#}
{% macro default__unnest_array(list) -%}
    unnest({{ list }})
{%- endmacro %}

{% macro spark__unnest_array(list) -%}
    explode({{ list }})
{%- endmacro %}


{#- The first element of a list; null where there is none. -#}
{% macro first_of_array(list) -%}
    {{ return(adapter.dispatch('first_of_array')(list)) }}
{%- endmacro %}

{% macro default__first_of_array(list) -%}
    {{ list }}[1]
{%- endmacro %}

{% macro spark__first_of_array(list) -%}
    get({{ list }}, 0)
{%- endmacro %}


{#- The words of a text, which one space parts. -#}
{% macro words_of(value) -%}
    {{ return(adapter.dispatch('words_of')(value)) }}
{%- endmacro %}

{% macro default__words_of(value) -%}
    string_split({{ value }}, ' ')
{%- endmacro %}

{% macro spark__words_of(value) -%}
    split({{ value }}, ' ')
{%- endmacro %}


{#- Every pair of nodes that a chain of edges joins, each node with itself. `union` forgets what was reached before,
    so the walk ends. Edges stand in both directions; few nodes have one. -#}
{% macro reachable(edges, from_column, to_column) -%}
    {{ return(adapter.dispatch('reachable')(edges, from_column, to_column)) }}
{%- endmacro %}

{% macro default__reachable(edges, from_column, to_column) -%}
    with recursive walk ({{ from_column }}, {{ to_column }}) as (

        select
            {{ from_column }},
            {{ from_column }} as {{ to_column }}
        from {{ edges }}

        union

        select
            walk.{{ from_column }},
            {{ edges }}.{{ to_column }}
        from walk
        inner join {{ edges }} on walk.{{ to_column }} = {{ edges }}.{{ from_column }}

    )

    select
        {{ from_column }},
        {{ to_column }}
    from walk
{%- endmacro %}

{#- Spark's walk cannot forget what was reached before: it keeps its path, and steps on no node twice. Where that are too
    many paths, or one of more than a hundred steps, Spark stops. -#}
{% macro spark__reachable(edges, from_column, to_column) -%}
    with recursive walk ({{ from_column }}, {{ to_column }}, path) as (

        select distinct
            {{ from_column }},
            {{ from_column }} as {{ to_column }},
            array({{ from_column }}) as path
        from {{ edges }}

        union all

        select
            walk.{{ from_column }},
            {{ edges }}.{{ to_column }},
            array_append(walk.path, {{ edges }}.{{ to_column }}) as path
        from walk
        inner join {{ edges }} on walk.{{ to_column }} = {{ edges }}.{{ from_column }}
        where not array_contains(walk.path, {{ edges }}.{{ to_column }})

    )

    select distinct
        {{ from_column }},
        {{ to_column }}
    from walk
{%- endmacro %}
