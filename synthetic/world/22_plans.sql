-- Education, health and care plans: who asked for one and when, what became of it, and what two yearly returns tell of it.
-- All chance is of streams of its own.

-- The returns of the last two Januaries.
create table ehc_return as
select row_number() over (order by export_date) as return_n, export_date
from (
    select make_date(year(getvariable('as_of')) - back, 1, 20) as export_date
    from (values (1), (0)) as years (back)
)
where export_date <= getvariable('as_of');

set variable ehc_last_return = (select max(export_date) from ehc_return);

-- Plans are those of the schools' SEN records. Of a hundred issued in England in 2024 without an exception 46 came within 20
-- weeks, and 7 after more than a year.
create table ehc_plan as
with planned as (
    select
        children.child_n,
        children.birth_id as chance_id,
        children.birth_date,
        children.sex,
        children.household_n,
        spells.start_date,
        spells.primary_need,
        spells.second_need,
        -- Moved away with the plan, or ended it after Year 11; all others go on.
        case
            when children.leave_date is null then null
            when month(children.leave_date) <> 7 then '5'
            when chance('ehc_ends', children.birth_id) < 0.25
                then ['6', '2', '4'][1 + draw('ehc_ends_why', children.birth_id, 3)]
        end as cease_reason,
        children.leave_date,
        coalesce(spells.start_date - children.join_date between 0 and 30, false) as is_transferred
    from child as children
    inner join sen_spell as spells on children.child_n = spells.child_n and spells.sen_provision = 'E'
)

select
    child_n,
    chance_id,
    birth_date,
    sex,
    household_n,
    start_date,
    primary_need,
    second_need,
    if(leave_date > start_date, cease_reason, null) as cease_reason,
    if(cease_reason is not null and leave_date > start_date, leave_date, null) as cease_date,
    is_transferred,
    not is_transferred and chance('ehc_excepted', chance_id) < 0.07 as is_excepted,
    if(
        is_transferred, null,
        (start_date - case
            when chance('ehc_in_time', chance_id) < 0.464 then 90 + draw('ehc_days', chance_id, 51)
            when chance('ehc_in_time', chance_id) < 0.930 then 141 + draw('ehc_days', chance_id, 224)
            else 365 + draw('ehc_days', chance_id, 160)
        end)::date
    ) as received_date
from planned;

-- Requests that came to no plan, or have not yet: of children on SEN support, one in ten.
create table ehc_other_request as
with asked as (
    select
        children.child_n,
        children.birth_id as chance_id,
        children.birth_date,
        children.sex,
        children.household_n,
        draw_day(
            'ehc_asked', children.birth_id,
            make_date(year(getvariable('ehc_last_return')) - 2, 1, 1), getvariable('ehc_last_return') - 1
        ) as received_date
    from child as children
    where
        children.child_n in (select child_n from sen_spell where sen_provision = 'K' and end_date is null)
        and children.child_n not in (select child_n from ehc_plan)
        and children.leave_date is null
        and chance('ehc_asks', children.birth_id) < 0.10
)

select
    *,
    case
        when getvariable('ehc_last_return') - received_date < 42 then null
        when chance('ehc_decided', chance_id) < 0.42 then 'N'
        when chance('ehc_decided', chance_id) < 0.48 then 'W'
        else 'Y'
    end as outcome,
    (received_date + 20 + draw('ehc_decision_day', chance_id, 22))::date as outcome_date,
    -- An assessment that goes on is open; after a year it came to nothing.
    chance('ehc_no_plan', chance_id) < 0.35 or getvariable('ehc_last_return') - received_date > 360 as is_without_plan,
    (received_date + 100 + draw('ehc_no_plan_day', chance_id, 40))::date as no_plan_date
from asked;

-- Who is in the returns: children of the county's schools; and some who are at none yet, and have no UPN.
create table ehc_person as
with known as (
    select child_n, chance_id, birth_date, sex, household_n from ehc_plan
    union all
    select child_n, chance_id, birth_date, sex, household_n from ehc_other_request
),

