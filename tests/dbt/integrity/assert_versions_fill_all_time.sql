-- What: the versions of a child or school follow each other without gap or overlap, from the beginning to the
-- end of time.
-- When it matters: always. An event in a gap finds no version, one in an overlap finds two.
-- How to resolve: see the memberships of the school below in int_school_memberships; overlaps are settled
-- there.
with versions as (

    select
        'school ' || school_id as thing,
        valid_from_date,
        valid_to_date
    from {{ ref('dim_school') }}

    union all

    select
        'child ' || child_durable_key as thing,
        valid_from_date,
        valid_to_date
    from {{ ref('dim_child') }}

),

sequenced as (

    select
        *,
        lag(valid_to_date) over (partition by thing order by valid_from_date) as previous_to_date,
        lead(valid_from_date) over (partition by thing order by valid_from_date) as next_from_date
    from versions

)

select * from sequenced
where
    valid_from_date >= valid_to_date
    or coalesce(previous_to_date, {{ beginning_of_time() }}) <> valid_from_date
    or coalesce(next_from_date, {{ end_of_time() }}) <> valid_to_date
