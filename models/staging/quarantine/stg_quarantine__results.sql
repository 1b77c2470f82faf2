{#- Which pupils have a result in quarantine, and of what day. -#}
{%- set assessments = ['eyfsp', 'phonics', 'ks1', 'ks2', 'ks4', 'teacher'] -%}

with source as (

    {%- for assessment in assessments %}
        select
            '{{ assessment }}' as assessment_code,
            upn,
            academic_year,
            {{ 'assessment_date' if assessment == 'teacher' else 'cast(null as string)' }} as assessment_date,
            _delivery_id,
            _extract_date
        from {{ source('quarantine', 'attainment__' ~ assessment) }}
        where {{ in_force('attainment', assessment) }} and {{ is_lost('_reasons') }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}

),

assessments as (

    select * from {{ ref('ref_assessment') }}

),

renamed as (

    select distinct
        -- ids
        {{ clean_upn('source.upn') }} as upn,

        -- text
        source.assessment_code,

        -- dates: an academic year or a day that cannot be read leaves the day of the extract
        coalesce(
            {{ parse_date('source.assessment_date') }},
            make_date(
                {{ parse_count('left(trim(source.academic_year), 4)') }} + 1,
                assessments.assessed_month,
                assessments.assessed_day
            ),
            source._extract_date
        ) as assessment_date,

        -- delivery
        source._delivery_id as delivery_id
    from source
    inner join assessments on source.assessment_code = assessments.assessment_code

)

select * from renamed
