{#- By which version of its rule each flag was judged, half term by half term; whether it is another than in the half
    term before, or a year before. -#}
{%- set since = {'': 'previous', '_since_last_year': 'last_year'} -%}
with counts as (

    select * from {{ ref('int_flags_counted') }}

),

half_terms as (

    select * from {{ ref('int_assessment_dates') }}
    where is_half_term

),

dates as (

    select
        half_terms.as_of_date,
        half_terms.previous_as_of_date,
        years_before.as_of_date as last_year_as_of_date
    from half_terms
    left join half_terms as years_before
        on
            half_terms.half_term = years_before.half_term
            and {{ academic_year_start('half_terms.as_of_date') }}
            = {{ academic_year_start('years_before.as_of_date') }} + 1

),

-- one version judges a flag on a date, whatever the school
applied as (

    select
        counts.flag_code,
        counts.rule_basis,
        counts.as_of_date,
        dates.previous_as_of_date,
        dates.last_year_as_of_date,
        max(counts.rule_id) as rule_id,
        max(counts.rule_version) as rule_version
    from counts
    inner join dates on counts.as_of_date = dates.as_of_date
    group by
        counts.flag_code, counts.rule_basis, counts.as_of_date, dates.previous_as_of_date, dates.last_year_as_of_date

),

compared as (

    select
        {% for suffix, then in since.items() %}
            {{ then }}_applied.flag_code is not null
            and (
                applied.rule_id is distinct from {{ then }}_applied.rule_id
                or applied.rule_version is distinct from {{ then }}_applied.rule_version
            ) as is_another_rule{{ suffix }},
        {% endfor %}
        applied.*
    from applied
    {% for then in since.values() %}
        left join applied as {{ then }}_applied
            on
                applied.flag_code = {{ then }}_applied.flag_code
                and applied.rule_basis = {{ then }}_applied.rule_basis
                and applied.{{ then }}_as_of_date = {{ then }}_applied.as_of_date
    {% endfor %}

),

-- what is counted over all flags changes with the rule of any of them
changes as (

    select
        flag_code,
        rule_basis,
        as_of_date,
        rule_id,
        {% for suffix in since %}
            case
                when flag_code = 'any'
                    then bool_or(is_another_rule{{ suffix }}) over (partition by rule_basis, as_of_date)
                else is_another_rule{{ suffix }}
            end as is_rule_change{{ suffix }},
        {% endfor %}
        rule_version
    from compared

)

select * from changes
