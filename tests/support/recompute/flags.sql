-- The five flags of every child on the day of the extracts, worked out from the files by hand, as an analyst would who
-- has the rules on paper and not the warehouse. One table a step; `flag` is the answer. Rules as in the design: the
-- numbers are written here a second time on purpose.

-- Who is who: a UPN of now or of before leads to a child. Spaces and small letters are nobody's name.
create table who as
select child_id, unnest(array_append(string_split(coalesce(former_upns, ''), '|'), upn)) as upn from truth.children;

-- On roll on the day as the main registration (C alone, M of two), aged 5 to 16; of several, the one begun last.
create table population as
select
    who.child_id,
    replace(enrolments."DfE Number", '/', '') as school_id,
    strptime(pupils."DOB", '%d/%m/%Y')::date as birth_date
from files.enrolments as enrolments
inner join files.pupils as pupils on enrolments."Pupil Ref" = pupils."Pupil Ref"
inner join who on upper(trim(pupils."UPN")) = who.upn
where
    enrolments."Status" in ('C', 'M')
    and date '2026-06-26' between strptime(enrolments."Start Date", '%d/%m/%Y')::date
    and coalesce(strptime(enrolments."End Date", '%d/%m/%Y')::date, date '9999-12-31')
    and date_sub('year', strptime(pupils."DOB", '%d/%m/%Y')::date, date '2026-06-26') between 5 and 16
qualify row_number() over (
    partition by who.child_id order by strptime(enrolments."Start Date", '%d/%m/%Y') desc, school_id
) = 1;

-- A pupil's return, one for each child, school and census. A row under a UPN with the wrong letter is nobody's.
create table returned as
select
    who.child_id,
    returns.* exclude (reference_date, possible_term, possible_half),
    returns.reference_date::date as reference_date,
    returns.possible_term::int as possible_term,
    returns.possible_half::int as possible_half
from files.returned as returns
inner join who on upper(trim(returns.upn)) = who.upn
where upn_is_right(upper(trim(returns.upn)))
qualify row_number() over (
    partition by who.child_id, returns.school_id, returns.census
    order by returns.on_roll desc, returns.enrol_status in ('C', 'M') desc, returns.entry_date desc
) = 1;

-- Attendance. The census is a term in arrears: spring tells of August to December, summer of January to Easter, autumn
-- of Easter to July, in two parts.
create table period (census varchar, period varchar, from_date date, to_date date, school_year int);
insert into period values
('2024 AUT', 'term', '2024-04-01', '2024-05-27', 2023), ('2024 AUT', 'half', '2024-05-28', '2024-07-31', 2023),
('2025 SPR', 'term', '2024-08-01', '2024-12-31', 2024), ('2025 SUM', 'term', '2025-01-01', '2025-04-20', 2024),
('2025 AUT', 'term', '2025-04-21', '2025-05-26', 2024), ('2025 AUT', 'half', '2025-05-27', '2025-07-31', 2024),
('2026 SPR', 'term', '2025-08-01', '2025-12-31', 2025), ('2026 SUM', 'term', '2026-01-01', '2026-04-05', 2025),
('2026 AUT', 'term', '2026-04-06', '2026-05-25', 2025), ('2026 AUT', 'half', '2026-05-26', '2026-07-31', 2025);

create table absence_code as
select unnest([
    'C', 'C1', 'C2', 'E', 'I', 'J1', 'M', 'R', 'S', 'T', 'H',  -- authorised; H until August 2024
    'G', 'N', 'O', 'U'  -- unauthorised
]) as code;

create table term as
select
    returns.child_id, returns.school_id, period.school_year, period.to_date,
    if(period.period = 'term', returns.possible_term, returns.possible_half) as possible,
    coalesce(sum(absence.sessions::int) filter (where absence.code in (from absence_code)), 0) as absent,
    count(absence.code) as details
from returned as returns
inner join period on returns.census = period.census
left join files.absence as absence
    on returns.file = absence.file and returns.n = absence.n and period.period = absence.period
group by all
having possible is not null or details > 0;

-- A day of a school is what the newest file says that holds the day.
create table mark as
select
    who.child_id, marks."Date"::date as day, replace(marks."DfE Number", '/', '') as school_id,
    trim(marks."AM") as morning, trim(marks."PM") as afternoon
