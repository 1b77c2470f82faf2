{#- Sex, ethnic group and home area over time: one row per child, trait and stretch of time with one value. Synergy
    speaks of a trait it has ever stated for the child, the census of the others, the Early Years Census and the
    list of children not in school of children whom they alone know. A blank says nothing, and what was stated first holds for all time before. -#}
with identities as (

    select * from {{ ref('int_child_identity') }}

),

pupil_states as (

    select * from {{ ref('stg_synergy__pupil_states') }}

),

returns as (

    select * from {{ ref('int_pupil_returns') }}

),

ethnicities as (

    select * from {{ ref('ref_ethnicity') }}

),

pupil_statements as (

    select
        identities.child_durable_key,
        pupil_states.sex,
        ethnicities.ethnicity_group,
        pupil_states.lsoa_code,
        pupil_states.extract_date as stated_date,
        -- of two records of one child on one day the last speaks: the one with a former UPN, lower in the file
        case when pupil_states.former_upn is null then '0' else '1' end
        || lpad(cast(pupil_states.row_number_in_file as string), 12, '0') as precedence
    from pupil_states
    inner join identities on pupil_states.identity_id = identities.identity_id
    left join ethnicities on pupil_states.ethnicity_code = ethnicities.ethnicity_code

),

return_statements as (

    select
        returns.child_durable_key,
        returns.sex,
        ethnicities.ethnicity_group,
        returns.reference_date as stated_date,
        case returns.roll when 'on' then '1' else '0' end || returns.school_id as precedence
    from returns
    left join ethnicities on returns.ethnicity_code = ethnicities.ethnicity_code

),

from_synergy as (

    {% for trait in ['sex', 'ethnicity_group', 'lsoa_code'] %}
        select
            child_durable_key,
            '{{ trait }}' as trait,
            {{ trait }} as value,
            stated_date,
            precedence
        from pupil_statements
        where {{ trait }} is not null
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

known_from_synergy as (

    select distinct
        child_durable_key,
        trait
    from from_synergy

),

from_census as (

    {% for trait in ['sex', 'ethnicity_group'] %}
        select
            return_statements.child_durable_key,
            '{{ trait }}' as trait,
            return_statements.{{ trait }} as value,
            return_statements.stated_date,
            return_statements.precedence
        from return_statements
        left join known_from_synergy
            on
                return_statements.child_durable_key = known_from_synergy.child_durable_key
                and known_from_synergy.trait = '{{ trait }}'
        where return_statements.{{ trait }} is not null and known_from_synergy.child_durable_key is null
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

known_alone as (

    {% for model in ['int_children_not_in_school', 'int_children_under_five'] %}
        select
            child_durable_key,
            sex,
            ethnicity_group,
            lsoa_code,
            last_seen_date
        from {{ ref(model) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

statements as (

    select * from from_synergy

    union all

    select * from from_census

    {% for trait in ['sex', 'ethnicity_group', 'lsoa_code'] %}
        union all

        select
            child_durable_key,
            '{{ trait }}' as trait,
            {{ trait }} as value,
            last_seen_date as stated_date,
            child_durable_key as precedence
        from known_alone
        where {{ trait }} is not null
    {% endfor %}

),

-- one word a day
one_a_day as (

    select
        child_durable_key,
        trait,
        value,
        stated_date
    from statements
    qualify row_number() over (
        partition by child_durable_key, trait, stated_date
        order by precedence desc, value asc
    ) = 1

),

-- equal neighbours are one stretch
changes as (

    select
        *,
        row_number() over (partition by child_durable_key, trait order by stated_date) as change_number
    from one_a_day
    qualify
        value is distinct from lag(value) over (partition by child_durable_key, trait order by stated_date)

),

spans as (

    select
        child_durable_key,
        trait,
        value,
        case change_number when 1 then {{ beginning_of_time() }} else stated_date end as valid_from_date,
        coalesce(
            lead(stated_date) over (partition by child_durable_key, trait order by stated_date), {{ end_of_time() }}
        ) as valid_to_date
    from changes

)

select * from spans
