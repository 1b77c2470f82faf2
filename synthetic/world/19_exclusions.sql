-- Suspensions and permanent exclusions, and which returns tell of them: since autumn 2019 a census asks about both terms
-- before it, so that most are returned twice.

-- Of a hundred children in a school year how many are suspended, and how often each of them, as published of a real county;
-- of those how many are excluded for good in the end, a little more often than published, so that a small county has some.
create table exclusion_pattern as
select * from (values
    ('primary', 0.0120, 2.4, 0.03), ('secondary', 0.0700, 2.7, 0.04), ('special', 0.0450, 2.0, 0.02), ('PRU', 0.2000, 2.5, 0.02)
) as patterns (pattern, share, times, for_good);

-- Children who stand on the edge of a rule: 10, 9 and 11 sessions of suspension, 12 in the year before, and two excluded for
-- good. Days are counted back from the last one that was returned.
create table exclusion_edge as
select * from (values
    ('household_exactly_two_needs', 1, 'SUSP', 'DB', 300, 4), ('household_exactly_two_needs', 2, 'SUSP', 'PA', 60, 6),
    ('household_exactly_three_needs', 1, 'SUSP', 'VA', 90, 9),
    ('fsm_ended_the_day_before', 1, 'SUSP', 'LG', 200, 10), ('fsm_ended_the_day_before', 2, 'LNCH', 'DB', 80, 1),
    ('sixteen_on_the_day', 1, 'SUSP', 'OW', 420, 12),
    ('fsm_ends_on_the_day', 1, 'PERM', 'PP', 150, null),
    ('education_health_and_care_plan', 1, 'SUSP', 'DS', 160, 4), ('education_health_and_care_plan', 2, 'PERM', 'PA', 100, null)
) as edges (case_name, time_n, category, reason_code, days_back, sessions);

create table exclusion as
with years as (
    select
        spells.spell_n, spells.child_n, spells.school_id, children.birth_id, children.edge_n,
        spells.spell_n || '.' || school_years.start_year as spell_year,
        children.birth_id || '.' || spells.school_id || '.' || school_years.start_year as chance_id,
        greatest(spells.start_date, school_years.first_day) as from_date,
        least(spells.end_date, school_years.last_day, getvariable('last_period_end')) as to_date,
        case
            when schools.phase = 'PRU' then 'PRU'
            when schools.phase = 'Special' then 'special'
            when school_years.start_year - children.cohort - 4 >= 7 then 'secondary'
            else 'primary'
        end as pattern,
        -- SEN support and poverty go with it; on average over all children this is one.
        (1 + 2.0 * (needs.child_n is not null)::int + 1.0 * (meals.child_n is not null)::int) / 1.5 as risk
    from spell as spells
    inner join child as children on spells.child_n = children.child_n
    inner join school as schools on spells.school_id = schools.school_id
    inner join school_year as school_years
        on spells.start_date <= school_years.last_day and spells.end_date >= school_years.first_day
    left join (select distinct child_n from sen_spell where sen_provision = 'K') as needs on spells.child_n = needs.child_n
    left join (select distinct child_n from fsm_spell) as meals on spells.child_n = meals.child_n
    where
        spells.enrol_status in ('C', 'M', 'S')
        -- From Year 1 on.
        and school_years.start_year - children.cohort >= 5
        and school_years.last_day >= getvariable('world_from')
),

suspended as (
    select
        years.*,
        patterns.for_good,
        -- How often in the year: each time may not have been the last.
        least(8, 1 + floor(ln(chance('suspended_times', chance_id)) / ln(1 - 1 / patterns.times)))::int as times
    from years
    inner join exclusion_pattern as patterns on years.pattern = patterns.pattern
    where
        years.edge_n is null
        and years.from_date <= years.to_date
        and chance('suspended', years.chance_id) < patterns.share * years.risk
),

drawn as (
    select
        suspended.spell_n,
        suspended.child_n,
        suspended.school_id,
        numbers.time_n,
        suspended.chance_id || '.' || numbers.time_n as chance_id,
        numbers.time_n = suspended.times and chance('excluded_for_good', suspended.chance_id) < suspended.for_good as is_for_good,
        draw_day('suspended_on', suspended.chance_id || '.' || numbers.time_n, suspended.from_date, suspended.to_date) as day,
        suspended.to_date
    from suspended
    inner join range(1, 9) as numbers (time_n) on numbers.time_n <= suspended.times
),

-- The first school day from the day drawn on.
on_school_days as (
    select drawn.*, days.day as start_date
    from drawn
    inner join day_count as before on drawn.day - 1 = before.day
    inner join (select school_days, min(day) as day from day_count group by school_days) as days
        on before.school_days + 1 = days.school_days
    where days.day <= drawn.to_date
),

named as (
    select
        spell_n,
        child_n,
        school_id,
        case
            when is_for_good then 'PERM' when chance('lunchtime', chance_id) < 0.02 then 'LNCH' else 'SUSP'
        end as category,
        [
            'DB', 'DB', 'DB', 'DB', 'DB', 'VA', 'VA', 'VA', 'PP', 'PP', 'PA', 'PA', 'DA', 'DA', 'VP', 'DM', 'OW', 'MT', 'BU',
            'RA', 'LG', 'DS', 'SM', 'TH'
        ][1 + draw('exclusion_reason', chance_id, 24)] as reason_code,
        start_date,
        [1, 2, 2, 2, 2, 3, 4, 4, 4, 6, 6, 10][1 + draw('suspended_for', chance_id, 12)] as drawn_sessions
    from on_school_days
    -- A school suspends a child once on a day.
    qualify row_number() over (partition by child_n, school_id, start_date order by is_for_good desc, time_n) = 1
),

-- On the school day before, where the day is none.
edges as (
    select spells.spell_n, spells.child_n, spells.school_id, edges.category, edges.reason_code,
        days.day as start_date, edges.sessions
    from exclusion_edge as edges
    inner join day_count as counts on counts.day = getvariable('last_period_end') - edges.days_back
    inner join (select school_days, min(day) as day from day_count group by school_days) as days
        on counts.school_days = days.school_days
    inner join child as children on edges.case_name = children.case_name
    inner join spell as spells
        on children.child_n = spells.child_n and days.day between spells.start_date and spells.end_date
    where spells.enrol_status in ('C', 'M')
)

select row_number() over (order by child_n, start_date, category, school_id) as exclusion_n, *
from (
    select
        spell_n, child_n, school_id, category, reason_code, start_date,
        case category when 'PERM' then null when 'LNCH' then 1 else drawn_sessions end as sessions
    from named
    union all
    select * from edges
);

create table return_exclusion as
select
    row_number() over (order by pupils.return_pupil_n, exclusions.exclusion_n) as return_exclusion_n,
    pupils.return_pupil_n,
    exclusions.exclusion_n,
    exclusions.category,
    exclusions.reason_code,
    exclusions.start_date,
    exclusions.sessions
from return_pupil as pupils
inner join census as censuses
    on pupils.census_year = censuses.census_year and pupils.census_term = censuses.census_term
inner join exclusion as exclusions
    on
        pupils.spell_n = exclusions.spell_n
        and exclusions.start_date between censuses.exclusions_from_date and censuses.exclusions_to_date;
