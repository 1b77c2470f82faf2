{#- When children were boarders, from one return to the next. Few children ever board: only theirs are looked
    through. -#}
with returns as (

    select * from {{ ref('int_pupil_returns') }}

),

boarders as (

    select * from {{ ref('ref_boarder') }}

),

boarding_children as (

    select distinct returns.child_durable_key
    from returns
    inner join boarders on returns.boarder_code = boarders.boarder_code
    where boarders.is_boarder

),

boarding as (

    select
        returns.child_durable_key,
        returns.reference_date as start_date,
        coalesce(
            lead(returns.reference_date) over (
                partition by returns.child_durable_key order by returns.reference_date
            ),
            {{ end_of_time() }}
        ) as end_date,
        max(case when boarders.is_boarder then 1 else 0 end) = 1 as is_boarder
    from returns
    inner join boarding_children on returns.child_durable_key = boarding_children.child_durable_key
    left join boarders on returns.boarder_code = boarders.boarder_code
    group by returns.child_durable_key, returns.reference_date

)

select * from boarding
where is_boarder
