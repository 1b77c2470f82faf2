{#- Who the young people of the NCCIS are, and what their newest return says of them. -#}
with records as (

    select * from {{ ref('stg_nccis__young_people') }}

),

characteristics as (

    select
        stated.record_id,
        bool_or(codes.characteristic_group = 'care') as has_care_experience,
        bool_or(codes.characteristic_group = 'carer') as is_young_carer,
        bool_or(codes.characteristic_group = 'parent') as is_parent
    from {{ ref('stg_nccis__characteristics') }} as stated
    inner join {{ ref('ref_post16_characteristic') }} as codes
        on stated.characteristic_code = codes.characteristic_code
    group by stated.record_id

),

by_upn as (

    select * from {{ ref('int_young_people_by_upn') }}

),

by_uln as (

    select * from {{ ref('int_learner_numbers') }}

),

by_description as (

    select
        person_id,
        child_durable_key,
        link_method
    from {{ ref('int_people_linked') }}
    where source = 'nccis' and link_status = 'linked'

),

registrations as (

    select * from {{ ref('int_main_registrations') }}
    where start_date <= {{ as_of_date() }}

),

newest as (

    select * from records
    qualify row_number() over (partition by person_id order by period_end_date desc, record_id asc) = 1

),

known as (

    select
        newest.person_id,
        coalesce(by_upn.child_durable_key, by_uln.child_durable_key, by_description.child_durable_key)
            as child_durable_key,
        case
            when by_upn.child_durable_key is not null then 'upn'
            when by_uln.child_durable_key is not null then 'uln'
            else by_description.link_method
        end as link_method,
        -- Year 12 begins in the September after the sixteenth birthday.
        cast({{ academic_year_start('newest.birth_date') }} + 17 as integer) as year_12_start_year,
        newest.destination_code,
        coalesce(newest.is_send, false) as is_send,
        coalesce(characteristics.has_care_experience, false) as has_care_experience,
        coalesce(characteristics.is_young_carer, false) as is_young_carer,
        coalesce(characteristics.is_parent, false) as is_parent,
        newest.delivery_id
    from newest
    left join characteristics on newest.record_id = characteristics.record_id
    left join by_upn on newest.person_id = by_upn.person_id
    left join by_uln on newest.uln = by_uln.uln
    left join by_description on newest.person_id = by_description.person_id

),

-- The zone of a young person is that of the school they were last at.
last_schools as (

    select
        child_durable_key,
        school_id
    from registrations
    qualify row_number() over (partition by child_durable_key order by preference asc) = 1

)

select
    known.*,
    last_schools.school_id
from known
left join last_schools on known.child_durable_key = last_schools.child_durable_key