small as (
    select
        null::int as child_n,
        'ehc_small.' || n as chance_id,
        draw_day(
            'ehc_born', 'ehc_small.' || n,
            make_date(year(getvariable('ehc_last_return')) - 4, 1, 1), make_date(year(getvariable('ehc_last_return')) - 3, 6, 30)
        ) as birth_date,
        if(chance('ehc_sex', 'ehc_small.' || n) < 0.7, 'M', 'F') as sex,
        null::int as household_n
    from range(1, 2 + (select count(*) // 16 from known)) as people (n)
)

select
    row_number() over (order by people.child_n nulls last, people.chance_id) as person_n,
    people.*,
    case
        when people.child_n is not null then names.forename
        when people.sex = 'F' then getvariable('girls')[1 + draw('ehc_name', people.chance_id, len(getvariable('girls')))]
        else getvariable('boys')[1 + draw('ehc_name', people.chance_id, len(getvariable('boys')))]
    end as forename,
    coalesce(
        names.surname, getvariable('surnames')[1 + draw('ehc_surname', people.chance_id, len(getvariable('surnames')))]
    ) as surname,
    coalesce(addresses.postcode, postcode_of(1, draw('ehc_postcode', people.chance_id, 20))) as postcode,
    -- After Year 11 the learner number is often all that is written down.
    if(learners.uln is not null and learners.upn is not null and chance('ehc_no_upn', people.chance_id) < 0.4, null, upns.upn)
        as upn,
    if(learners.upn is not null, learners.uln, null) as uln
from (from known union all by name from small) as people
left join upn_version as upns on people.child_n = upns.child_n and upns.valid_to_date = date '9999-12-31'
left join child_name as names on people.child_n = names.child_n and names.valid_to_date = date '9999-12-31'
left join household_address as addresses
    on people.household_n = addresses.household_n and addresses.valid_to_date = date '9999-12-31'
left join (
    select young.child_n, known.upn, known.uln
    from young_person as young inner join nccis_person as known on young.person_n = known.person_n
) as learners on people.child_n = learners.child_n;

-- Requests, with the plan they came to: one a person. Small children are all being assessed.
create table ehc_request as
select
    people.person_n,
    people.child_n,
    people.chance_id,
    case
        when plans.child_n is not null then plans.received_date
        when others.child_n is not null then others.received_date
        else draw_day('ehc_asked', people.chance_id, getvariable('ehc_last_return') - 300, getvariable('ehc_last_return') - 60)
    end as received_date,
    1 + draw('ehc_asked_by', people.chance_id, 5) as source_code,
    case
        when plans.child_n is not null then 'Y' when others.child_n is not null then others.outcome else 'Y'
    end as outcome,
    case
        when plans.child_n is not null
            then (plans.received_date + 20 + draw('ehc_decision_day', people.chance_id, 22))::date
        when others.child_n is not null then if(others.outcome is null, null, others.outcome_date)
        else getvariable('ehc_last_return') - 20
    end as outcome_date,
    case
        when plans.child_n is not null then 'Y' when others.outcome = 'Y' and others.is_without_plan then 'N'
    end as assessment_outcome,
    case
        when plans.child_n is not null then (plans.start_date - draw('ehc_sent', people.chance_id, 15))::date
        else others.no_plan_date
    end as assessment_date,
    coalesce(plans.is_excepted, false) as is_excepted,
    coalesce(plans.is_transferred, false) as is_transferred,
    plans.start_date,
    plans.cease_date,
    plans.cease_reason,
    plans.primary_need,
    plans.second_need
from ehc_person as people
left join ehc_plan as plans on people.child_n = plans.child_n
left join ehc_other_request as others on people.child_n = others.child_n;

-- What each return tells: what happened in the year before it, and every plan that stood in that year.
create table ehc_told as
select
    row_number() over (order by returns.return_n, requests.person_n) as told_n,
    row_number() over (partition by returns.return_n order by requests.person_n) as row_n,
    returns.return_n,
    returns.export_date,
    requests.* exclude (outcome, outcome_date, assessment_outcome, assessment_date, start_date, cease_date, cease_reason),
    -- What was decided before the year of the return is told as that.
    case
        when requests.is_transferred or requests.outcome_date < windows.from_date then 'H'
        when requests.outcome_date <= returns.export_date then requests.outcome
    end as outcome,
    if(requests.outcome_date <= returns.export_date, requests.outcome_date, null) as outcome_date,
    case
        when requests.is_transferred or (requests.assessment_outcome is not null and requests.assessment_date < windows.from_date)
            then 'H'
        when requests.assessment_date <= returns.export_date then requests.assessment_outcome
    end as assessment_outcome,
    if(requests.assessment_date <= returns.export_date, requests.assessment_date, null) as assessment_date,
    if(requests.start_date <= returns.export_date, requests.start_date, null) as start_date,
    if(requests.cease_date <= returns.export_date, requests.cease_date, null) as cease_date,
    if(requests.cease_date <= returns.export_date, requests.cease_reason, null) as cease_reason,
    coalesce(
        requests.start_date <= returns.export_date
        and (requests.cease_date is null or requests.cease_date > returns.export_date),
        false
    ) as is_active,
    schools.urn,
    if(schools.urn is null, if(requests.child_n is null, 'EYP', ['OLA', 'EHE', 'OTH'][1 + draw('ehc_setting', requests.chance_id, 3)]), null)
        as setting_code,
    -- A year after the plan, and each year after that; one in four reviews has not been held.
    (
        (returns.export_date - requests.start_date) // 370
        - (chance('ehc_review_late.' || returns.return_n, requests.chance_id) < 0.25)::int
    )::int as reviews_held
from ehc_return as returns
cross join (select return_n, make_date(year(export_date) - 1, 1, 1) as from_date from ehc_return) as windows
inner join ehc_request as requests
    on
        (requests.received_date <= returns.export_date or requests.start_date <= returns.export_date)
        and (
            -- A plan that stood; what was decided in the year, or is still open.
            (requests.start_date <= returns.export_date and coalesce(requests.cease_date, date '9999-12-31') >= windows.from_date)
            or (
                requests.start_date is null or requests.start_date > returns.export_date
            ) and coalesce(
                if(requests.outcome in ('N', 'W'), requests.outcome_date, requests.assessment_date), date '9999-12-31'
            ) >= windows.from_date
        )
left join (
    select spells.child_n, spells.start_date, spells.end_date, max(registered.urn) as urn
    from main_spell as spells
    inner join establishment as registered on spells.school_id = registered.school_id and registered.close_date is null
    group by all
) as schools
    on
        requests.child_n = schools.child_n
        and returns.export_date >= schools.start_date and returns.export_date <= schools.end_date
where returns.return_n = windows.return_n;

-- The lines as they are written; the mistakes are put in here.
create table ehc_line as
select
    told.told_n,
    told.return_n,
    told.row_n,
    told.export_date,
    told.person_n,
    people.surname,
    people.forename,
    strftime(people.birth_date, '%Y-%b-%d 00:00:00') as birth_date,
    people.sex,
    people.postcode,
    people.upn,
    people.uln,
    told.received_date,
    told.source_code,
    told.outcome,
    told.outcome_date,
    -- No assessment is told of who was refused, or has not been decided on.
    told.outcome in ('Y', 'H') and (told.assessment_outcome is not null or told.outcome = 'Y') as is_assessed,
    told.assessment_outcome,
    told.assessment_date,
    told.is_excepted,
    told.start_date,
    told.cease_date,
    told.cease_reason,
    told.is_active,
    if(told.is_transferred, '839', null) as transferred_from,
    if(told.is_active and told.reviews_held > 0, (told.start_date + 365 * told.reviews_held - draw('ehc_review_day', told.chance_id, 20))::date, null)
        as last_review_date,
    told.urn,
    told.setting_code,
    told.primary_need as first_need,
    told.second_need
from ehc_told as told
inner join ehc_person as people on told.person_n = people.person_n;
