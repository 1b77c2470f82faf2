{{ config(materialized="view") }}
{#- Which children under five have a row in quarantine beside the one of another setting. -#}
select
    people.child_durable_key,
    places.extract_date as evidence_date,
    max(places.delivery_id) as delivery_id
from {{ ref('stg_quarantine__early_years_places') }} as places
inner join {{ ref('int_early_years_people') }} as people on places.person_id = people.person_id
group by people.child_durable_key, places.extract_date
