{{ config(materialized="view") }}
{#- The UPNs by which the list knows a child, former ones among them. -#}
with spells as (

    select * from {{ ref('stg_not_in_school__spells') }}

)

{% for upn in ['upn', 'former_upn'] %}
    select distinct
        person_id,
        {{ upn }} as upn,
        {{ identity_id(upn, 'birth_date', 'cast(null as string)') }} as identity_id
    from spells
    where {{ upn }} is not null
    {% if not loop.last %}
        union
    {% endif %}
{% endfor %}
