{#- Suspensions and exclusions as schools return them, each once: two returns tell of it, and the later may
    put it right. -#}
with exclusions as (

    select * from {{ ref('stg_school_census__exclusions') }}

),

returns as (

    select * from {{ ref('stg_school_census__pupils') }}

),

identities as (

    select * from {{ ref('int_child_identity') }}

),

school_versions as (

    select * from {{ ref('int_school_versions') }}

),

categories as (

    select
        category_code as stated_code,
        category_group as category_code,
        category_group = 'PERM' as is_permanent
    from {{ ref('ref_exclusion_category') }}

),

-- A record that leads to no child is told apart from others of the school by what the school calls it.
stated as (

    select
        identities.child_durable_key,
        case
            when identities.child_durable_key is null
                then concat_ws(
                    '|',
                    exclusions.census_year, exclusions.census_term, exclusions.roll, exclusions.pupil_return_id
                )
        end as unknown_pupil_id,
        exclusions.school_id,
        -- One of two returns may bear the number of before, or of after, a conversion.
        coalesce(school_versions.school_durable_id, exclusions.school_id) as school_durable_id,
        categories.category_code,
        exclusions.reason_code,
        -- A permanent exclusion has no end, whatever is returned: sessions would add up with those of suspensions.
        case when not categories.is_permanent then exclusions.sessions end as sessions_excluded,
        categories.is_permanent,
        exclusions.start_date as excluded_date,
        exclusions.reference_date,
        exclusions.delivery_id,
        exclusions.row_number_in_file,
        exclusions.exclusion_order
    from exclusions
    left join returns
        on
            exclusions.census_year = returns.census_year
            and exclusions.census_term = returns.census_term
            and exclusions.school_id = returns.school_id
            and exclusions.roll = returns.roll
            and exclusions.pupil_return_id = returns.pupil_return_id
    left join identities on returns.identity_id = identities.identity_id
    left join school_versions
        on
            exclusions.school_id = school_versions.school_id
            and {{ valid_on('exclusions.start_date', 'school_versions') }}
    left join categories on exclusions.category_code = categories.stated_code

),

latest as (

    select * from stated
    qualify row_number() over (
        partition by child_durable_key, unknown_pupil_id, school_durable_id, category_code, excluded_date
        order by reference_date desc, delivery_id asc, row_number_in_file desc, exclusion_order desc
    ) = 1

)

select * from latest
