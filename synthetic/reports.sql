-- What each source has of the world. In a clean county this is the truth; dirt is thrown at these tables and never at the world.

create table synergy_pupil as
select
    children.child_n,
    'P' || (100000 + 7 * children.child_n)::varchar as pupil_id,
    upns.upn,
    upns.former_upn,
    names.surname,
    names.forename,
    children.birth_date,
    children.sex,
    children.ethnicity_code,
    addresses.address_line,
    addresses.postcode,
    addresses.lsoa_code
from child as children
inner join child_name as names on children.child_n = names.child_n and names.valid_to_date = date '9999-12-31'
inner join household_address as addresses
    on children.household_n = addresses.household_n and addresses.valid_to_date = date '9999-12-31'
inner join upn_version as upns on children.child_n = upns.child_n and upns.valid_to_date = date '9999-12-31';

-- All spells of the county's years; an end that lies ahead is not written yet.
create table synergy_enrolment as
select
    spells.spell_n,
    spells.child_n,
    spells.school_id,
    spells.enrol_status,
    spells.start_date,
    if(spells.end_date <= getvariable('as_of'), spells.end_date, null) as end_date,
    year_of(least(spells.end_date, getvariable('as_of'))) - children.cohort - 4 as nc_index,
    1 as copies
from spell as spells
inner join child as children on spells.child_n = children.child_n
where spells.end_date >= getvariable('world_from') and spells.start_date <= getvariable('as_of');

create table synergy_sen as
select row_number() over (order by child_n, start_date) as sen_n, * from sen_spell;

-- A file of results has one row per child and assessment.
create table attainment_row as
select
    row_number() over (order by assessment_code, start_year, assessment_date, child_n) as row_n,
    child_n, school_id, upn, assessment_code, term, start_year, academic_year, assessment_date,
    max(outcome) filter (where subject_code in ('reading', 'attainment_8', 'mark', 'good_level_of_development')) as outcome_1,
    max(outcome) filter (where subject_code in ('writing', 'english')) as outcome_2,
    max(outcome) filter (where subject_code = 'maths') as outcome_3,
    1 as copies
from result
group by child_n, school_id, upn, assessment_code, term, start_year, academic_year, assessment_date;

-- The programme's team knows a household where it lives on the day on which the workbook is pulled together.
create table family_household as
select
    programmes.household_id,
    programmes.household_n,
    addresses.address_line,
    addresses.postcode,
    case when programmes.start_date < date '2022-10-01' then 'Troubled Families' else 'Family Matters' end as programme,
    programmes.start_date,
    programmes.end_date
from programme_spell as programmes
inner join household_address as addresses
    on
        programmes.household_n = addresses.household_n
        and getvariable('workbook_date') >= addresses.valid_from_date
        and getvariable('workbook_date') < addresses.valid_to_date;

create table family_member as select * from programme_member;

-- The mistakes that dirt makes in the workbook, by member.
create table family_mistake (household_id varchar, member_id varchar, child_n bigint, sheet varchar, cause varchar);

create table dirt (
    child_n bigint, cause varchar, source varchar, detail varchar, flags_affected varchar, target bigint
);

-- Each school sends a file at the end of every half term and one of the half term that is running; and when it has put its
-- registers in order for a return, it sends the days of that return again.
create table feed_row as
with marked as (
    select
        marks.school_id, marks.attendance_date, marks.child_n, marks.morning_mark, marks.afternoon_mark,
        coalesce(marks.reference_date, least(terms.end_date, getvariable('as_of') - 1)) as extract_date
    from feed_mark as marks
    inner join ref_term as terms on marks.attendance_date between terms.start_date and terms.end_date
    union all
    select *, getvariable('as_of') as extract_date from feed_mark_next_day
)

select
    marked.school_id,
    marked.extract_date,
    marked.attendance_date,
    marked.child_n,
    upns.upn,
    marked.morning_mark,
    marked.afternoon_mark
from marked
inner join upn_version as upns
    on
        marked.child_n = upns.child_n
        and marked.attendance_date >= upns.valid_from_date
        and marked.attendance_date < upns.valid_to_date
order by marked.school_id, marked.extract_date, marked.attendance_date, marked.child_n;
