with memberships as (

    select * from {{ ref('int_school_memberships') }}

),

-- a pyramid that was renamed goes by its latest name
pyramids as (

    select
        pyramid_code,
        pyramid_name
    from memberships
    where pyramid_code is not null
    qualify row_number() over (
        partition by pyramid_code order by valid_from_date desc, valid_to_date desc, pyramid_name asc
    ) = 1

),

keyed as (

    select
        {{ surrogate_key(['pyramid_code']) }} as pyramid_key,
        pyramid_code,
        pyramid_name
    from pyramids

    union all

    select
        {{ unknown_key() }} as pyramid_key,
        {{ unknown_key() }} as pyramid_code,
        'Not known' as pyramid_name

)

select * from keyed
