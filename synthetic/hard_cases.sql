-- What makes a member of Family Matters hard to link with the child that it is; a member may be hard in several ways.

create table hard_case as
with members as (
    select members.household_id, members.member_id, members.household_n, members.birth_id, children.child_n, children.child_id,
        children.birth_date, names.forename, names.surname
    from family_member as members
    inner join child as children on members.child_n = children.child_n
    inner join child_name as names
        on
            children.child_n = names.child_n
            and getvariable('workbook_date') >= names.valid_from_date
            and getvariable('workbook_date') < names.valid_to_date
),

cases as (
    select member_id, 'twin' as hard_case
    from members
    inner join household_child as births using (household_n, birth_date)
    where members.birth_id <> births.birth_id
    union
    select member_id, 'sibling'
    from members
    inner join child as children using (household_n)
    where members.birth_date <> children.birth_date
    union
    select member_id, 'renamed'
    from members
    inner join return_pupil as pupils on members.child_n = pupils.child_n
    where (members.forename, members.surname) <> (pupils.forename, pupils.surname)
    union
    select member_id, 'adopted' from members inner join adoption using (birth_id)
    union
    select member_id, 'moved' from members inner join house_move using (household_n)
    union
    -- Whoever bears the same name and birth date by chance counts as well.
    select member_id, 'namesake'
    from members
    inner join child as others on members.birth_date = others.birth_date and members.child_n <> others.child_n
    inner join child_name as names on members.child_n = names.child_n
    inner join child_name as other_names
        on
            others.child_n = other_names.child_n
            and names.forename = other_names.forename and names.surname = other_names.surname
    union
    select member_id, if(cause in ('address_moved', 'address_outdated'), 'moved', cause)
    from family_mistake
    where cause not in ('accent_lost', 'hyphen_lost', 'sex_missing')
)

select members.member_id, members.child_id, coalesce(cases.hard_case, 'plain') as hard_case
from members
left join cases using (member_id);
