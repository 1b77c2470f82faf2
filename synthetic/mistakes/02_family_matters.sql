-- Family Matters: people type names as they hear them, and a closed case keeps what was true when it began. At most one mistake
-- for a member and one for a household; the edge cases have none.

create macro swap_letters(name, place) as
    substr(name, 1, place - 1) || substr(name, place + 1, 1) || substr(name, place, 1) || substr(name, place + 2);
-- Places of a name that hold other letters than the place after them; the first letter is seldom mistaken.
create macro swappable(name) as list_filter(
    range(2, length(name)),
    lambda place: regexp_full_match(strip_accents(substr(name, place, 2)), '\p{L}{2}')
        and lower(strip_accents(substr(name, place, 1))) <> lower(strip_accents(substr(name, place + 1, 1)))
);
-- Prefixes (van, St, Fitz) are no half of a name.
create macro halves(name) as list_filter(string_split(name, '-'), lambda half: length(half) > 4);
-- One letter after the first: another in its place, gone, or there twice.
create macro mistyped(name, place, kind, step) as
    substr(name, 1, place - 1)
    || case kind
        when 0 then
            substr('abcdefghijklmnopqrstuvwxyz', (strpos('abcdefghijklmnopqrstuvwxyz', substr(name, place, 1)) + step) % 26 + 1, 1)
        when 1 then ''
        else substr(name, place, 1) || substr(name, place, 1)
    end
    || substr(name, place + 1);

create table forename_form as
select forename, list(nickname order by nickname) as nicknames
from (select unnest(getvariable('nicknamed')) as forename, unnest(getvariable('nicknames')) as nickname)
group by forename;

create table member_dirt as
with members as (
    select
        members.*,
        earlier.forename as earlier_forename,
        earlier.surname as earlier_surname,
        (earlier.forename, earlier.surname) <> (members.forename, members.surname) as has_changed,
        latest.valid_from_date > getvariable('workbook_date') as changes_later,
        forms.nicknames,
        day(members.birth_date) <= 12 and day(members.birth_date) <> month(members.birth_date) as is_swappable
    from family_member as members
    inner join birth_name as earlier
        on
            members.birth_id = earlier.birth_id
            and members.start_date >= earlier.valid_from_date and members.start_date < earlier.valid_to_date
    inner join birth_name as latest on members.birth_id = latest.birth_id and latest.valid_to_date = date '9999-12-31'
    left join forename_form as forms on members.forename = forms.forename
    where members.child_n is not null and members.child_n not in (select child_n from child where edge_n is not null)
),

