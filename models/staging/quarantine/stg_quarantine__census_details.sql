{#- Whose session details, FSM periods and exclusions are in quarantine. A second copy of a row is no loss: the first
    was loaded. -#}
{%- set no_period = 'cast(null as string)' -%}
{%- set tables = {'sessions': 'period', 'fsm_periods': no_period, 'exclusions': no_period} -%}

with source as (

    {%- for table, period in tables.items() %}
        select
            'school_census__{{ table }}' as table_name,
            census_year,
            census_term,
            school_id,
            roll,
            pupil_return_id,
            {{ period }} as period,
            _delivery_id
        from {{ source('quarantine', 'school_census__' ~ table) }}
        where {{ in_force('school_census', table) }} and {{ is_lost('_reasons') }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}

),

renamed as (

    select distinct
        -- ids
        {{ clean_text('pupil_return_id') }} as pupil_return_id,
        {{ clean_school_id('school_id') }} as school_id,

        -- text
        table_name,
        lower(trim(census_term)) as census_term,
        lower(trim(roll)) as roll,
        lower(trim(period)) as period,

        -- numbers
        {{ parse_count('census_year') }} as census_year,

        -- delivery
        _delivery_id as delivery_id
    from source

)

select * from renamed
