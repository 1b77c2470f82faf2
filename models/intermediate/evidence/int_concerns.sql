{#- Safeguarding concerns, each of one child, with the group that its category belongs to. -#}
with concerns as (

    select * from {{ ref('stg_concerns__concerns') }}

),

children as (

    select * from {{ ref('int_concern_children') }}

),

-- Two rows of the seed may be one category in the form in which they are compared.
categories as (

    select
        {{ concern_category_form('category_name') }} as category_form,
        min(group_code) as group_code
    from {{ ref('ref_concern_category') }}
    group by {{ concern_category_form('category_name') }}

),

statuses as (

    select * from {{ ref('ref_concern_status') }}

),

joined as (

    select
        concat_ws(
            '|',
            concerns.school_id,
            concerns.concern_ref,
            coalesce(children.child_durable_key, 'upn:' || concerns.upn, 'nobody')
        ) as concern_id,
        children.child_durable_key,
        concerns.school_id,
        coalesce(categories.group_code, 'unmapped') as group_code,
        concerns.level_code,
        concerns.status_code,
        statuses.is_open,
        concerns.is_referred,
        concerns.raised_date,
        concerns.referred_date,
        concerns.closed_date,
        concerns.delivery_id,
        concerns.row_number_in_file
    from concerns
    left join children
        on
            concerns.delivery_id = children.delivery_id
            and concerns.row_number_in_file = children.row_number_in_file
    left join categories on concerns.category_form = categories.category_form
    left join statuses on concerns.status_code = statuses.status_code

)

-- A school that still writes an old UPN of the child beside the new one tells of one concern.
select * from joined
qualify row_number() over (partition by concern_id order by row_number_in_file) = 1
