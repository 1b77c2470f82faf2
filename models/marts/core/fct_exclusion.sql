with exclusions as (

    select * from {{ ref('int_exclusions') }}

),

keyed as (

    select
        {{ surrogate_key([
            'exclusions.child_durable_key',
            'exclusions.unknown_pupil_id',
            'exclusions.school_durable_id',
            'exclusions.category_code',
            'exclusions.excluded_date',
        ]) }} as exclusion_key,
        {{ conformed_keys() }},
        {{ date_key('exclusions.excluded_date') }} as excluded_date_key,
        exclusions.category_code,
        exclusions.reason_code,
        cast(exclusions.sessions_excluded as integer) as sessions_excluded,
        exclusions.is_permanent,
        exclusions.excluded_date
    from exclusions
    {{ join_conformed_dimensions('exclusions', 'excluded_date') }}

)

select * from keyed
