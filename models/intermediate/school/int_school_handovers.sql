{#- Which establishment became which, and on what day. The register may hold a link on either side or both, with
    different dates. -#}
with establishments as (

    select * from {{ ref('stg_school_register__establishments') }}

),

links as (

    select * from {{ ref('stg_school_register__links') }}

),

link_types as (

    select * from {{ ref('ref_school_link') }}

),

directed as (

    select
        case link_types.points_to when 'successor' then links.urn else links.link_urn end as predecessor_urn,
        case link_types.points_to when 'successor' then links.link_urn else links.urn end as successor_urn,
        link_types.link_kind,
        links.link_date
    from links
    inner join link_types on lower(links.link_type) = lower(link_types.link_type)
    where link_types.link_kind <> 'split' and links.urn <> links.link_urn

),

-- Where the two sides call it differently, or several schools became one, no school simply went on: of succession,
-- merger and amalgamation the one that claims less for the pair holds.
paired as (

    select
        predecessor_urn,
        successor_urn,
        count(*) filter (where link_kind <> 'succession') = 0 as is_plain,
        count(*) filter (where link_kind = 'merger') > 0 as is_into_existing,
        max(link_date) as link_date
    from directed
    group by predecessor_urn, successor_urn

),

counted as (

    select
        *,
        is_plain
        and count(*) over (partition by successor_urn, is_plain) = 1
        and count(*) over (partition by predecessor_urn, is_plain) = 1 as is_succession,
        max(case when is_plain then 1 else 0 end) over (partition by predecessor_urn) = 1 as has_plain_successor,
        count(*) over (partition by predecessor_urn) as successors_count,
        count(*) over (partition by predecessor_urn, is_plain) as successors_of_kind_count
    from paired

),

-- What became of a school that has several successors, nobody can say.
usable as (

    select * from counted
    where is_succession or (successors_of_kind_count = 1 and (is_plain or not has_plain_successor))

),

dated as (

    select
        usable.predecessor_urn,
        usable.successor_urn,
        usable.is_succession,
        usable.is_into_existing,
        usable.link_date,
        predecessors.close_date,
        successors.open_date as successor_open_date,
        cast(predecessors.close_date + interval '1' day as date) as closed_from_date,
        -- an opening no later than the predecessor's own is a slip of the pen
        case
            when coalesce(successors.open_date > predecessors.open_date, true) then successors.open_date
        end as opened_date
    from usable
    left join establishments as predecessors on usable.predecessor_urn = predecessors.urn
    left join establishments as successors on usable.successor_urn = successors.urn

),

-- A new establishment answers from the day it opens, whatever its predecessor and the link say; one that was there
-- takes a school in when that one has closed. The link's own date comes last: the register's are off by months.
handovers as (

    select
        predecessor_urn,
        successor_urn,
        is_succession,
        case
            when not is_into_existing then coalesce(opened_date, closed_from_date, link_date)
            when coalesce(closed_from_date, link_date) is not null
                then greatest(
                    coalesce(closed_from_date, link_date),
                    coalesce(successor_open_date, closed_from_date, link_date)
                )
        end as handover_date
    from dated

)

select * from handovers
