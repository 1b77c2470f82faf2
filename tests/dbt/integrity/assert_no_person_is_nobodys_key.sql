-- What: an event at the front door of which nobody was taken down is nobody's, and one with a person is somebody's.
-- When it matters: always. If all events without a person had one key, they would be one person, who returns again and
-- again: in the demo 35.9 % of the referrals would come back, and 33.8 % do.
-- How to resolve: look at the key in macros/star.sql, front_door_fact; a missing person must leave no key.
with events as (

    select
        contact_key as event_key,
        link_status,
        person_durable_key
    from {{ ref('fct_contact') }}

    union all

    select
        referral_key as event_key,
        link_status,
        person_durable_key
    from {{ ref('fct_referral') }}

    union all

    select
        request_for_help_key as event_key,
        link_status,
        person_durable_key
    from {{ ref('fct_request_for_help') }}

)

select * from events
where (link_status = 'no_person') <> (person_durable_key = {{ unknown_key() }})
