-- Children in need, as social workers know them and return them once a year. Rates are those of the Department for Education's
-- statistics of children in need: on a day about 3.3 in a hundred children are in need, and 0.4 are on a child protection plan
-- (England, 31 March 2024: 333 and 42 in ten thousand). All chance is of streams of its own.

-- The last two censuses: each is of the twelve months up to a 31 March, and sent ten weeks later at the earliest.
create table cin_return as
select row_number() over (order by reference_date) as return_n, reference_date
from (
    select make_date(year, 3, 31) as reference_date
    from range(getvariable('first_year') + 1, year(getvariable('as_of')) + 1) as years (year)
    where make_date(year, 3, 31) + 70 <= getvariable('as_of')
    order by reference_date desc
    limit 2
);

-- Who is a child in some year to a 31 March, from three years before the first census on.
create table cin_child_year as
select
    children.child_n,
    children.birth_id as chance_id,
    children.birth_date,
    years.year,
    chance('need_of.' || years.year, children.birth_id)
    < 0.036 * (1.9 - 0.165 * children.idaci_decile) as is_in_need,
    chance('nothing_followed.' || years.year, children.birth_id) < 0.015 as is_not_followed
from child as children
cross join range(getvariable('first_year') - 1, year(getvariable('as_of')) + 1) as years (year)
where
    children.edge_n is null
    and children.birth_date + interval 5 year <= make_date(years.year - 1, 4, 1)
    and children.birth_date + interval 18 year > make_date(years.year, 3, 31)
    and coalesce(children.join_date, date '1900-01-01') <= make_date(years.year - 1, 4, 1)
    and coalesce(children.leave_date, date '9999-12-31') > make_date(years.year, 3, 31);

-- One child in eight is too young for a school, and has no UPN.
create table cin_person as
with in_need as (
    select distinct child_n, chance_id, birth_date from cin_child_year where is_in_need or is_not_followed
),

