{{ config(materialized="view") }}
{#- Which children not in school have a row in quarantine beside one that was read. -#}
select
    people.child_durable_key,
    spells.extract_date as evidence_date,
    max(spells.delivery_id) as delivery_id
from {{ ref('stg_quarantine__not_in_school_spells') }} as spells
inner join {{ ref('int_not_in_school_people') }} as people on spells.person_id = people.person_id
group by people.child_durable_key, spells.extract_date
