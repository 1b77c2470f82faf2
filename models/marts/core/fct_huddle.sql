with huddles as (

    select * from {{ ref('stg_huddles__huddles') }}
    -- a huddle listed twice is one
    qualify row_number() over (partition by huddle_id order by delivery_id, row_number_in_file) = 1

),

-- What is planned for a day that has passed was not put on record: it is neither held nor cancelled. What lies ahead of
-- the day is planned, whatever the extract already knew.
keyed as (

    select
        {{ surrogate_key(['huddles.huddle_id']) }} as huddle_key,
        {{ or_unknown('schools.school_key') }} as school_key,
        {{ or_unknown('schools.school_durable_key') }} as school_durable_key,
        {{ or_unknown('schools.pyramid_key') }} as pyramid_key,
        {{ or_unknown('schools.zone_key') }} as zone_key,
        {{ or_unknown('deliveries.delivery_key') }} as delivery_key,
        {{ date_key('huddles.huddle_date') }} as huddle_date_key,
        case
            when huddles.huddle_state = 'cancelled' then 'cancelled'
            when huddles.huddle_date > {{ as_of_date() }} then 'planned'
            when huddles.huddle_state = 'planned' and huddles.huddle_date < {{ as_of_date() }} then 'not_recorded'
            else huddles.huddle_state
        end as huddle_state,
        huddles.huddle_date
    from huddles
    left join {{ ref('dim_school') }} as schools
        on huddles.school_id = schools.school_id and {{ valid_on('huddles.huddle_date', 'schools') }}
    left join {{ ref('dim_delivery') }} as deliveries on huddles.delivery_id = deliveries.delivery_id

)

select * from keyed
