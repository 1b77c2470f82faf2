{{ config(materialized="view") }}
{#- What young people do, as the return is read: what has lapsed is no longer known, whatever it was. -#}
with activities as (

    select * from {{ ref('int_post16_activities') }}

),

codes as (

    select * from {{ ref('ref_post16_activity') }}

),

situations as (

    select
        activities.person_id,
        activities.spell_number,
        activities.activity_code,
        activities.start_date,
        activities.is_lapsed,
        activities.cohort_code,
        activities.first_told_date,
        activities.last_told_date,
        activities.valid_from_date,
        activities.valid_to_date,
        activities.delivery_id,
        codes.activity_group,
        not activities.is_lapsed and codes.activity_group in ('neet_active', 'neet_inactive') as is_neet,
        activities.is_lapsed or codes.activity_group = 'not_known' as is_not_known,
        not activities.is_lapsed and codes.is_participating as is_participating
    from activities
    left join codes on activities.activity_code = codes.activity_code

)

select * from situations
