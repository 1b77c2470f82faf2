{#- Whether young people were offered a place by the end of September, each year group once a year: the newest return of
    the school year speaks. -#}
with guarantees as (

    select * from {{ ref('stg_nccis__guarantees') }}

),

people as (

    select * from {{ ref('stg_nccis__young_people') }}

),

stated as (

    select
        people.person_id,
        guarantees.year_group,
        {{ academic_year('guarantees.period_end_date') }} as academic_year,
        guarantees.guarantee_code,
        guarantees.period_end_date,
        guarantees.delivery_id,
        guarantees.record_id
    from guarantees
    inner join people on guarantees.record_id = people.record_id

),

newest as (

    select
        person_id,
        year_group,
        academic_year,
        guarantee_code,
        period_end_date,
        delivery_id
    from stated
    qualify row_number() over (
        partition by person_id, year_group, academic_year order by period_end_date desc, record_id asc
    ) = 1

)

select * from newest
