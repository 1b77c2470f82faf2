{#- What every table of the star does the same way: unknown members, date keys, the time before all versions. -#}

{#- A key that found no member is the unknown member's, so that no row is lost and none is null. -#}
{% macro or_unknown(key) -%}
    coalesce({{ key }}, {{ unknown_key() }})
{%- endmacro %}


{#- The key of a child's version, of the columns of int_child_versions. -#}
{% macro child_key() -%}
    {{ surrogate_key(['child_durable_key', 'valid_from_date']) }}
{%- endmacro %}


{#- The keys of a school's version and of where it lies, of the columns of int_school_versions. -#}
{% macro school_keys() -%}
    {{ surrogate_key(['school_id', 'valid_from_date']) }} as school_key,
    {{ surrogate_key(['school_durable_id']) }} as school_durable_key,
    {{ key_or_unknown('pyramid_code') }} as pyramid_key,
    {{ key_or_unknown('zone_code') }} as zone_key
{%- endmacro %}


{#- The key of what one column says, such as a delivery; of nothing the unknown member's. -#}
{% macro key_or_unknown(column) -%}
    case when {{ column }} is null then {{ unknown_key() }} else {{ surrogate_key([column]) }} end
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


{#- A day as yyyymmdd. Days that dim_date does not hold, and missing ones, are the unknown day.

By its text, not by year(), month() and day(): each of these fills a table of all days of eighty years before it reads
the first row, which is most of the time of a query about a few children. -#}
{% macro date_key(day) -%}
    cast(
        case
            when
                {{ day }} between cast('{{ calendar_first_year() }}-01-01' as date)
                and cast('{{ calendar_last_year() }}-12-31' as date)
                or {{ day }} = {{ end_of_time() }}
                then cast({{ day_in_digits(day) }} as integer)
            else {{ unknown_date_key() }}
        end as integer
    )
{%- endmacro %}


{% macro day_in_digits(day) -%}
    {{ return(adapter.dispatch('day_in_digits')(day)) }}
{%- endmacro %}

{% macro default__day_in_digits(day) -%}
    strftime({{ day }}, '%Y%m%d')
{%- endmacro %}

{% macro spark__day_in_digits(day) -%}
    date_format({{ day }}, 'yyyyMMdd')
{%- endmacro %}


{#- Whom a fact is about, where it happened and who says so; needs the joins of join_conformed_dimensions. -#}
{% macro conformed_keys() -%}
    {{ or_unknown('children.child_key') }} as child_key,
    {{ or_unknown('children.child_durable_key') }} as child_durable_key,
    {{ conformed_school_keys() }}
{%- endmacro %}


{#- The same of what is about no child; needs the joins of join_conformed_schools. -#}
{% macro conformed_school_keys() -%}
    {{ or_unknown('schools.school_key') }} as school_key,
    {{ or_unknown('schools.school_durable_key') }} as school_durable_key,
    {{ or_unknown('schools.pyramid_key') }} as pyramid_key,
    {{ or_unknown('schools.zone_key') }} as zone_key,
    {{ or_unknown('deliveries.delivery_key') }} as delivery_key
{%- endmacro %}


{#- Whom a fact after school is about; needs the joins of join_conformed_homes. Its zone is the home's, or where nobody
    knows that, the one of the school the child was last at. -#}
{% macro conformed_home_keys() -%}
    {{ or_unknown('children.child_key') }} as child_key,
    {{ or_unknown('children.child_durable_key') }} as child_durable_key,
    {{ or_unknown('schools.school_key') }} as school_key,
    {{ or_unknown('schools.school_durable_key') }} as school_durable_key,
    {{ or_unknown('schools.pyramid_key') }} as pyramid_key,
    coalesce(homes.zone_key, schools.zone_key, {{ unknown_key() }}) as zone_key,
    {{ or_unknown('deliveries.delivery_key') }} as delivery_key
{%- endmacro %}


{#- The same with the zone of the home on the day of the event. -#}
{% macro join_conformed_homes(event, day) -%}
    {{ join_conformed_dimensions(event, day) }}
    left join {{ ref('brg_area__zone') }} as homes
        on
            children.area_key = homes.area_key
            and {{ valid_on(event ~ '.' ~ day, 'homes') }}
{%- endmacro %}


{#- Left joins of an event to child, school and delivery, in the versions that held on the day of the event. -#}
{% macro join_conformed_dimensions(event, day) -%}
    left join {{ ref('dim_child') }} as children
        on
            {{ event }}.child_durable_key = children.child_durable_key
            and {{ valid_on(event ~ '.' ~ day, 'children') }}
    {{ join_conformed_schools(event, day) }}
{%- endmacro %}


{#- Left joins of an event to school and delivery, in the versions that held on the day of the event. -#}
{% macro join_conformed_schools(event, day) -%}
    left join {{ ref('dim_school') }} as schools
        on
            {{ event }}.school_id = schools.school_id
            and {{ valid_on(event ~ '.' ~ day, 'schools') }}
    left join {{ ref('dim_delivery') }} as deliveries
        on {{ event }}.delivery_id = deliveries.delivery_id
{%- endmacro %}


{#- A household's pseudonym. The prefix keeps a household's reference from ever equalling a child's UPN. -#}
{% macro household_durable_key(household_id) -%}
    {{ pseudonym("'household:' || " ~ household_id ~ "") }}
{%- endmacro %}


{#- The pseudonym of a young person of the NCCIS, who need be no child of the county's schools. -#}
{% macro young_person_key(person_id) -%}
    {{ pseudonym("'young person:' || " ~ person_id ~ "") }}
{%- endmacro %}


{#- The pseudonym of a child of the social workers' case system, whom no school need know. -#}
{% macro social_care_person_key(child_ref) -%}
    {{ pseudonym("'social care:' || " ~ child_ref ~ "") }}
{%- endmacro %}


{#- The pseudonym of a person of the SEN2 returns, who need be no child of the county's schools. -#}
{% macro ehc_person_key(person_ref) -%}
    {{ pseudonym("'ehc person:' || " ~ person_ref ~ "") }}
{%- endmacro %}


{#- A response's pseudonym: its reference in the source may be written on a child's file. -#}
{% macro response_key(response_id) -%}
    {{ pseudonym("'response:' || " ~ response_id ~ "") }}
{%- endmacro %}


{#- The pseudonym of an event of a response, whose reference often begins with the response's. -#}
{% macro response_event_key(event_id) -%}
    {{ pseudonym("'response event:' || " ~ event_id ~ "") }}
{%- endmacro %}


{#- Where the children of events then had their main registration, for sources that know no school: the events with
    school_id, null where there was none. -#}
{% macro at_main_school(events, day, event_key) -%}
    select
        {{ events }}.*,
        main_spells.school_id
    from {{ events }}
    left join {{ ref('int_main_registrations') }} as main_spells
        on
            {{ events }}.child_durable_key = main_spells.child_durable_key
            and {{ valid_on(events ~ '.' ~ day, 'main_spells', 'start_date', 'end_date') }}
    qualify row_number() over (
        partition by {{ events }}.{{ event_key | join(', ' ~ events ~ '.') }}
        order by main_spells.preference asc nulls last
    ) = 1
{%- endmacro %}


{#- One kind of event at the front door, keyed. -#}
{% macro front_door_fact(event_kind) -%}
with events as (

    select * from {{ ref('int_front_door_events') }}
    where event_kind = '{{ event_kind }}'

),

keyed as (

    select
        {{ surrogate_key(['events.event_kind', 'events.event_id']) }} as {{ event_kind }}_key,
        {{ or_unknown(pseudonym("'front_door:' || events.person_id")) }} as person_durable_key,
        {{ conformed_keys() }},
        {{ date_key('events.received_date') }} as received_date_key,
        {{ date_key('events.decision_date') }} as decision_date_key,
        {{ date_key('events.closed_date') }} as closed_date_key,
        events.link_status,
        events.source_code,
        events.decision_code,
        events.is_taken_further,
        events.received_date,
        events.decision_date,
        events.closed_date
    from events
    {{ join_conformed_dimensions('events', 'received_date') }}

)

select * from keyed
{%- endmacro %}


{#- The key of somebody who uses the tool. The prefix keeps a staff number from ever equalling a child's UPN. The use of
    the dashboard is told by the same: orchestration/home/pseudonym_key.py. -#}
{% macro user_key(user_id) -%}
    {{ pseudonym("'user:' || " ~ user_id ~ "") }}
{%- endmacro %}


{#- The dashboard makes the same of the token that an identity provider signed: orchestration/home/pseudonym_key.py. -#}
{% macro sign_in_key(issuer, subject) -%}
    {{ pseudonym("'sign-in:' || " ~ issuer ~ " || '|' || " ~ subject) }}
{%- endmacro %}


{#- Contacts, referrals and requests for help together, one row each, as a query. -#}
{% macro front_door_events() -%}
    {% for event_kind in ['contact', 'referral', 'request_for_help'] %}
        select
            '{{ event_kind }}' as event_kind,
            zone_key,
            is_taken_further,
            received_date,
            cast(date_trunc('month', received_date) as date) as month_date
        from {{ ref('fct_' ~ event_kind) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
{%- endmacro %}
