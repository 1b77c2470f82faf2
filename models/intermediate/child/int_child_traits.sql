{#- Sex, ethnic group and home area over time: one row per child, trait and stretch of time with one value. Synergy
    speaks of a trait it has ever stated for the child, the census of the others. A blank says nothing, and what was
    stated first holds for all time before. -#}
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

statements as (

    select
        identities.child_durable_key,
        1 as source_rank,
        pupil_states.extract_date as stated_date,
        pupil_states.sex,
        pupil_states.ethnicity_code,
        pupil_states.lsoa_code,
        -- of two records of one child on one day the last speaks: the one with a former UPN, lower in the file
        concat(
            case when pupil_states.former_upn is null then '0' else '1' end,
            lpad(cast(pupil_states.row_number_in_file as string), 12, '0')
        ) as precedence
    from pupil_states
    inner join identities on pupil_states.identity_id = identities.identity_id

    union all

    select
        child_durable_key,
        2 as source_rank,
        reference_date as stated_date,
        sex,
        ethnicity_code,
        cast(null as string) as lsoa_code,
        concat(case roll when 'on' then '1' else '0' end, school_id) as precedence
    from returns

),

grouped as (

    select
        statements.*,
        ethnicities.ethnicity_group
    from statements
    left join ethnicities on statements.ethnicity_code = ethnicities.ethnicity_code

),

by_trait as (

    {% for trait in ['sex', 'ethnicity_group', 'lsoa_code'] %}
        select
            child_durable_key,
            '{{ trait }}' as trait,
            {{ trait }} as value,
            source_rank,
            stated_date,
            precedence
        from grouped
        where {{ trait }} is not null
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

-- one source speaks of a trait, and says one thing a day
heard as (

    select
        child_durable_key,
        trait,
        value,
        stated_date
    from by_trait
    qualify
        source_rank = min(source_rank) over (partition by child_durable_key, trait)
        and row_number() over (
            partition by child_durable_key, trait, source_rank, stated_date
            order by precedence desc, value asc
        ) = 1

),

-- equal neighbours are one stretch
changes as (

    select
        *,
        row_number() over (partition by child_durable_key, trait order by stated_date) as change_number
    from heard
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
