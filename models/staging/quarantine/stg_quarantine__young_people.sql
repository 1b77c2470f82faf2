{#- Which records of the NCCIS are in quarantine, or their activity or offer. A second copy of a row is no loss: the
    first was loaded. -#}
with source as (

    {%- for table, person_id in {
        'young_people': 'person_id', 'activities': 'cast(null as string)', 'guarantees': 'cast(null as string)'
    }.items() %}
        select
            'nccis__{{ table }}' as table_name,
            record_id,
            {{ person_id }} as person_id,
            _delivery_id,
            _extract_date
        from {{ source('quarantine', 'nccis__' ~ table) }}
        where {{ in_force('nccis', table) }} and {{ is_lost('_reasons') }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}

),

renamed as (

    select distinct
        -- ids
        {{ clean_text('record_id') }} as record_id,
        {{ clean_text('person_id') }} as person_id,

        -- text
        table_name,

        -- delivery
        _delivery_id as delivery_id,
        _extract_date as period_end_date
    from source

)

select * from renamed
