{#- Which census returns each school made, in order, and which details came with them. A block that was not
    delivered says nothing: no session details does not mean no absence. -#}
with returns as (

    select * from {{ ref('int_pupil_returns') }}

),

delivered_tables as (

    select * from {{ ref('stg_ops__delivery_tables') }}
    where is_in_force and source = 'school_census'

),

school_terms as (

    select
        school_id,
        census_year,
        census_term,
        cast(census_year as string) || '-' || census_term as period,
        min(reference_date) as reference_date
    from returns
    group by school_id, census_year, census_term

),

delivered as (

    select
        school_terms.school_id,
        school_terms.period,
        max(case when delivered_tables.table_name = 'school_census__sessions' then 1 else 0 end) = 1
            as is_sessions_delivered,
        max(
            case
                when delivered_tables.table_name = 'school_census__sessions' and delivered_tables.scope is not null
                    then 1
                else 0
            end
        ) = 1 as is_sessions_in_own_file,
        max(case when delivered_tables.table_name = 'school_census__fsm_periods' then 1 else 0 end) = 1
            as is_fsm_delivered,
        max(case when delivered_tables.table_name = 'school_census__exclusions' then 1 else 0 end) = 1
            as is_exclusions_delivered
    from school_terms
    inner join delivered_tables
        on
            school_terms.period = delivered_tables.period
            and (delivered_tables.scope is null or school_terms.school_id = delivered_tables.scope)
    group by school_terms.school_id, school_terms.period

),

numbered as (

    select
        school_terms.school_id,
        school_terms.census_year,
        school_terms.census_term,
        school_terms.reference_date,
        row_number() over (
            partition by school_terms.school_id order by school_terms.reference_date
        ) as return_number,
        lead(school_terms.reference_date) over (
            partition by school_terms.school_id order by school_terms.reference_date
        ) as next_reference_date,
        coalesce(delivered.is_sessions_delivered, false) as is_sessions_delivered,
        coalesce(delivered.is_sessions_in_own_file, false) as is_sessions_in_own_file,
        coalesce(delivered.is_fsm_delivered, false) as is_fsm_delivered,
        coalesce(delivered.is_exclusions_delivered, false) as is_exclusions_delivered
    from school_terms
    left join delivered
        on school_terms.school_id = delivered.school_id and school_terms.period = delivered.period

)

select * from numbered
