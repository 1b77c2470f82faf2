-- Households on the Family Matters programme, their members (no UPN there) and the needs found.

-- The workbook is pulled together a fortnight before the as-of date; nothing later is in it.
set variable workbook_date = getvariable('as_of') - 14;

create table programme_spell as
with chosen as (
    select
        household_n, idaci_decile,
        draw_day('fm_from', household_n, getvariable('world_from'), getvariable('workbook_date') - 70) as start_date,
        40 + draw('fm_days', household_n, 500) as days,
        case
            when chance('fm_needs', household_n) < 0.12 then 1 when chance('fm_needs', household_n) < 0.30 then 2
            when chance('fm_needs', household_n) < 0.62 then 3 when chance('fm_needs', household_n) < 0.85 then 4
            when chance('fm_needs', household_n) < 0.95 then 5 else 6
        end as needs
    from household
    where family is null
        and chance('fm', household_n) < (0.03 + 0.2 * exp((1 - idaci_decile) / 3.0)) * sqrt(getvariable('years') + 1)
),

spells as (
    select household_n, start_date,
        if(start_date + days >= getvariable('workbook_date'), null, start_date + days) as end_date, needs, 'now' as story
    from chosen
    union all
    -- One household in six was known before, under another reference.
    select household_n, start_date - 500, start_date - 200, greatest(1, needs - 1), 'before'
    from chosen
    where chance('fm_before', household_n) < 0.16
    union all
    select 10000000 + family, getvariable('as_of') - 200, null, min(needs), 'now'
    from edge_case
    where needs is not null
    group by family
)

select
    row_number() over (order by start_date, household_n) as programme_n,
    'FM' || lpad((row_number() over (order by start_date, household_n))::varchar, 5, '0') as household_id,
    *
from spells
-- A household is in the workbook for a child who is in the county's schools.
where household_n in (select household_n from child);

create table programme_member as
with members as (
    select programmes.household_id, programmes.household_n, programmes.start_date, births.birth_order as n,
        names.surname, names.forename, births.birth_date, births.sex, 'Child' as relationship, births.birth_id
    from programme_spell as programmes
    inner join household_child as births on programmes.household_n = births.household_n
    inner join birth_name as names
        on
            births.birth_id = names.birth_id
            and getvariable('workbook_date') >= names.valid_from_date
            and getvariable('workbook_date') < names.valid_to_date
    where births.birth_date <= getvariable('workbook_date') - 30
    union all
    select programmes.household_id, programmes.household_n, programmes.start_date, 10 + parents.n,
        -- The mother takes the name that all her children take.
        if(parents.n = 1, coalesce(changes.surname, households.surname), households.surname),
        getvariable('adults')[1 + (draw('parent', households.household_n, len(getvariable('adults'))) + 13 * parents.n) % len(getvariable('adults'))],
        draw_day('parent_born', households.household_n || '.' || parents.n,
            households.eldest_birth_date - 14000, households.eldest_birth_date - 7300),
        if(parents.n = 1, 'F', 'M'), 'Parent', null
    from programme_spell as programmes
    inner join household as households on programmes.household_n = households.household_n
    left join surname_change as changes
        on
            households.household_n = changes.household_n and changes.of_child is null
            and changes.changed_date <= getvariable('workbook_date')
    inner join range(1, 3) as parents (n)
        on parents.n = 1 or chance('second_parent', households.household_n) < 0.5
)

select
    members.*,
    members.household_id || '-' || lpad(members.n::varchar, 2, '0') as member_id,
    children.child_n
from members
left join child as children on members.birth_id = children.birth_id;

create table programme_need as
select household_id, need_code, identified_date
from (
    select
        programmes.household_id,
        programmes.needs,
        needs.need_code,
        least(
            coalesce(programmes.end_date, getvariable('workbook_date')),
            programmes.start_date + draw('identified', programmes.household_id || needs.need_code, 60)
        ) as identified_date,
        row_number() over (
            partition by programmes.household_id
            order by chance('which_need', programmes.household_n || programmes.story || needs.need_code), needs.need_code
        ) as n
    from programme_spell as programmes, unnest([
        'education', 'early_years', 'health', 'substance_use', 'family_relationships', 'safe_from_abuse_and_exploitation',
        'crime', 'domestic_abuse', 'housing', 'financial_stability'
    ]) as needs (need_code)
)
where n <= needs;
