with concerns as (

    select * from {{ ref('int_concerns') }}

),

dated as (

    select
        concerns.*,
        days.half_term_label
    from concerns
    left join {{ ref('dim_date') }} as days on {{ date_key('concerns.raised_date') }} = days.date_key

),

-- What is raised in the holidays, or of nobody that is known, is in no half term of a child.
counted as (

    select
        *,
        case
            when half_term_label is not null and child_durable_key is not null
                then cast(count(*) over (partition by child_durable_key, half_term_label) as integer)
        end as concerns_in_half_term_count
    from dated

),

keyed as (

    select
        {{ concern_key('counted.concern_id') }} as concern_key,
        {{ conformed_keys() }},
        {{ date_key('counted.raised_date') }} as raised_date_key,
        {{ date_key('counted.closed_date') }} as closed_date_key,
        counted.group_code,
        counted.level_code,
        counted.status_code,
        counted.is_open,
        counted.is_referred,
        counted.concerns_in_half_term_count,
        counted.raised_date,
        counted.referred_date,
        counted.closed_date
    from counted
    {{ join_conformed_dimensions('counted', 'raised_date') }}

)

select * from keyed
