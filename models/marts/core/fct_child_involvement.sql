{#- The only table by which children's files know of social care: it says who works with a child, and not what for. -#}
with statuses as (

    select
        spells.child_durable_key,
        names.agency_name
    from {{ ref('fct_social_care_status') }} as spells
    inner join {{ ref('ref_social_care_status') }} as names
        on spells.status_code = names.status_code and names.is_told_to_huddle
    where
        spells.child_durable_key <> {{ unknown_key() }}
        and {{ valid_on(as_of_date(), 'spells') }}
        and spells.last_told_date + names.believed_for_days * interval '1' day >= {{ as_of_date() }}

),

involved as (

    select
        child_durable_key,
        {{ joined_once('agency_name', "', '") }} as involved_agencies,
        {{ as_of_date() }} as as_of_date
    from statuses
    group by child_durable_key

)

select * from involved
