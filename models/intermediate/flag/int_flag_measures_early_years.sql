{{ config(meta={"partition_by": "as_of_date", "partition_inputs": ["int_early_years_population"]}) }}
{#- What flags before school are made of: disadvantage, SEN support, and hours that a child is entitled to and has none
    of. All settings of a child count together; what no row of the child says is not known. -#}
with population as (

    select * from {{ changed_partitions(ref('int_early_years_population'), 'as_of_date') }}

),

places as (

    select
        *,
        -- The premium, or hours of two-year-olds for a reason that is not a disability alone.
        has_pupil_premium or coalesce(is_two_year_disadvantage, false) as is_disadvantaged,
        -- Under five the census knows codes of before 2014 no more.
        sen_provision_group = 'K' as is_on_support,
        two_year_basis_code is not null or has_eligibility_code as is_entitled,
        funded_hours > 0 as has_funded_hours,
        extended_hours > 0 or expanded_hours > 0 as has_hours_of_working_parents
    from {{ ref('int_early_years_places') }}

),

-- Whoever has a reason for funding at two takes it up in funded hours, whoever has a code in those for working parents.
-- Hours at one setting are hours; none are known only where each setting says so.
told as (

    select
        population.child_durable_key,
        population.as_of_date,
        bool_or(places.is_disadvantaged) as is_disadvantaged,
        bool_or(places.is_on_support) as is_on_support,
        case
            when not bool_or(places.is_entitled) then false
            else
                (
                    bool_or(places.two_year_basis_code is not null)
                    and case
                        when bool_or(places.has_funded_hours) then false
                        when count(*) = count(places.has_funded_hours) then true
                    end
                )
                or (
                    bool_or(places.has_eligibility_code)
                    and case
                        when bool_or(places.has_hours_of_working_parents) then false
                        when count(*) = count(places.has_hours_of_working_parents) then true
                    end
                )
        end as is_without_hours,
        max(places.census_date) as census_date,
        max(places.delivery_id) as delivery_id
    from population
    inner join places
        on
            population.child_durable_key = places.child_durable_key
            and {{ valid_on('population.as_of_date', 'places') }}
    group by population.child_durable_key, population.as_of_date

),

answered as (

    select
        told.*,
        'is_early_years_disadvantaged' as measure,
        told.is_disadvantaged as is_met
    from told

    union all

    select
        told.*,
        'is_early_years_sen_support' as measure,
        told.is_on_support as is_met
    from told

    union all

    select
        told.*,
        'is_without_entitled_hours' as measure,
        told.is_without_hours as is_met
    from told

),

measures as (

    select
        child_durable_key,
        as_of_date,
        measure,
        cast(case is_met when true then 1 when false then 0 end as decimal(18, 6)) as value,
        cast(null as integer) as sessions,
        cast(null as string) as unassessable_reason,
        cast(null as string) as evidence_code,
        census_date as covers_from_date,
        census_date as covers_to_date,
        delivery_id
    from answered

)

select * from measures
