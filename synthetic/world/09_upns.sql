-- Unique pupil numbers: given by the first school; temporary ones replaced as soon as known; a second one given up.

create table upn_version as
with first_spells as (
    select child_n, min(start_date) as first_date, min_by(school_id, start_date) as first_school_id
    from spell
    where enrol_status in ('C', 'M')
    group by child_n
),

stories as (
    select
        children.child_n,
        children.birth_id,
        firsts.first_date,
        -- Who joins from elsewhere brings a UPN of another authority: 899 is no authority's number.
        case
            when children.join_date is null or firsts.first_date > children.join_date + 7 then firsts.first_school_id
            else '899' || (2001 + draw('other_school', children.birth_id, 900))
        end as allocated_by,
        case
            when children.join_date is null or firsts.first_date > children.join_date + 7 then year(firsts.first_date)
            else children.cohort + 4
        end % 100 as allocated_in,
        case
            when children.edge_n is not null then children.upn_story
            when children.join_date is not null and chance('upn_story', children.birth_id) < 0.22 then 'temporary'
            when children.join_date is not null and chance('upn_story', children.birth_id) < 0.30 then 'former'
            when chance('upn_story', children.birth_id) < 0.004 then 'temporary'
        end as story,
        firsts.first_school_id,
        draw_day('upn_replaced', children.birth_id, firsts.first_date + 30, firsts.first_date + 300) as replaced_date
    from child as children
    inner join first_spells as firsts on children.child_n = firsts.child_n
),

permanent as (
    select
        *,
        upn(
            allocated_by || lpad(allocated_in::varchar, 2, '0')
            || lpad((row_number() over (partition by allocated_by, allocated_in order by child_n))::varchar, 3, '0')
        ) as upn
    from stories
),

-- The other number of those who have two: temporary ones end in a letter, second ones start their serial at 700.
other as (
    select
        *,
        upn(
            first_school_id || lpad((year(first_date) % 100)::varchar, 2, '0')
            || case story
                when 'temporary' then
                    lpad((number_of_story // 23)::varchar, 2, '0')
                    || substr('ABCDEFGHJKLMNPQRTUVWXYZ', (number_of_story % 23 + 1)::int, 1)
                else lpad((700 + number_of_story)::varchar, 3, '0')
            end
        ) as other_upn
    from (
        select
            *,
            row_number() over (partition by story, first_school_id, year(first_date) order by child_n) as number_of_story
        from permanent
        where story is not null
    )
)

select permanent.child_n, permanent.upn,
    coalesce(other.replaced_date, date '1900-01-01') as valid_from_date, date '9999-12-31' as valid_to_date,
    other.other_upn as former_upn, permanent.story
from permanent
left join other on permanent.child_n = other.child_n
where other.child_n is null or other.replaced_date <= getvariable('last_change')
union all
select child_n, other_upn, date '1900-01-01',
    if(replaced_date <= getvariable('last_change'), replaced_date, date '9999-12-31'), null, story
from other;
