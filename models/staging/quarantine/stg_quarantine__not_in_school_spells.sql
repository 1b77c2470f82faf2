{#- Which children's spells out of school are in quarantine. A second copy of a row is no loss: the first was
    loaded. -#}
with source as (

    select * from {{ source('quarantine', 'not_in_school__spells') }}
    where {{ in_force('not_in_school', 'spells') }} and {{ is_lost('_reasons') }}

),

renamed as (

    select distinct
        -- ids
        {{ clean_text('source.person_id') }} as person_id,

        -- delivery
        source._delivery_id as delivery_id,
        source._extract_date as extract_date
    from source

)

select * from renamed
where person_id is not null
