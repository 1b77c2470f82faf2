{{ config(meta={"read_by": ["releases"]}) }}
{#- Children who are left out of every list, by each key under which they are or were known. -#}
with restrictions as (

    select * from {{ ref('stg_ops__restrictions') }}

),

identifiers as (

    select * from {{ ref('int_child_identifiers') }}
    where child_durable_key is not null

),

restricted as (

    select distinct identifiers.child_durable_key
    from identifiers
    inner join restrictions
        on
            identifiers.identifier_kind = restrictions.identifier_kind
            and restrictions.identifier_hash
            = {{ pseudonym("identifiers.identifier_kind || '|' || identifiers.identifier") }}
    where identifiers.identifier_kind in ('upn', 'person')

),

by_key as (

    select distinct identifiers.identifier as child_durable_key
    from identifiers
    inner join restricted on identifiers.child_durable_key = restricted.child_durable_key
    where identifiers.identifier_kind in ('key', 'merged_key', 'split_key')

)

select * from by_key
