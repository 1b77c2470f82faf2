-- The tier of every child and the agenda of every school's next huddle, worked out from the files by hand, after
-- `flags.sql`. Since when a flag is up comes from the county's truth; since when it is strong, from the values that the
-- release shows on its dates. Before the first release everybody knew what the files say.

create table raised as
select
    flag.child_id,
    flag.flag_code,
    flag.flag_code in ('attendance', 'attainment', 'family') as is_reason,
    flag.flag_code = 'family' as is_from_others,
    flag.value >= case flag.flag_code when 'attendance' then 0.5 when 'attainment' then 3 when 'family' then 5 end as is_strong,
    spells.raised_date::date as raised_date
from flag
left join truth.flag_spells as spells
    on flag.child_id = spells.child_id and flag.flag_code = spells.flag_code and spells.cleared_date = '9999-12-31'
where flag.state = 'raised';

create table shown as
select keys.child_id, flags.flag_code, assessments.as_of_date, assessments.flag_state, assessments.value
from said.core.fct_flag_assessment as assessments
inner join said.core.dim_flag as flags using (flag_key)
inner join keys using (child_durable_key);

create table strengthened as
select raised.child_id, raised.flag_code, min(shown.as_of_date) as strong_date
from raised
inner join shown
    on raised.child_id = shown.child_id and raised.flag_code = shown.flag_code and shown.as_of_date >= raised.raised_date
where
    raised.is_strong
    and shown.as_of_date > coalesce(
        (
            select max(weaker.as_of_date) from shown as weaker
            where weaker.child_id = raised.child_id and weaker.flag_code = raised.flag_code
                and weaker.as_of_date >= raised.raised_date and weaker.flag_state <> 'not_assessable'
                and weaker.value < case raised.flag_code when 'attendance' then 0.5 when 'attainment' then 3 else 5 end
        ),
        date '1900-01-01'
    )
group by all;

create table counted as
select
    population.child_id,
    population.school_id,
    count(raised.child_id) as flags,
    count(*) filter (where raised.is_reason) as reasons,
    count(*) filter (where raised.is_strong) as strong,
    coalesce(bool_or(raised.is_strong and raised.flag_code = 'attendance'), false) as is_severely_absent,
    date '2026-06-26' - max(raised.raised_date) filter (where raised.is_reason) as newest_days
from population
left join raised using (child_id)
group by all;

create table tier as
select
    *,
    case
        when is_severely_absent then 'first'
        when reasons >= 2 and (strong >= 1 or reasons >= 3 or newest_days < 42 or newest_days >= 365) then 'first'
        when reasons >= 2 or (reasons >= 1 and (strong >= 1 or flags >= 2)) then 'second'
        when flags >= 1 then 'third'
        else 'none'
    end as tier
from counted;

create table meeting as
select "Huddle Ref" as huddle, replace("DfE Number", '/', '') as school_id, strptime("Date", '%d/%m/%Y')::date as date, "State" as state
from files.huddles;

create table next_meeting as
select planned.school_id, planned.date, max(held.date) as last_date
from (
    select school_id, min(date) as date from meeting where state = 'planned' and date >= '2026-06-26' group by school_id
) as planned
left join meeting as held
    on planned.school_id = held.school_id and held.state = 'held' and held.date < planned.date
group by all;

-- What corrects an entry of the log stands in its place.
create table entry as
select
    "Event Ref" as event, "Response Ref" as response, who.child_id, "Event" as kind,
    strptime("Date", '%d/%m/%Y')::date as date, "Recorded" as recorded, "Response" as answer,
    "Current Progress" as progress, strptime("Review Due", '%d/%m/%Y')::date as due
from files.responses
inner join who on upper(trim(responses."UPN")) = who.upn
where "Event Ref" not in (from files.responses select "Corrects" where "Corrects" <> '');

create table open_response as
select
    child_id, arg_min(date, (date, recorded)) as opened, max(date) filter (where kind <> 'opened') as reviewed,
    arg_max(kind, (date, recorded)) as last_kind, arg_max(answer, (date, recorded)) as answer,
    arg_max(progress, (date, recorded)) as progress,
    arg_max(
        coalesce(due, date + case answer when 'single_agency' then 84 when 'monitor' then 84 else 42 end), (date, recorded)
    ) as due
from entry group by response, child_id
having last_kind <> 'closed'
qualify row_number() over (partition by child_id order by opened desc) = 1;

create table decision as
select
    *,
    decided + case decision when 'watch' then 112 when 'close' then 365 when 'no_action' then 365 else 0 end as ends
from (
    select who.child_id, meeting.date as decided, "Decision" as decision
    from files.reviews
    inner join meeting on "Huddle Ref" = meeting.huddle
    inner join who on upper(trim(reviews."UPN")) = who.upn
    where meeting.date <= '2026-06-26' and "Decision" <> ''
    qualify row_number() over (partition by who.child_id order by meeting.date desc) = 1
);

create table quiet as
select decision.child_id
from decision
inner join tier using (child_id)
inner join next_meeting using (school_id)
where
    decision.ends > next_meeting.date
    and not exists (
        select 1 from raised left join strengthened using (child_id, flag_code)
        where raised.child_id = decision.child_id
            and (raised.raised_date > decision.decided or strengthened.strong_date > decision.decided)
    )
    and not exists (
        select 1 from entry where entry.child_id = decision.child_id and entry.kind = 'opened' and entry.date >= decision.decided
    );

-- Whom a social worker works with, as the newest census has it: a status that lasted on its last day.
create table known_to_social_care as
select distinct child_id
from truth.social_care
where child_id is not null and start_date::date <= '2026-03-31' and end_date::date > '2026-03-31';

create table agenda as
with judged as (
    select
        tier.child_id, tier.school_id, tier.tier,
        coalesce(bool_or(raised.is_from_others and raised.raised_date > last_date), false) as is_surprise,
        coalesce(
            bool_or(strengthened.strong_date > last_date)
            or (
                bool_or(raised.is_reason and raised.raised_date > last_date)
                and bool_or(raised.is_reason and raised.raised_date <= last_date)
            )
            or bool_or(open_response.progress = 'down' and open_response.reviewed > last_date), false
        ) as is_worse,
        coalesce(bool_or(raised.is_reason and raised.raised_date > last_date), false) as is_new,
        coalesce(min(open_response.due) < min(next_meeting.date), false) as is_overdue,
        tier.tier = 'first' and coalesce(min(open_response.answer), 'new') = 'new' as is_first,
        bool_or(quiet.child_id is not null) as is_quiet,
        tier.child_id in (select child_id from known_to_social_care) as is_known
    from tier
    inner join next_meeting using (school_id)
    left join raised using (child_id)
    left join strengthened using (child_id, flag_code)
    left join open_response on tier.child_id = open_response.child_id
    left join quiet on tier.child_id = quiet.child_id
    group by tier.child_id, tier.school_id, tier.tier
)

select
    child_id, school_id, tier,
    case
        when is_surprise and not is_quiet and not is_known then 'surprise'
        when is_worse and not is_quiet and not is_known then 'got_worse'
        when is_new and not is_quiet and not is_known then 'newly_flagged'
        when is_overdue then 'review_overdue'
        when is_first and not is_quiet and not is_known then 'first_tier'
        when (is_surprise or is_worse or is_new or is_first) and not is_quiet then 'already_known'
    end as reason
from judged
where reason is not null;
