{#- Who speaks for a child's SEN provision. Synergy lists no N, so it can say N only of pupils it knows, and
    only if its SEN list came. -#}
with children as (

    select * from {{ ref('int_children') }}

),

pupils as (

    select * from {{ ref('stg_synergy__pupils') }}

),

identities as (

    select * from {{ ref('int_child_identity') }}

),

delivered_tables as (

    select * from {{ ref('stg_ops__delivery_tables') }}
    where is_in_force

),

sen_lists as (

    select
        {{ latest('delivery_id', 'extract_date') }} as delivery_id,
        max(extract_date) as extract_date
    from delivered_tables
    where table_name = 'synergy__sen'

),

known_to_synergy as (

    select distinct identities.child_durable_key
    from pupils
    inner join identities on pupils.identity_id = identities.identity_id

),

sources as (

    select
        children.child_durable_key,
        case
            when known_to_synergy.child_durable_key is not null and sen_lists.delivery_id is not null
                then 'synergy'
            else 'census'
        end as sen_source,
        case when known_to_synergy.child_durable_key is not null then sen_lists.delivery_id end
            as synergy_delivery_id,
        case when known_to_synergy.child_durable_key is not null then sen_lists.extract_date end
            as synergy_extract_date
    from children
    left join known_to_synergy on children.child_durable_key = known_to_synergy.child_durable_key
    cross join sen_lists

)

select * from sources
