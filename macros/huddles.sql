{#- What the planning of huddles comes to. -#}

{#- The word that stands of each huddle in a relation of what was said of them, as a query: the last, but what is held or
    cancelled is planned no more. -#}
{% macro last_words_on_huddles(events) -%}
    select * from {{ events }}
    qualify row_number() over (
        partition by huddle_key order by event_kind <> 'planned' desc, event_order desc
    ) = 1
{%- endmacro %}


{#- What each huddle decided last on each child and did not take back, of a relation of what was said there, as a
    query. -#}
{% macro last_decisions_of_huddles(events) -%}
    select * from (
        select * from {{ events }}
        where event_kind in ('decided', 'undecided')
        qualify row_number() over (partition by huddle_key, spoken_about_key order by event_order desc) = 1
    ) as last_words
    where event_kind = 'decided'
{%- endmacro %}


{#- The next huddle of each school, the day of the one held before it, and how many children it has places left for, as
    a query. -#}
{% macro next_huddles() -%}
    with huddles as (

        select * from {{ ref('fct_huddle') }}

    ),

    planned as (

        select * from huddles
        where huddle_state = 'planned' and school_durable_key <> {{ unknown_key() }}
        qualify row_number() over (partition by school_durable_key order by huddle_date asc, huddle_key asc) = 1

    ),

    held as (

        select
            planned.huddle_key,
            max(huddles.huddle_date) as last_huddle_date
        from planned
        inner join huddles
            on
                planned.school_durable_key = huddles.school_durable_key
                and huddles.huddle_state = 'held'
                and planned.huddle_date > huddles.huddle_date
        group by planned.huddle_key

    ),

    spoken_about as (

        select
            huddle_key,
            count(distinct child_durable_key) as children_count
        from {{ ref('fct_huddle_review') }}
        group by huddle_key

    )

    select
        planned.huddle_key,
        planned.huddle_date,
        planned.school_durable_key,
        held.last_huddle_date,
        coalesce(planned.places, settings.places) - coalesce(spoken_about.children_count, 0) as places_left
    from planned
    cross join {{ ref('ref_huddle_setting') }} as settings
    left join held on planned.huddle_key = held.huddle_key
    left join spoken_about on planned.huddle_key = spoken_about.huddle_key
{%- endmacro %}


{#- Whom those who plan a huddle put on its agenda or postponed, as they said last, as a query. The dashboard
    asks it of the tables of a release, so it asks dbt for nothing. -#}
{% macro huddle_listings(events) -%}
    select
        huddle_key,
        child_durable_key,
        event_kind
    from {{ events }}
    where event_kind in ('added', 'postponed', 'unlisted')
    qualify row_number() over (partition by huddle_key, child_durable_key order by event_order desc) = 1
{%- endmacro %}


{#- What is raised of each child of a relation, and what of it is new since its last_huddle_date, as a query. Before the
    first huddle everything is new. -#}
{% macro raised_at_next_huddle(children) -%}
    select
        raised_flags.child_durable_key,
        {{ joined_in_order('flags.flag_name', "', '", 'flags.display_order') }} as raised_flags,
        count(*) filter (
            where flags.flag_role = 'reason' and raised_flags.raised_known_date <= children.last_huddle_date
        ) as old_reasons_count,
        count(*) filter (
            where flags.flag_role = 'reason'
            and coalesce(raised_flags.raised_known_date > children.last_huddle_date, true)
        ) as new_reasons_count,
        coalesce(bool_or(raised_flags.strong_known_date > children.last_huddle_date), false) as is_strengthened,
        bool_or(
            not raised_flags.is_known_to_school
            and coalesce(raised_flags.raised_known_date > children.last_huddle_date, true)
        ) as is_surprise
    from {{ ref('fct_flag_raised') }} as raised_flags
    inner join {{ ref('dim_flag') }} as flags on raised_flags.flag_key = flags.flag_key
    inner join {{ children }} as children on raised_flags.child_durable_key = children.child_durable_key
    where flags.population_code = {{ school_age() }}
    group by raised_flags.child_durable_key
{%- endmacro %}


{#- How much was raised of each child of a relation on the last date on or before its last_huddle_date, as a query. -#}
{% macro raised_before(children) -%}
    select
        assessments.child_durable_key,
        assessments.as_of_date,
        count(*) filter (where assessments.flag_state = 'raised') as indicators_raised_count
    from {{ ref('fct_flag_assessment') }} as assessments
    inner join {{ children }} as children
        on
            assessments.child_durable_key = children.child_durable_key
            and assessments.as_of_date <= children.last_huddle_date
    where assessments.population_code = {{ school_age() }}
    group by assessments.child_durable_key, assessments.as_of_date
    qualify row_number() over (
        partition by assessments.child_durable_key order by assessments.as_of_date desc
    ) = 1
{%- endmacro %}
