{{ config(meta={"read_by": ["rights"]}) }}
{#- By which numbers sources know a child, from when to when each said so. -#}
with identities as (

    select
        identity_id,
        child_durable_key
    from {{ ref('int_child_identity') }}

),

pupils as (

    select * from {{ ref('stg_synergy__pupil_versions') }}
    where is_standing

),

returns as (

    select * from {{ ref('stg_school_census__pupils') }}

),

young_people as (

    select
        records.*,
        people.child_durable_key
    from {{ ref('stg_nccis__young_people') }} as records
    inner join {{ ref('int_young_people') }} as people on records.person_id = people.person_id

),

people_with_plans as (

    select
        records.*,
        people.child_durable_key
    from {{ ref('stg_sen2__people') }} as records
    inner join {{ ref('int_ehc_people') }} as people
        on records.export_date = people.export_date and records.person_id = people.person_id

),

children_in_need as (

    select
        records.*,
        children.child_durable_key
    from {{ ref('stg_cin_census__children') }} as records
    inner join {{ ref('int_social_care_children') }} as children on records.child_ref = children.child_ref

),

-- One row for each statement, with the identity or the child that it is of; a version of Synergy is two, its first and
-- its last day.
of_identities as (

    {%- for day in ['first_extract_date', 'last_extract_date'] %}
        {%- for kind, column in {'upn': 'upn', 'former_upn': 'former_upn', 'pupil': 'pupil_id'}.items() %}

            select
                identity_id,
                'synergy' as source,
                '{{ kind }}' as identifier_kind,
                {{ column }} as identifier,
                {{ day }} as stated_date
            from pupils

            union all
        {%- endfor %}
    {%- endfor %}
    {%- for kind in ['upn', 'former_upn', 'uln'] %}

        select
            identity_id,
            'school_census' as source,
            '{{ kind }}' as identifier_kind,
            {{ kind }} as identifier,
            reference_date as stated_date
        from returns

        union all
    {%- endfor %}

    select
        identity_id,
        'attainment' as source,
        'upn' as identifier_kind,
        upn as identifier,
        assessment_date as stated_date
    from {{ ref('stg_attainment__results') }}

),

of_children as (

    select
        identities.child_durable_key,
        of_identities.source,
        of_identities.identifier_kind,
        of_identities.identifier,
        of_identities.stated_date
    from of_identities
    inner join identities on of_identities.identity_id = identities.identity_id
    {%- for relation, source, day, columns in [
        ('young_people', 'nccis', 'period_end_date', {'upn': 'upn', 'uln': 'uln', 'person': 'person_id'}),
        ('people_with_plans', 'sen2', 'export_date', {'upn': 'upn', 'uln': 'uln'}),
        ('children_in_need', 'cin_census', 'reference_date',
            {'upn': 'upn', 'former_upn': 'former_upn', 'person': 'child_ref'}),
    ] %}
        {%- for kind, column in columns.items() %}

            union all

            select
                child_durable_key,
                '{{ source }}' as source,
                '{{ kind }}' as identifier_kind,
                {{ column }} as identifier,
                {{ day }} as stated_date
            from {{ relation }}
        {%- endfor %}
    {%- endfor %}

),

stated as (

    select
        child_durable_key,
        identifier_kind,
        identifier,
        source,
        min(stated_date) as first_stated_date,
        max(stated_date) as last_stated_date
    from of_children
    where child_durable_key is not null and identifier is not null
    group by child_durable_key, identifier_kind, identifier, source

),

told as (

    select
        *,
        last_stated_date = max(last_stated_date) over (partition by child_durable_key, identifier_kind, source)
            as is_newest
    from stated

)

select
    child_durable_key,
    identifier_kind,
    identifier,
    source,
    first_stated_date as valid_from_date,
    case when not is_newest then last_stated_date end as valid_to_date
from told
