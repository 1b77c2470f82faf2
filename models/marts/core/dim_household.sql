with members as (

    select * from {{ ref('int_people_linked') }}
    where source = 'family_matters'

),

spells as (

    select * from {{ ref('int_family_support_spells') }}

),

households as (

    select household_id from members

    union

    select household_id from spells

),

-- members who could not be linked to a child are counted, not dropped: parents are among them
member_counts as (

    select
        household_id,
        count(distinct person_id) as members_count,
        count(distinct child_durable_key) as children_count
    from members
    group by household_id

),

keyed as (

    select
        {{ household_durable_key('households.household_id') }} as household_durable_key,
        coalesce(member_counts.members_count, 0) as members_count,
        coalesce(member_counts.children_count, 0) as children_count,
        {{ beginning_of_time() }} as valid_from_date,
        {{ end_of_time() }} as valid_to_date
    from households
    left join member_counts on households.household_id = member_counts.household_id

),

versions as (

    select
        {{ surrogate_key(['household_durable_key', 'valid_from_date']) }} as household_key,
        household_durable_key,
        members_count,
        children_count,
        valid_from_date,
        valid_to_date,
        valid_to_date = {{ end_of_time() }} as is_current
    from keyed

    union all

    select
        {{ unknown_key() }} as household_key,
        {{ unknown_key() }} as household_durable_key,
        0 as members_count,
        0 as children_count,
        {{ beginning_of_time() }} as valid_from_date,
        {{ end_of_time() }} as valid_to_date,
        true as is_current

)

select * from versions
