with flags as (

    select
        flags_on.*,
        populations.population_name
    from {{ flags_on() }} as flags_on
    inner join {{ ref('ref_population') }} as populations on flags_on.population_code = populations.population_code

),

keyed as (

    select
        {{ surrogate_key(['flag_code']) }} as flag_key,
        flag_code,
        flag_name,
        description,
        population_code,
        population_name,
        flag_role,
        cast(display_order as integer) as display_order,
        false as is_summary
    from flags

    union all

    -- counts children whatever and however many their flags
    select
        {{ surrogate_key(["'any'"]) }} as flag_key,
        'any' as flag_code,
        'Any flag' as flag_name,
        'At least one of the flags is raised' as description,
        population_code,
        population_name,
        cast(null as string) as flag_role,
        0 as display_order,
        true as is_summary
    from {{ ref('ref_population') }}
    where population_code = {{ school_age() }}

    union all

    select
        {{ unknown_key() }} as flag_key,
        {{ unknown_key() }} as flag_code,
        'Not known' as flag_name,
        null as description,
        null as population_code,
        null as population_name,
        null as flag_role,
        null as display_order,
        false as is_summary

)

select * from keyed
