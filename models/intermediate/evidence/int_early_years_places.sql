{#- Children under five at their settings, and how long a census speaks of them: until the next one, or until the
    September in which Reception begins. -#}
with places as (

    select * from {{ ref('stg_early_years_census__places') }}
    where census_date <= {{ as_of_date() }}

),

people as (

    select * from {{ ref('int_early_years_people') }}

),

censuses as (

    select
        census_date,
        coalesce(lead(census_date) over (order by census_date), {{ end_of_time() }}) as next_census_date
    from (select distinct places.census_date from places) as days

),

dated as (

    select
        places.*,
        people.child_durable_key,
        people.is_known_elsewhere,
        people.link_method,
        censuses.next_census_date,
        -- of children born from September to August Reception begins after the fourth birthday
        make_date(cast({{ academic_year_start('places.birth_date') }} + 5 as integer), 9, 1) as reception_date
    from places
    inner join people on places.person_id = people.person_id
    inner join censuses on places.census_date = censuses.census_date

),

valid as (

    select
        *,
        -- it has no school that the register knows
        cast(null as string) as school_id,
        census_date as valid_from_date,
        -- whom a setting still returns then began later
        case
            when census_date < reception_date then least(next_census_date, reception_date)
            else next_census_date
        end as valid_to_date
    from dated

)

-- All that a census says.
select * from valid -- noqa: AM04
