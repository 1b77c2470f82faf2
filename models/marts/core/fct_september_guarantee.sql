with guarantees as (

    select
        offers.*,
        people.child_durable_key,
        people.school_id,
        codes.guarantee_group
    from {{ ref('int_september_guarantees') }} as offers
    inner join {{ ref('int_young_people') }} as people on offers.person_id = people.person_id
    left join {{ ref('ref_september_guarantee') }} as codes on offers.guarantee_code = codes.guarantee_code

),

keyed as (

    select
        {{ surrogate_key([
            young_person_key('guarantees.person_id'),
            'guarantees.year_group',
            'guarantees.academic_year',
        ]) }} as september_guarantee_key,
        {{ young_person_key('guarantees.person_id') }} as young_person_key,
        {{ conformed_home_keys() }},
        {{ date_key('guarantees.period_end_date') }} as told_date_key,
        guarantees.academic_year,
        guarantees.year_group,
        guarantees.guarantee_code,
        guarantees.guarantee_group = 'offer_made' as is_offer_made,
        guarantees.period_end_date as told_date
    from guarantees
    {{ join_conformed_homes('guarantees', 'period_end_date') }}

)

select * from keyed