from files.marks as marks
inner join who on upper(trim(marks."UPN")) = who.upn
qualify rank() over (
    partition by replace(marks."DfE Number", '/', ''), marks."Date"
    order by regexp_extract(marks.filename, '(\d{4}-\d\d-\d\d)\.csv', 1) desc
) = 1;

create table mark_code as
select unnest(['/', '\', 'L', 'B', 'P', 'V', 'W', 'K']) as code, 'there' as kind
union all
select code, 'absent' from absence_code where code <> 'H'
union all
select unnest(['D', 'Q', 'X', 'Y1', 'Y2', 'Y3', 'Y4', 'Y5', 'Y6', 'Y7', 'Z', '#']), 'not possible';

-- A row with a mark that nobody knows says nothing of its day, a mark left out nothing of its half.
create table marked_day as
with half as (
    select child_id, school_id, day, unnest([morning, afternoon]) as written from mark
),

counted as (
    select
        half.child_id, half.school_id, half.day,
        bool_or(half.written is not null and mark_code.code is null) as is_unknown,
        count(*) filter (where mark_code.kind in ('there', 'absent')) as possible,
        count(*) filter (where mark_code.kind = 'absent') as absent,
        count(*) filter (where half.written is null) as unmarked
    from half
    left join mark_code on half.written = mark_code.code
    group by all
)

select
    child_id, school_id, day, is_unknown,
    if(is_unknown, 0, possible) as possible, if(is_unknown, 0, absent) as absent, if(is_unknown, 2, unmarked) as unread
from counted;

-- Marks count until a census tells of their days, whoever the child is: also at ages that no census asks about, and of
-- boarders.
create table feed as
select
    marked_day.child_id, period.school_year, max(marked_day.day) filter (where not marked_day.is_unknown) as to_date,
    sum(marked_day.possible) as possible, sum(marked_day.absent) as absent, sum(marked_day.unread) as unread
from marked_day
inner join population on marked_day.child_id = population.child_id
inner join period on marked_day.day between period.from_date and period.to_date
left join term
    on
        marked_day.child_id = term.child_id and marked_day.school_id = term.school_id
        and period.to_date = term.to_date
where
    term.child_id is null and marked_day.day <= date '2026-06-26'
group by all;

-- The latest school year of which a return speaks, or marks of twenty sessions.
create table year_so_far as
with counted as (
    select child_id, school_year, to_date, possible, absent, 0 as unread, true as is_returned from term
    union all
    select child_id, school_year, to_date, possible, absent, unread, false from feed
)

select
    child_id, school_year, max(to_date) as to_date, sum(possible) as possible, sum(absent) as absent,
    sum(unread) as unread, bool_or(is_returned and absent > coalesce(possible, 0)) as is_inconsistent
from counted
group by child_id, school_year
qualify row_number() over (
    partition by child_id order by bool_or(is_returned) or sum(possible) >= 20 desc, school_year desc
) = 1;

-- The department's statistic is another measure: of each school's own sessions of the year as returned, of children aged
-- 5 to 15 in August who do not board; whoever left still counts. A school that goes on as another is one school.
create table statistic as
with successor as (
    select
        old."LA (code)" || old."EstablishmentNumber" as school_id,
        new."LA (code)" || new."EstablishmentNumber" as goes_on_as
    from files.school_links as links
    inner join files.schools as old on links."URN" = old."URN"
    inner join files.schools as new on links."LinkURN" = new."URN"
    where links."LinkType" = 'Successor'
),

told as (
    select coalesce(successor.goes_on_as, term.school_id) as school_id, term.* exclude (school_id)
    from term
    left join successor on term.school_id = successor.school_id
),

born as (
    select who.child_id, any_value(strptime(pupils."DOB", '%d/%m/%Y')::date) as birth_date
    from files.pupils as pupils inner join who on upper(trim(pupils."UPN")) = who.upn
    group by who.child_id
),

year_by_then as (
    select
        terms.school_id, terms.to_date, told.child_id, sum(told.possible) as possible, sum(told.absent) as absent
    from (select distinct school_id, to_date, school_year from told) as terms
    inner join told
        on
            terms.school_id = told.school_id and terms.school_year = told.school_year and told.to_date <= terms.to_date
    inner join born on told.child_id = born.child_id
    where
        told.absent <= coalesce(told.possible, 0)
        and date_sub('year', born.birth_date, make_date(told.school_year, 8, 31)) between 5 and 15
        and coalesce((
            select max_by(returned.boarder, returned.reference_date) from returned
            where returned.child_id = told.child_id and returned.reference_date <= told.to_date
        ), 'N') = 'N'
    group by all
)

select
    school_id, to_date, count(*) filter (where possible > 0) as children,
    count(*) filter (where possible > 0 and absent * 10 >= possible) as persistently_absent
from year_by_then
group by all;

create table attendance as
select
    population.child_id,
    -- Six decimals, cut and never rounded up: 9.99999 % is less than a tenth.
    (years.absent * 1000000 // nullif(years.possible, 0)) / 1000000 as value,
    case
        when years.child_id is null and (
            date_sub('year', population.birth_date, date '2025-08-31') not between 5 and 15
            or population.child_id in (
                select child_id from returned group by child_id having max_by(boarder, reference_date) <> 'N'
            )
        ) then 'not_collected_at_age'
        when years.child_id is null then 'no_record_for_child'
        when years.is_inconsistent then 'sessions_inconsistent'
        when years.possible < 20 then 'too_few_sessions'
        when date '2026-06-26' - years.to_date > 400 then 'data_too_old'
        -- Not persistently absent by what was read, but by what was not if that were absence.
        when
            years.absent * 10 < years.possible
            and (years.absent + years.unread) * 10 >= years.possible + years.unread
            then 'marks_missing'
    end as reason,
    years.absent * 10 >= years.possible as is_raised
from population
left join year_so_far as years on population.child_id = years.child_id;

-- Free school meals: a period that holds the day. Later returns repeat a period and may end it; the last word stands.
create table meals as
with stated as (
    select
        returns.child_id, meals.start_date::date as start_date,
        coalesce(meals.end_date::date, date '9999-12-31') as end_date, returns.reference_date
    from files.meals as meals
    inner join returned as returns on meals.file = returns.file and meals.n = returns.n
    qualify row_number() over (
        partition by returns.child_id, start_date order by returns.reference_date desc, end_date desc
    ) = 1
),

last_heard as (
    select child_id, max(reference_date) as reference_date from returned group by child_id
),

held as (
    select
        child_id,
        bool_or(date '2026-06-26' between start_date and end_date) as is_eligible
    from stated
    group by child_id
),

contradicted as (
    select distinct child_id from stated semi join last_heard using (child_id, reference_date)
    where end_date < start_date
)

select
    population.child_id,
    coalesce(held.is_eligible, false)::int as value,
    case
        when last_heard.child_id is null then 'no_record_for_child'
        when value = 0 and contradicted.child_id is not null then 'period_dates_inconsistent'
        when date '2026-06-26' - last_heard.reference_date > 400 then 'data_too_old'
    end as reason,
    value = 1 as is_raised
from population
left join last_heard on population.child_id = last_heard.child_id
left join held on population.child_id = held.child_id
left join contradicted on population.child_id = contradicted.child_id;

-- SEN support (K; A and P of the time before): Synergy's list of the pupils it knows, who have none if they are not on
-- it. A need that nobody knows is left out of its row, which says of the provision what it says.
create table sen as
with listed as (
    select who.child_id, sen."SEN Provision" in ('K', 'A', 'P') as is_support
    from files.sen as sen
    inner join files.pupils as pupils on sen."Pupil Ref" = pupils."Pupil Ref"
    inner join who on upper(trim(pupils."UPN")) = who.upn
    where
        date '2026-06-26' between strptime(sen."Start Date", '%d/%m/%Y')::date
        and coalesce(strptime(sen."End Date", '%d/%m/%Y')::date, date '9999-12-31')
)

select
    population.child_id, coalesce(bool_or(listed.is_support), false)::int as value, null as reason,
    value = 1 as is_raised
from population
left join listed on population.child_id = listed.child_id
group by population.child_id;

-- Attainment: the latest assessment, a statutory one before a teacher's of the same day. A statutory one says nothing
-- after 800 days, a teacher's after 400.
create table attainment as
with sat as (
    select
        who.child_id,
        coalesce(
            strptime(results."Assessed", '%d/%m/%Y')::date, make_date(left(results."Academic Year", 4)::int + 1, 6, 30)
        ) as day,
        array_position(
            ['ks4', 'ks2', 'ks1', 'phonics', 'eyfsp', 'teacher'],
            regexp_extract(results.filename, 'attainment_([a-z0-9]+)_', 1)
        ) as precedence,
        results.*
    from files.results as results
    inner join who on upper(trim(results."UPN")) = who.upn
    where upn_is_right(upper(trim(results."UPN"))) and day <= date '2026-06-26'
    qualify dense_rank() over (partition by who.child_id order by day desc, precedence) = 1
),

-- A row for each subject that the assessment has: met, not met, or nobody can say.
subject as (
    select
        child_id,
        unnest(case precedence
            when 1 then [{s: 'english', v: "ENG"}, {s: 'maths', v: "MAT"}]
            when 2 then [{s: 'reading', v: "READSCORE"}, {s: 'writing', v: "WRITTAOUTCOME"}, {s: 'maths', v: "MATSCORE"}]
            when 4 then [{s: 'phonics', v: "Mark"}]
            when 5 then [{s: 'gld', v: "GLD"}]
            else [{s: 'reading', v: "Reading"}, {s: 'writing', v: "Writing"}, {s: 'maths', v: "Maths"}]
        end, recursive := true),
        precedence, day
    from sat
),

outcome as (
    select
        child_id, s, date '2026-06-26' - day > if(precedence = 6, 400, 800) as is_stale,
        case
            when try_cast(v as int) is not null
                then v::int >= case precedence when 1 then 4 when 2 then 100 when 4 then 32 end
            when v in ('EXS', 'GDS') or (precedence = 5 and v = 'Y') then true
            when v in ('WTS', 'BLW', 'PKF', 'PKS', 'HNM', 'EM') then false
            when precedence = 5 and v = 'N' then false
            when precedence = 2 and s <> 'writing' and v in ('B', 'N') then false
            when precedence = 1 and v = 'U' then false
        end as is_met
    from subject
),

counted as (
    select
        child_id, is_stale,
        count(*) filter (where not is_met) as below, count(*) filter (where is_met is null) as gaps
    from (select child_id, s, is_stale, bool_or(is_met) as is_met from outcome group by all)
    group by child_id, is_stale
)

select
    population.child_id,
    counted.below as value,
    case
        when counted.child_id is null then 'no_record_for_child'
        when counted.below = 0 and counted.gaps > 0 then 'outcome_not_recorded'
        when counted.is_stale then 'data_too_old'
    end as reason,
    counted.below >= 1 as is_raised
from population
left join counted on population.child_id = counted.child_id;

-- Family support: needs known by the day of the households whose support is open, three or more since October 2022.
create table family as
with needed as (
    select links.child_id, count(distinct needs."Need") as needs
    from files.members as members
    inner join truth.links as links
        on members."Member Ref" = links.source_record_id and links.source = 'family_matters'
    inner join files.households as households on members."Household Ref" = households."Household Ref"
    inner join files.needs as needs on members."Household Ref" = needs."Household Ref"
    where
        date '2026-06-26' between households."Start Date"::date
        and coalesce(households."End Date"::date, date '9999-12-31')
        and needs."Identified"::date <= date '2026-06-26'
    group by links.child_id
)

select
    population.child_id, coalesce(needed.needs, 0) as value, null as reason, value >= 3 as is_raised
from population
left join needed on population.child_id = needed.child_id;

create table flag as
select
    child_id, flag_code,
    case when reason is not null then 'not_assessable' when is_raised then 'raised' else 'not_raised' end as state,
    reason,
    if(reason is null, value::double, null) as value,
    population.school_id
from (
    select *, 'attendance' as flag_code from attendance
    union all select *, 'fsm' from meals
    union all select *, 'sen' from sen
    union all select *, 'attainment' from attainment
    union all select *, 'family' from family
)
inner join population using (child_id);
