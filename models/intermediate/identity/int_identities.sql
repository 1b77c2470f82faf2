{{ config(meta={"read_by": ["entries"]}) }}

{#- Each identity that sources state: a UPN with a birth date, and with the school while the UPN is temporary. Nearly
    every UPN has one. -#}
with pupils as (

    select * from {{ ref('stg_synergy__pupil_versions') }}
    where is_standing

),

returns as (

    select * from {{ ref('stg_school_census__pupils') }}

),

results as (

    select * from {{ ref('stg_attainment__results') }}

),

entries as (

    select
        identity_id,
        upn,
        school_id,
        birth_date,
        event_date,
        delivery_id
    from {{ ref('stg_responses__events') }}

    union all

    select
        identity_id,
        upn,
        upn_school_id as school_id,
        birth_date,
        event_date,
        delivery_id
    from {{ ref('stg_dashboard__response_events') }}

    union all

    select
        identity_id,
        upn,
        upn_school_id as school_id,
        birth_date,
        event_date,
        delivery_id
    from {{ ref('stg_dashboard__huddle_child_events') }}

),

huddle_reviews as (

    select * from {{ ref('stg_huddles__reviews') }}

),

sightings as (

    select
        identity_id,
        upn,
        cast(null as string) as school_id,
        birth_date,
        surname,
        forename,
        first_extract_date as seen_date,
        delivery_id
    from pupils

    union all

    select
        identity_id,
        upn,
        school_id,
        birth_date,
        surname,
        forename,
        reference_date as seen_date,
        delivery_id
    from returns

    union all

    select
        identity_id,
        upn,
        school_id,
        birth_date,
        surname,
        forename,
        assessment_date as seen_date,
        delivery_id
    from results

    union all

    select
        identity_id,
        upn,
        school_id,
        birth_date,
        cast(null as string) as surname,
        cast(null as string) as forename,
        event_date as seen_date,
        delivery_id
    from entries

    union all

    select
        identity_id,
        upn,
        school_id,
        birth_date,
        cast(null as string) as surname,
        cast(null as string) as forename,
        huddle_date as seen_date,
        delivery_id
    from huddle_reviews

),

-- names repeat from return to return: each is cleaned once
names as (

    select
        identity_id,
        upn,
        case when {{ is_temporary_upn('upn') }} then school_id end as school_id,
        birth_date,
        surname,
        forename,
        min(seen_date) as first_seen_date,
        {{ earliest('delivery_id', "concat_ws('|', seen_date, delivery_id)") }} as delivery_id
    from sightings
    where identity_id is not null
    group by all

),

identities as (

    select
        identity_id,
        upn,
        school_id,
        birth_date,
        {{ is_temporary_upn('upn') }} as is_temporary,
        {{ distinct_in_order(clean_name('forename')) }} as forenames,
        {{ distinct_in_order(clean_name('surname')) }} as surnames,
        min(first_seen_date) as first_seen_date,
        {{ earliest('delivery_id', "concat_ws('|', first_seen_date, delivery_id)") }} as delivery_id
    from names
    group by identity_id, upn, school_id, birth_date

)

select
    *,
    row_number() over (
        partition by coalesce(upn, identity_id) order by first_seen_date asc nulls last, identity_id asc
    ) as rank_in_upn
from identities
