{#- What a rule's row says, as SQL. -#}

{#- The rules that judge: those of ref_flag_rule, or a table in its form of others that are tried. -#}
{% macro flag_rules() -%}
    {{ var('flag_rules') or ref('ref_flag_rule') }}
{%- endmacro %}


{#- How old evidence of one kind may be for them: ref_flag_rule_age, or the table beside the rules that are tried. -#}
{% macro flag_rule_ages() -%}
    {{ var('flag_rules') ~ '_age' if var('flag_rules') else ref('ref_flag_rule_age') }}
{%- endmacro %}


{#- The flags that the council uses, of one population or of all: those of ref_flag, or of the table beside the rules
    that are tried. -#}
{% macro flags_on(population=none) -%}
    (
        select * from {{ var('flag_rules') ~ '_flag' if var('flag_rules') else ref('ref_flag') }}
        where is_on {%- if population %} and population_code = '{{ population }}' {%- endif %}
    )
{%- endmacro %}


{#- The population that lists, tiers and agenda are about: pupils. Flags of others have no column in them. -#}
{% macro school_age() -%}
    'school_age'
{%- endmacro %}


{#- The codes of the flags of school age with commas between, in order, for tables that have a column for each: dbt reads
    no seed when it makes SQL, so orchestration/build/dbt_plugin.py reads it and lays them in the session. Who opens no
    build, as the linter, gets one word in their place. -#}
{% macro flag_codes() -%}
    {{- return(adapter.dispatch('flag_codes')()) -}}
{%- endmacro %}

{% macro default__flag_codes() -%}
    {%- if execute -%}
        {{- run_query("select getvariable('flag_codes')").columns[0].values()[0] -}}
    {%- else -%}
        flag
    {%- endif -%}
{%- endmacro %}

{#- Spark's session has no such place: whoever starts dbt says them. -#}
{% macro spark__flag_codes() -%}
    {{- var('flag_codes') -}}
{%- endmacro %}


{#- The versions of each flag's rule that are asked on each day, with what they say: the one in force, and today's where
    that is another. A flag without a rule on the day is asked all the same, and answered with that reason. -#}
{% macro flag_rules_on_days(days) -%}
    {%- set columns = [
        'rule_id', 'version', 'measure', 'comparator', 'threshold', 'strong_threshold', 'minimum_sessions',
        'maximum_age_days', 'age_from', 'age_to',
    ] -%}
    select
        days.as_of_date,
        flags.flag_code,
        flags.population_code,
        rules.{{ columns | join(', rules.') }},
        true as is_rule_in_force,
        todays_rules.flag_code is null
        or coalesce(rules.rule_id = todays_rules.rule_id and rules.version = todays_rules.version, false)
            as is_todays_rule
    from {{ days }} as days
    cross join {{ flags_on() }} as flags
    left join {{ flag_rules() }} as rules
        on
            flags.flag_code = rules.flag_code
            and {{ valid_on('days.as_of_date', 'rules') }}
    left join {{ flag_rules() }} as todays_rules
        on
            flags.flag_code = todays_rules.flag_code
            and {{ valid_on(as_of_date(), 'todays_rules') }}

    union all

    select
        days.as_of_date,
        flags.flag_code,
        flags.population_code,
        todays_rules.{{ columns | join(', todays_rules.') }},
        false as is_rule_in_force,
        true as is_todays_rule
    from {{ days }} as days
    cross join {{ flags_on() }} as flags
    inner join {{ flag_rules() }} as todays_rules
        on
            flags.flag_code = todays_rules.flag_code
            and {{ valid_on(as_of_date(), 'todays_rules') }}
    where not ({{ valid_on('days.as_of_date', 'todays_rules') }})
{%- endmacro %}


{% macro meets_threshold(value, comparator, threshold) -%}
    case {{ comparator }}
        when '>=' then {{ value }} >= {{ threshold }}
        when '>' then {{ value }} > {{ threshold }}
        when '<=' then {{ value }} <= {{ threshold }}
        when '<' then {{ value }} < {{ threshold }}
        when '=' then {{ value }} = {{ threshold }}
    end
{%- endmacro %}


{#- A share truncated, never rounded up, to six decimals: 9.99999 % does not become the 10 % that raises a
    flag. -#}
{% macro share(part, whole) -%}
    cast(floor({{ part }} * 1000000.0 / nullif({{ whole }}, 0)) / 1000000 as decimal(18, 6))
{%- endmacro %}


{#- What each flag measures today and in which unit, as a query in brackets: of its rules, which have one measure. -#}
{% macro todays_measures() -%}
    (
        select
            flag_key,
            {{ any_known('measure') }} as measure,
            {{ any_known('unit') }} as unit
        from {{ ref('dim_flag_rule') }}
        where is_current
        group by flag_key
    )
{%- endmacro %}
