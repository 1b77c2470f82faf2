-- Assessments: each key stage at its age, as the analyst's files of the last years hold them, and teachers' own each term.

create table assessed_child as
with sittings as (
    select
        children.child_n,
        children.birth_id,
        years.start_year,
        years.academic_year,
        years.start_year - children.cohort - 4 as nc_index,
        children.ability
        - case needs.provision when 'K' then 0.9 when 'E' then 1.9 else 0 end
        - if(meals.child_n is not null, 0.4, 0) as standing
    from child as children
    inner join school_year as years on years.start_year - children.cohort - 4 between 0 and 11
    left join (
        select child_n, min(sen_provision) as provision from sen_spell group by child_n
    ) as needs on children.child_n = needs.child_n
    left join (select distinct child_n from fsm_spell) as meals on children.child_n = meals.child_n
    where years.start_year between least(2021, getvariable('first_year')) and year_of(getvariable('as_of'))
),

-- Statutory results carry the last day of June; there were none in the two summers before 2022.
statutory as (
    select *, make_date(start_year + 1, 6, 30) as assessment_date,
        case
            when nc_index = 0 then 'eyfsp'
            when nc_index = 1 then 'phonics'
            when nc_index = 2 and start_year <= 2022 then 'ks1'
            when nc_index = 6 then 'ks2'
            -- Of older leavers the county knows too few to make a file.
            when nc_index = 11 and start_year >= getvariable('first_year') - 1 then 'ks4'
        end as assessment_code,
        null as term
    from sittings
    where start_year >= 2021
),

teacher as (
    select sittings.*,
        terms.last_day - case terms.term when 'summer' then 18 else 7 end as assessment_date,
        'teacher' as assessment_code,
        terms.term
    from sittings
    inner join (
        select academic_year, term, max(end_date) as last_day from ref_term group by academic_year, term
    ) as terms on sittings.academic_year = terms.academic_year
    where sittings.nc_index >= 1 and sittings.start_year >= getvariable('first_year')
),

sat as (
    select * from statutory where assessment_code is not null
    union all
    select * from teacher
)

select sat.*, spells.school_id, sat.birth_id || '.' || sat.assessment_code || '.' || sat.assessment_date as chance_id, upns.upn
from sat
inner join spell as spells
    on
        sat.child_n = spells.child_n
        and sat.assessment_date between spells.start_date and spells.end_date
        and spells.enrol_status in ('C', 'M')
inner join upn_version as upns
    on
        sat.child_n = upns.child_n
        and sat.assessment_date >= upns.valid_from_date
        and sat.assessment_date < upns.valid_to_date
where
    sat.assessment_date <= getvariable('as_of')
    -- One child in fifty is missing from a file; a third of the schools do not send their teachers' assessments.
    and chance('has_result', chance_id) < 0.98
    and (sat.assessment_code <> 'teacher' or chance('sends_teacher_assessment', spells.school_id) < 0.67);

create macro scale(outcomes, z, steps) as outcomes[1 + len(list_filter(steps, lambda step: z >= step))];

create table result as
with subjects (assessment_code, subject_code) as (
    values
    ('eyfsp', 'good_level_of_development'), ('phonics', 'mark'), ('ks1', 'reading'), ('ks1', 'writing'), ('ks1', 'maths'),
    ('ks2', 'reading'), ('ks2', 'writing'), ('ks2', 'maths'), ('ks4', 'attainment_8'), ('ks4', 'english'), ('ks4', 'maths'),
    ('teacher', 'reading'), ('teacher', 'writing'), ('teacher', 'maths')
),

performed as (
    select
        sat.*,
        subjects.subject_code,
        0.86 * sat.standing
        + 0.45 * bell('subject', sat.birth_id || '.' || subjects.subject_code)
        + 0.25 * bell('day', sat.chance_id || '.' || subjects.subject_code) as z,
        -- No outcome: one or two in a hundred, for the whole sitting.
        chance('no_outcome', sat.chance_id) < 0.012 as is_absent
    from assessed_child as sat
    inner join subjects on sat.assessment_code = subjects.assessment_code
)

select
    child_n, school_id, upn, assessment_code, term, start_year, academic_year, assessment_date, subject_code,
    case
        when assessment_code = 'ks4' and subject_code = 'attainment_8' then
            greatest(0, least(90, 48 + 15.5 * z))::decimal(4, 1)::varchar
        when assessment_code = 'ks4' and is_absent then 'X'
        when is_absent then 'A'
        when assessment_code = 'eyfsp' then if(z >= -0.80, 'Y', 'N')
        when assessment_code = 'phonics' then greatest(0, least(40, round(35 + 4.2 * z)))::int::varchar
        when assessment_code = 'ks2' and subject_code <> 'writing' then
            case
                when z < -3.0 then 'B'
                when z < -2.7 then 'N'
                else greatest(80, least(120, round(106.5 + 7 * z)))::int::varchar
            end
        when assessment_code = 'ks4' then
            scale(['U', '1', '2', '3', '4', '5', '6', '7', '8', '9'], z, [-2.6, -2.1, -1.5, -1.0, -0.55, 0.0, 0.5, 0.95, 1.5])
        else scale(['BLW', 'WTS', 'EXS', 'GDS'], z, [-2.6, -0.88, 0.75])
    end as outcome
from performed;

alter table result add column is_met boolean;
-- Whether the expected standard is met; null without an outcome. Attainment 8 has no standard.
update result set
    is_met = case
        when outcome in ('A', 'X') or subject_code = 'attainment_8' then null
        when outcome in ('Y', 'EXS', 'GDS') then true
        when outcome in ('N', 'WTS', 'BLW', 'B', 'U') then false
        when assessment_code = 'phonics' then outcome::int >= 32
        when assessment_code = 'ks2' then outcome::int >= 100
        when assessment_code = 'ks4' then outcome::int >= 4
    end;
