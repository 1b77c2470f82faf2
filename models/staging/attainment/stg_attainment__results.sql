{#- Each file has a column per subject; here each subject is a row. Attainment files name their columns, the
    rest is alike. -#}
{%- set subjects = {
    'eyfsp': {'good_level_of_development': 'good_level_of_development'},
    'phonics': {'phonics': 'mark'},
    'ks1': {'reading': 'reading', 'writing': 'writing', 'maths': 'maths'},
    'ks2': {'reading': 'reading_scaled_score', 'writing': 'writing_outcome', 'maths': 'maths_scaled_score'},
    'ks4': {'attainment_8': 'attainment_8', 'english': 'english_grade', 'maths': 'maths_grade'},
    'teacher': {'reading': 'reading', 'writing': 'writing', 'maths': 'maths'},
} -%}

with source as (

    {%- for assessment, columns in subjects.items() %}
        {%- for subject, column in columns.items() %}
            select
                '{{ assessment }}' as assessment_code,
                '{{ subject }}' as subject_code,
                upn,
                surname,
                forename,
                birth_date,
                school_id,
                academic_year,
                {{ 'assessment_date' if assessment == 'teacher' else 'cast(null as string)' }} as assessment_date,
                {{ column }} as outcome,
                _delivery_id,
                _extract_date,
                _row_number
            from {{ source('attainment', assessment) }}
            where {{ in_force('attainment', assessment) }}
            {%- if not loop.last %}
                union all
            {%- endif %}
        {%- endfor %}
    {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}

),

assessments as (

    select * from {{ ref('ref_assessment') }}

),

renamed as (

    select
        -- ids
        {{ clean_upn('source.upn') }} as upn,
        {{ identity_id(
            clean_upn('source.upn'), parse_date('source.birth_date'), clean_school_id('source.school_id')
        ) }} as identity_id,
        {{ clean_school_id('source.school_id') }} as school_id,

        -- text
        source.assessment_code,
        source.subject_code,
        {{ clean_text('source.surname') }} as surname,
        {{ clean_text('source.forename') }} as forename,
        left(trim(source.academic_year), 4) || '/' || right(trim(source.academic_year), 2) as academic_year,
        case
            when {{ parse_number('source.outcome') }} is null then {{ clean_code('source.outcome') }}
        end as outcome_code,

        -- numbers
        {{ parse_number('source.outcome') }} as score,

        -- dates
        {{ parse_date('source.birth_date') }} as birth_date,
        coalesce(
            {{ parse_date('source.assessment_date') }},
            make_date(
                cast(left(trim(source.academic_year), 4) as integer) + 1,
                assessments.assessed_month,
                assessments.assessed_day
            )
        ) as assessment_date,

        -- delivery
        source._delivery_id as delivery_id,
        source._extract_date as extract_date,
        source._row_number as row_number_in_file
    from source
    left join assessments on source.assessment_code = assessments.assessment_code

)

select * from renamed
