{#- Days, ages and validity. Intervals are half-open: the first day is in, the end day is out. -#}

{% macro end_of_time() -%}
    cast('9999-12-31' as date)
{%- endmacro %}


{% macro valid_on(day, alias, from_column='valid_from_date', to_column='valid_to_date') -%}
    {{ alias }}.{{ from_column }} <= {{ day }} and {{ day }} < {{ alias }}.{{ to_column }}
{%- endmacro %}


{#- A last day, inclusive and perhaps blank, becomes the first day on which it is over. -#}
{% macro end_exclusive(last_day) -%}
    coalesce(cast({{ last_day }} + interval '1' day as date), {{ end_of_time() }})
{%- endmacro %}


{#- The calendar year in which the academic year of a day began; academic years turn on 1 September. -#}
{% macro academic_year_start(day) -%}
    (extract(year from {{ day }}) - case when extract(month from {{ day }}) < 9 then 1 else 0 end)
{%- endmacro %}


{% macro academic_year(day) -%}
    (
        cast({{ academic_year_start(day) }} as string) || '/'
        || lpad(cast(({{ academic_year_start(day) }} + 1) % 100 as string), 2, '0')
    )
{%- endmacro %}


{% macro age_in_years(birth_date, day) -%}
    (
        extract(year from {{ day }}) - extract(year from {{ birth_date }})
        - case
            when extract(month from {{ day }}) * 100 + extract(day from {{ day }})
                < extract(month from {{ birth_date }}) * 100 + extract(day from {{ birth_date }})
                then 1
            else 0
        end
    )
{%- endmacro %}


{#- Completed years on 31 August before the academic year of a day: whoever is born on 1 September is a year
    younger. -#}
{% macro age_at_start_of_academic_year(birth_date, day) -%}
    (
        {{ academic_year_start(day) }} - extract(year from {{ birth_date }})
        - case when extract(month from {{ birth_date }}) >= 9 then 1 else 0 end
    )
{%- endmacro %}


{% macro days_between(from_day, to_day) -%}
    {{ return(adapter.dispatch('days_between')(from_day, to_day)) }}
{%- endmacro %}

{% macro default__days_between(from_day, to_day) -%}
    date_diff('day', {{ from_day }}, {{ to_day }})
{%- endmacro %}

{% macro spark__days_between(from_day, to_day) -%}
    datediff({{ to_day }}, {{ from_day }})
{%- endmacro %}


{#- Months from the first day of one month to the first day of another. -#}
{% macro months_between(from_day, to_day) -%}
    (
        (extract(year from {{ to_day }}) - extract(year from {{ from_day }})) * 12
        + extract(month from {{ to_day }}) - extract(month from {{ from_day }})
    )
{%- endmacro %}


{#- Spells of which each day has one: where several cover a day, the one that began last speaks, and one that goes on
    after it speaks again. `spells` is a CTE; its rows are kept with their columns, cut where another takes over.
    Whoever has no two spells at once, nearly everybody, is passed through. Of spells that begin on one day the first
    by `precedence` speaks. A spell that covers no day overlaps nothing; unless `keep_empty`, it goes where another
    begins on its day. -#}
{% macro without_overlap(spells, partition_by, precedence, columns, keep_empty=false) -%}
    with spells_numbered as (

        select
            {{ columns | join(', ') }},
            start_date,
            end_date,
            {{ surrogate_key(partition_by) }} as thing_key,
            row_number() over (
                partition by {{ partition_by | join(', ') }} order by start_date desc, {{ precedence | join(', ') }}
            ) as preference,
            max(case when start_date < end_date then end_date end) over (
                partition by {{ partition_by | join(', ') }}
                order by start_date desc, {{ precedence | join(', ') }}
                rows between 1 following and unbounded following
            ) as earlier_end_date
        from {{ spells }}

    ),

    things_crossed as (

        select distinct thing_key from spells_numbered
        where start_date < end_date and earlier_end_date > start_date

    ),

    spells_crossed as (

        select * from spells_numbered
        where start_date < end_date and thing_key in (select things_crossed.thing_key from things_crossed)

    ),

    days_turning as (

        select
            thing_key,
            start_date as day
        from spells_crossed

        union

        select
            thing_key,
            end_date as day
        from spells_crossed

    ),

    slices as (

        select
            thing_key,
            day as from_date,
            lead(day) over (partition by thing_key order by day) as to_date
        from days_turning

    ),

    slices_spoken_for as (

        select
            slices.thing_key,
            slices.from_date,
            slices.to_date,
            min(spells_crossed.preference) as preference
        from slices
        inner join spells_crossed
            on
                slices.thing_key = spells_crossed.thing_key
                and {{ valid_on('slices.from_date', 'spells_crossed', 'start_date', 'end_date') }}
        group by slices.thing_key, slices.from_date, slices.to_date

    ),

    slices_in_runs as (

        select
            *,
            row_number() over (partition by thing_key order by from_date)
            - row_number() over (partition by thing_key, preference order by from_date) as run
        from slices_spoken_for

    ),

    pieces as (

        select
            thing_key,
            preference,
            min(from_date) as start_date,
            max(to_date) as end_date
        from slices_in_runs
        group by thing_key, preference, run

    )

    select
        spells_crossed.{{ columns | join(', spells_crossed.') }},
        pieces.start_date,
        pieces.end_date
    from pieces
    inner join spells_crossed
        on pieces.thing_key = spells_crossed.thing_key and pieces.preference = spells_crossed.preference

    union all

    select
        {{ columns | join(', ') }},
        start_date,
        end_date
    from spells_numbered
    where thing_key not in (select things_crossed.thing_key from things_crossed)

    union all

    select
        spells_numbered.{{ columns | join(', spells_numbered.') }},
        spells_numbered.start_date,
        spells_numbered.end_date
    from spells_numbered
    inner join things_crossed on spells_numbered.thing_key = things_crossed.thing_key
    left join pieces
        on spells_numbered.thing_key = pieces.thing_key and spells_numbered.start_date = pieces.start_date
    where
        spells_numbered.start_date = spells_numbered.end_date
        and {{ 'true' if keep_empty else 'pieces.thing_key is null' }}
{%- endmacro %}


{% macro last_day_of_month(day) -%}
    cast(date_trunc('month', {{ day }}) + interval '1' month - interval '1' day as date)
{%- endmacro %}
