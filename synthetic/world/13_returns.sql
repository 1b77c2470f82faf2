-- Who stands in which school's return: on roll on the reference date, or gone since the beginning of the periods it carries.

create table return_pupil as
with windows as (
    select
        census_year, census_term, reference_date, previous_reference_date,
        least(term_from_date, reference_date) as from_date,
        coalesce(summer_half_term_2_to_date, term_to_date) as to_date
    from census
),

present as (
    select
        windows.*,
        spells.*,
        if(spells.end_date >= windows.reference_date, 'on', 'off') as roll,
        -- What the school knows of a child is what held on the reference date, or on the last day.
        least(windows.reference_date, spells.end_date) as known_date
    from windows
    inner join spell as spells
        on
            spells.start_date <= windows.reference_date
            and (
                spells.end_date >= windows.reference_date
                or (spells.end_date >= windows.from_date and spells.start_date <= windows.to_date)
            )
)

select
    row_number() over (
        order by present.reference_date, present.school_id, present.roll desc, present.child_n, present.start_date
    ) as return_pupil_n,
    present.census_year,
    present.census_term,
    present.reference_date,
    present.previous_reference_date,
    present.school_id,
    present.roll,
    present.child_n,
    present.spell_n,
    present.enrol_status,
    present.start_date as entry_date,
    if(present.roll = 'off', present.end_date, null) as leaving_date,
    year_of(present.known_date) - children.cohort - 4 as nc_index,
    schools.phase,
    if(schools.has_boarders and children.edge_n is null and chance('boards', children.birth_id) < 0.04, 'B', 'N') as boarder,
    coalesce(needs.sen_provision, 'N') as sen_provision,
    needs.primary_need,
    needs.second_need,
    upns.upn,
    upns.former_upn,
    -- given in Year 9
    if(
        year_of(present.known_date) - children.cohort - 4 >= 9 and chance('census_uln', children.birth_id) < 0.98,
        uln(present.child_n), null
    ) as uln,
    names.surname,
    names.forename,
    addresses.flat,
    addresses.house_number,
    addresses.street,
    addresses.town,
    addresses.postcode
from present
inner join child as children on present.child_n = children.child_n
inner join school as schools on present.school_id = schools.school_id
inner join upn_version as upns
    on
        present.child_n = upns.child_n
        and present.known_date >= upns.valid_from_date
        and present.known_date < upns.valid_to_date
inner join child_name as names
    on
        present.child_n = names.child_n
        and present.known_date >= names.valid_from_date
        and present.known_date < names.valid_to_date
inner join household_address as addresses
    on
        children.household_n = addresses.household_n
        and present.known_date >= addresses.valid_from_date
        and present.known_date < addresses.valid_to_date
left join sen_spell as needs
    on
        present.child_n = needs.child_n
        and present.known_date between needs.start_date and coalesce(needs.end_date, date '9999-12-31');

-- Free school meals are reported for children on roll: every period that lasted into the time since the return before.
create table return_fsm as
select
    pupils.return_pupil_n,
    row_number() over (partition by pupils.return_pupil_n order by spells.start_date) as period_n,
    spells.start_date as fsm_start_date,
    if(spells.end_date <= pupils.reference_date or spells.is_end_known_ahead, spells.end_date, null) as fsm_end_date
from return_pupil as pupils
inner join fsm_spell as spells
    on
        pupils.child_n = spells.child_n
        and spells.start_date <= pupils.reference_date
        and coalesce(spells.end_date, date '9999-12-31') >= coalesce(pupils.previous_reference_date, pupils.entry_date)
where pupils.roll = 'on';

create table return_sen_need as
select return_pupil_n, 1 as need_rank, primary_need as need_code from return_pupil
where roll = 'on' and sen_provision <> 'N'
union all
select return_pupil_n, 2, second_need from return_pupil
where roll = 'on' and sen_provision <> 'N' and second_need is not null;