young as (
    select
        null::int as child_n,
        'young.' || n as chance_id,
        draw_day('need_born', 'young.' || n, date '2022-09-01', date '2023-08-31') as birth_date
    from range(1, 2 + (select count(*) // 8 from in_need)) as people (n)
)

select
    row_number() over (order by child_n nulls last, chance_id) as person_n,
    'SC' || lpad((70000 + 13 * row_number() over (order by child_n nulls last, chance_id))::varchar, 7, '0') as child_ref,
    *
from (from in_need union all by name from young);

create table cin_episode as
with reasons as (
    select * from (values
        ('RC1', 0.000, 0.010), ('RC4', 0.010, 0.030), ('RC5', 0.030, 0.080), ('RC7', 0.080, 0.580), ('RC8', 0.580, 0.850),
        ('RC9', 0.850, 1.000)
    ) as reasons (closure_reason, chance_from, chance_to)
),

begun as (
    select
        people.person_n, people.chance_id || '.' || years.year as chance_id,
        draw_day(
            'need_from.' || years.year, people.chance_id, make_date(years.year - 1, 4, 1), make_date(years.year, 3, 31)
        ) as start_date
    from cin_person as people
    inner join cin_child_year as years on people.child_n = years.child_n and years.is_in_need
    union all
    select person_n, chance_id, draw_day('need_from', chance_id, date '2024-06-01', date '2025-06-30')
    from cin_person
    where child_n is null
),

-- About ten months on average, and never two at once.
dated as (
    select *, start_date + 14 + (-300 * ln(chance('need_days', chance_id)))::int as end_date
    from begun
    qualify start_date > coalesce(
        max(start_date + 14 + (-300 * ln(chance('need_days', chance_id)))::int) over (
            partition by person_n order by start_date, chance_id
            rows between unbounded preceding and 1 preceding
        ),
        date '1900-01-01'
    )
)

select
    row_number() over (order by dated.person_n, dated.start_date) as episode_n,
    dated.*,
    reasons.closure_reason
from dated
inner join reasons
    on
        chance('need_ends', dated.chance_id) >= reasons.chance_from
        and chance('need_ends', dated.chance_id) < reasons.chance_to;

-- Half of those in need have a plan; one in five a child protection plan, after which, or instead of which, the other lasts.
create table cin_plan as
with protected as (
    select
        episode_n,
        'child_protection_plan' as status_code,
        start_date + 25 + draw('protected_from', chance_id, 30) as start_date,
        least(
            end_date, start_date + 60 + draw('protected_from', chance_id, 30) + (-330 * ln(chance('protected_days', chance_id)))::int
        ) as end_date
    from cin_episode
    where chance('protected', chance_id) < 0.22 and end_date > start_date + 60
)

from protected
union all
select
    episodes.episode_n,
    'child_in_need_plan',
    coalesce(protected.end_date, episodes.start_date + 15 + draw('plan_from', episodes.chance_id, 25)),
    episodes.end_date
from cin_episode as episodes
left join protected on episodes.episode_n = protected.episode_n
where
    chance('plan', episodes.chance_id) < 0.5
    and episodes.end_date > coalesce(protected.end_date, episodes.start_date + 45);

-- What the case system knows of who somebody is: one child of school age in twenty-five without a UPN, some under an old one.
create table cin_known as
with old as (
    select child_n, min_by(upn, valid_from_date) as upn
    from upn_version
    where valid_to_date <> date '9999-12-31' and not regexp_matches(upn, '[A-Z]$')
    group by child_n
)

select
    people.person_n,
    if(chance('need_upn', people.chance_id) < 0.96 and not regexp_matches(current.upn, '[A-Z]$'), current.upn, null) as upn,
    if(chance('need_upn', people.chance_id) < 0.96, old.upn, null) as former_upn,
    coalesce(children.sex, if(chance('need_sex', people.chance_id) < 0.5, 'F', 'M')) as sex
from cin_person as people
left join child as children on people.child_n = children.child_n
left join upn_version as current
    on people.child_n = current.child_n and current.valid_to_date = date '9999-12-31'
left join old on people.child_n = old.child_n;

-- What a census tells of: what was open in its year, and the referrals of it on which nothing followed.
create table cin_line_episode as
with told as (
    select
        returns.return_n, episodes.person_n, episodes.episode_n, episodes.start_date as referral_date,
        if(episodes.end_date <= returns.reference_date, episodes.end_date, null) as closure_date,
        if(episodes.end_date <= returns.reference_date, episodes.closure_reason, null) as closure_reason, '0' as is_nfa
    from cin_return as returns
    inner join cin_episode as episodes
        on
            episodes.start_date <= returns.reference_date
            and episodes.end_date > returns.reference_date - interval 1 year
    union all
    select
        returns.return_n, people.person_n, null,
        draw_day(
            'nothing_followed_from', people.chance_id || '.' || years.year, make_date(years.year - 1, 4, 1),
            make_date(years.year, 3, 31)
        ),
        null, null, '1'
    from cin_return as returns
    inner join cin_child_year as years on years.year = year(returns.reference_date) and years.is_not_followed
    inner join cin_person as people on years.child_n = people.child_n
)

select
    return_n * 1000000 + person_n as record_n, return_n, person_n, episode_n,
    row_number() over (partition by return_n, person_n order by referral_date, is_nfa) as n,
    referral_date::date::varchar as referral_date,
    closure_date::date::varchar as closure_date,
    closure_reason,
    is_nfa
from told
qualify row_number() over (partition by return_n, person_n, referral_date order by is_nfa) = 1;

create table cin_line_plan as
select
    lines.record_n, lines.return_n, lines.n, plans.status_code,
    plans.start_date::date::varchar as start_date,
    if(plans.end_date <= returns.reference_date, plans.end_date, null)::date::varchar as end_date
from cin_line_episode as lines
inner join cin_return as returns on lines.return_n = returns.return_n
inner join cin_plan as plans
    on
        lines.episode_n = plans.episode_n and plans.start_date <= returns.reference_date
        and plans.end_date > returns.reference_date - interval 1 year;

create table cin_line_child as
select distinct
    lines.record_n, lines.return_n, lines.person_n, people.child_ref, known.upn, known.former_upn,
    case when known.upn is not null then null when people.child_n is null then 'UN1' else 'UN5' end as upn_unknown,
    people.birth_date::varchar as birth_date,
    known.sex
from cin_line_episode as lines
inner join cin_person as people on lines.person_n = people.person_n
inner join cin_known as known on lines.person_n = known.person_n;

-- What is true of it: each status that a census could tell of, to the day that the newest of them knows.
create table social_care_status as
with statuses as (
    select person_n, episode_n, 'child_in_need' as status_code, start_date, end_date, closure_reason from cin_episode
    union all
    select episodes.person_n, plans.episode_n, plans.status_code, plans.start_date, plans.end_date, null
    from cin_plan as plans
    inner join cin_episode as episodes on plans.episode_n = episodes.episode_n
)

select distinct
    people.child_n, people.person_n, people.child_ref, statuses.status_code, statuses.start_date::date as start_date,
    if(statuses.end_date <= newest.known_to, statuses.end_date, date '9999-12-31')::date as end_date,
    if(statuses.end_date <= newest.known_to, statuses.closure_reason, null) as closure_reason,
    known.upn is not null or known.former_upn is not null as is_found
from statuses
inner join cin_person as people on statuses.person_n = people.person_n
inner join cin_known as known on statuses.person_n = known.person_n
cross join (select max(reference_date) as known_to from cin_return) as newest
inner join cin_return as returns
    on
        statuses.start_date <= returns.reference_date
        and statuses.end_date > returns.reference_date - interval 1 year
-- Nothing leads to a child who was adopted.
where statuses.person_n not in (
    select episodes.person_n
    from cin_episode as episodes
    where episodes.closure_reason = 'RC1' and episodes.end_date <= (select max(reference_date) from cin_return)
    and episodes.end_date > (select min(reference_date) from cin_return) - interval 1 year
);