chosen as (
    select
        *,
        case
            -- A name that changed within the last fortnight cannot be in the workbook.
            when changes_later or (has_changed and chance('name_outdated', member_id) < 0.5) then 'name_outdated'
            when len(halves(surname)) > 1 and chance('double_name_halved', member_id) < 0.4 then 'double_name_halved'
            when nicknames is not null and chance('nickname', member_id) < 0.06 then 'nickname'
            when
                is_swappable and chance('day_and_month_swapped', member_id) < 0.06
                and make_date(year(birth_date), day(birth_date), month(birth_date)) <= getvariable('workbook_date')
                then 'day_and_month_swapped'
            when chance('birth_date_digit_wrong', member_id) < 0.02 then 'birth_date_digit_wrong'
            when chance('letters_transposed', member_id) < 0.02 then 'letters_transposed'
            when chance('forename_letter_wrong', member_id) < 0.02 then 'forename_letter_wrong'
            when chance('names_exchanged', member_id) < 0.007 then 'names_exchanged'
            when chance('sex_missing', member_id) < 0.01 then 'sex_missing'
            when chance('sex_wrong', member_id) < 0.005 then 'sex_wrong'
            when strip_accents(forename || surname) <> forename || surname and chance('accent_lost', member_id) < 0.4
                then 'accent_lost'
            -- Of an apostrophe (O'Brannoch) as of a hyphen.
            when regexp_matches(surname, '[-'']') and chance('hyphen_lost', member_id) < 0.3 then 'hyphen_lost'
        end as cause
    from members
),

-- Every date that one wrong digit of the year's last two, the month or the day makes of a birth date, and one of them.
wrong_dates as (
    select
        member_id,
        try_cast(
            substr(birth_date::varchar, 1, places.n - 1) || digits.n || substr(birth_date::varchar, places.n + 1) as date
        ) as wrong_date
    from chosen, (values (3), (4), (6), (7), (9), (10)) as places (n), range(0, 10) as digits (n)
    where
        cause = 'birth_date_digit_wrong' and wrong_date <> birth_date
        and wrong_date between getvariable('as_of') - 7300 and getvariable('workbook_date')
    qualify row_number() over (partition by member_id order by chance('which_digit', member_id || '.' || wrong_date)) = 1
)

select
    chosen.household_id,
    chosen.member_id,
    chosen.child_n,
    chosen.cause,
    case chosen.cause
        when 'name_outdated' then earlier_forename
        when 'nickname' then nicknames[1 + draw('which_nickname', member_id, len(nicknames))]
        when 'forename_letter_wrong' then mistyped(
            forename, 2 + draw('which_letter', member_id, length(forename) - 1), draw('how_mistyped', member_id, 3),
            draw('which_other_letter', member_id, 25)
        )
        when 'names_exchanged' then surname
        when 'accent_lost' then strip_accents(forename)
        else forename
    end as forename,
    case chosen.cause
        when 'name_outdated' then earlier_surname
        when 'letters_transposed' then swap_letters(
            surname, swappable(surname)[1 + draw('which_letters', member_id, len(swappable(surname)))]
        )
        when 'names_exchanged' then forename
        when 'double_name_halved' then halves(surname)[1 + draw('which_half', member_id, len(halves(surname)))]
        when 'accent_lost' then strip_accents(surname)
        when 'hyphen_lost'
            then replace(replace(surname, '''', ''), '-', if(chance('run_together', member_id) < 0.5, '', ' '))
        else surname
    end as surname,
    case chosen.cause
        when 'day_and_month_swapped' then make_date(year(birth_date), day(birth_date), month(birth_date))
        when 'birth_date_digit_wrong' then wrong_dates.wrong_date
        else birth_date
    end as birth_date,
    case chosen.cause
        when 'sex_missing' then null
        when 'sex_wrong' then if(sex = 'M', 'F', 'M')
        else sex
    end as sex
from chosen
left join wrong_dates using (member_id)
where chosen.cause is not null;

update family_member set
    forename = mistakes.forename, surname = mistakes.surname, birth_date = mistakes.birth_date, sex = mistakes.sex
from member_dirt as mistakes
where family_member.member_id = mistakes.member_id;

create table household_dirt as
select
    households.household_id,
    earlier.address_line as earlier_address_line,
    earlier.postcode as earlier_postcode,
    case
        when chance('address_dirt', households.household_id) < 0.04 then 'address_moved'
        when chance('address_dirt', households.household_id) < 0.07 then 'postcode_missing'
        -- Half of the moves since the programme began were not told to its team, nor those of the last fortnight.
        when
            (
                earlier.valid_to_date <= getvariable('workbook_date')
                and chance('address_outdated', households.household_id) < 0.5
            )
            or latest.valid_from_date > getvariable('workbook_date')
            then 'address_outdated'
    end as cause
from family_household as households
inner join household_address as earlier
    on
        households.household_n = earlier.household_n
        and households.start_date >= earlier.valid_from_date and households.start_date < earlier.valid_to_date
inner join household_address as latest
    on households.household_n = latest.household_n and latest.valid_to_date = date '9999-12-31'
where households.household_n in (select household_n from household where family is null) and cause is not null;

update family_household set
    address_line = case mistakes.cause
        when 'address_moved' then '1 Temporary Lodgings'
        when 'address_outdated' then mistakes.earlier_address_line
        else address_line
    end,
    postcode = case mistakes.cause
        when 'address_moved' then postcode_of(
            1 + draw('moved_to', mistakes.household_id, 90), draw('moved_postcode', mistakes.household_id, 20)
        )
        when 'address_outdated' then mistakes.earlier_postcode
    end
from household_dirt as mistakes
where family_household.household_id = mistakes.household_id;

-- A household's mistake is one for each of its children.
insert into family_mistake
select household_id, member_id, child_n, 'members', cause from member_dirt
union all
select members.household_id, members.member_id, members.child_n, 'households', mistakes.cause
from household_dirt as mistakes
inner join family_member as members on mistakes.household_id = members.household_id
where members.child_n is not null;

insert into dirt
select child_n, cause, 'family_matters', sheet,
    if(cause in ('accent_lost', 'hyphen_lost', 'sex_missing'), '', 'family'), null
from family_mistake;
