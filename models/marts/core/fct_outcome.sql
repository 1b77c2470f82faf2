{#- What a response's child looked like before it was opened and later, flag by flag, beside children who were in the
    same place and had none.

    Comparable are the children who on the same date had the same flags raised and were in the same year group, and had
    no response opened until the later date: exact matching on what is seen. Why a child was chosen is not. -#}
{%- set flags = ['any'] + flag_codes().split(',') -%}
{%- set enough = 'by_flag.comparable_children_count >= by_flag.minimum_comparable_children' -%}
with responses as (

    select * from {{ ref('fct_response') }}
    where child_durable_key <> {{ unknown_key() }}

),

dates as (

    select
        calendar_date as as_of_date,
        row_number() over (order by calendar_date) as date_number
    from {{ ref('dim_date') }}
    where is_assessment_date

),

children_on_dates as (

    select
        states.*,
        dates.date_number
    from {{ ref('int_child_flag_states') }} as states
    inner join dates on states.as_of_date = dates.as_of_date

),

-- the flags that were known when the response was decided on, and those of each later date that has come
begun as (

    select
        responses.*,
        max(dates.as_of_date) as before_date,
        max(dates.date_number) as date_number
    from responses
    inner join dates on responses.opened_date >= dates.as_of_date
    group by all

),

followed_up as (

    select
        begun.*,
        horizons.half_terms_after,
        horizons.minimum_comparable_children,
        dates_after.as_of_date as after_date,
        before_child.nc_year,
        before_child.raised_set,
        {% for flag in flags %}
            before_child.{{ flag }}_state as {{ flag }}_state_before,
            before_child.{{ flag }}_value as {{ flag }}_value_before,
            after_child.{{ flag }}_state as {{ flag }}_state_after,
            after_child.{{ flag }}_value as {{ flag }}_value_after,
        {% endfor %}
        after_child.child_durable_key is null as has_left
    from begun
    cross join {{ ref('ref_outcome_horizon') }} as horizons
    inner join dates as dates_after
        on begun.date_number + horizons.half_terms_after = dates_after.date_number
    inner join children_on_dates as before_child
        on
            begun.child_durable_key = before_child.child_durable_key
            and begun.before_date = before_child.as_of_date
    left join children_on_dates as after_child
        on
            begun.child_durable_key = after_child.child_durable_key
            and dates_after.as_of_date = after_child.as_of_date

),

strata as (

    select distinct
        before_date,
        after_date,
        half_terms_after,
        nc_year,
        raised_set
    from followed_up

),

-- Each child beside itself later. Asked of the strata first, DuckDB joined all dates of a child with all others.
followed as (

    select
        before_child.child_durable_key,
        before_child.as_of_date as before_date,
        horizons.half_terms_after,
        before_child.nc_year,
        {% for flag in flags %}
            after_child.{{ flag }}_value - before_child.{{ flag }}_value as {{ flag }}_change,
            after_child.{{ flag }}_state as {{ flag }}_state_after,
        {% endfor %}
        before_child.raised_set
    from children_on_dates as before_child
    cross join {{ ref('ref_outcome_horizon') }} as horizons
    inner join children_on_dates as after_child
        on
            before_child.child_durable_key = after_child.child_durable_key
            and before_child.date_number + horizons.half_terms_after = after_child.date_number

),

comparable as (

    select
        strata.before_date,
        strata.after_date,
        strata.nc_year,
        {% for flag in flags %}
            count(followed.{{ flag }}_change) as {{ flag }}_count,
            avg(followed.{{ flag }}_change) as {{ flag }}_change,
            avg(
                case followed.{{ flag }}_state_after when 'raised' then 1.0 else 0.0 end
            ) filter (where followed.{{ flag }}_change is not null) as {{ flag }}_raised_rate,
        {% endfor %}
        strata.raised_set
    from strata
    inner join followed
        on
            strata.before_date = followed.before_date
            and strata.half_terms_after = followed.half_terms_after
            and strata.raised_set = followed.raised_set
            and strata.nc_year is not distinct from followed.nc_year
    left join responses
        on followed.child_durable_key = responses.child_durable_key and strata.after_date >= responses.opened_date
    where responses.response_key is null
    group by strata.before_date, strata.after_date, strata.nc_year, strata.raised_set

),

by_flag as (

    {% for flag in flags %}
        select
            followed_up.*,
            '{{ flag }}' as flag_code,
            {% for column in ['state_before', 'state_after', 'value_before', 'value_after'] %}
                followed_up.{{ flag }}_{{ column }} as {{ column }},
            {% endfor %}
            coalesce(comparable.{{ flag }}_count, 0) as comparable_children_count,
            comparable.{{ flag }}_change as change,
            comparable.{{ flag }}_raised_rate as raised_rate
        from followed_up
        left join comparable
            on
                followed_up.before_date = comparable.before_date
                and followed_up.after_date = comparable.after_date
                and followed_up.nc_year is not distinct from comparable.nc_year
                and followed_up.raised_set = comparable.raised_set
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

outcomes as (

    select
        {{ surrogate_key(['by_flag.response_key', 'by_flag.half_terms_after', 'by_flag.flag_code']) }}
            as response_flag_key,
        {{ surrogate_key(['by_flag.response_key', 'by_flag.half_terms_after']) }} as outcome_key,
        {% for key in ['response', 'child', 'child_durable', 'school', 'school_durable', 'pyramid', 'zone'] %}
            by_flag.{{ key }}_key,
        {% endfor %}
        flags.flag_key,
        {{ date_key('by_flag.before_date') }} as before_date_key,
        {{ date_key('by_flag.after_date') }} as after_date_key,
        {% for column in [
            'response_code', 'opened_date', 'half_terms_after', 'before_date', 'after_date',
            'state_before', 'state_after', 'value_before', 'value_after',
        ] %}
            by_flag.{{ column }},
        {% endfor %}
        cast(by_flag.value_after - by_flag.value_before as decimal(18, 6)) as value_change,
        case when flags.is_summary then 'flags' else measures.unit end as unit,
        by_flag.comparable_children_count,
        case when {{ enough }} then cast(by_flag.change as decimal(18, 6)) end as comparable_value_change,
        case when {{ enough }} then cast(by_flag.raised_rate as decimal(9, 4)) end as comparable_raised_after_rate,
        case
            when by_flag.has_left then 'child_left'
            when by_flag.value_before is null or by_flag.value_after is null then 'not_assessable'
            when not {{ enough }} then 'too_few_comparable'
        end as reason_code
    from by_flag
    -- a flag that is off has no row
    inner join {{ ref('dim_flag') }} as flags on by_flag.flag_code = flags.flag_code
    left join {{ todays_measures() }} as measures on flags.flag_key = measures.flag_key

)

select * from outcomes
