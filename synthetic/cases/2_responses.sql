-- Responses: what is decided for a flagged child at a huddle, looked at again at the next ones, and brought to an end.

create table response as
with opened as (
    select
        *,
        year_of(huddle_date) as start_year,
        1 + draw('reviews', child_n || '.' || half_term_n, 4) as reviews_meant
    from spoken_about
    where chance('response', child_n || '.' || half_term_n) < 0.035 * raised
),

-- At most one a year; the next begins when the last has ended, which is at the fourth huddle after it at the latest.
first_of_year as (
    select * from opened
    qualify row_number() over (partition by child_n, start_year order by half_term_n) = 1
),

apart as (
    select *, lag(half_term_n) over (partition by child_n order by half_term_n) as half_term_before
    from first_of_year
)

select
    'RS' || lpad(row_number() over (order by huddle_date, child_n)::varchar, 6, '0') as response_id,
    child_n,
    school_id,
    huddle_id,
    huddle_date as opened_date,
    half_term_n,
    reviews_meant,
    -- One in ten is put on the list first and gets its response at the first review.
    chance('only_new', child_n || '.' || half_term_n) < 0.1 as begins_new,
    ['single_agency', 'one_to_one', 'monitor', 'team_around_family', 'formal_referral'][
        case
            when chance('which_response', child_n || '.' || half_term_n) < 0.30 then 1
            when chance('which_response', child_n || '.' || half_term_n) < 0.55 then 2
            when chance('which_response', child_n || '.' || half_term_n) < 0.75 then 3
            when chance('which_response', child_n || '.' || half_term_n) < 0.95 then 4
            else 5
        end
    ] as response_code
from apart
where half_term_before is null or half_term_n > half_term_before + 5;

-- The log as it should read: one row for each time that something was decided.
create table response_step as
with reviews as (
    select
        responses.*,
        huddles.huddle_id as review_huddle_id,
        huddles.huddle_date as event_date,
        row_number() over (partition by responses.response_id order by huddles.huddle_date) as n
    from response as responses
    inner join huddle as huddles
        on
            responses.school_id = huddles.school_id
            and huddles.half_term_n > responses.half_term_n
            and huddles.state = 'held'
    inner join spell as spells
        on
            responses.child_n = spells.child_n and responses.school_id = spells.school_id
            and spells.enrol_status in ('C', 'M')
            and huddles.huddle_date >= spells.start_date and huddles.huddle_date < spells.end_date
),

steps as (
    select response_id, child_n, school_id, huddle_id, opened_date as event_date, 0 as n, 'opened' as event_kind,
        if(begins_new, 'new', response_code) as response_code, reviews_meant
    from response
    union all
    select response_id, child_n, school_id, review_huddle_id, event_date, n,
        if(n = reviews_meant, 'closed', 'reviewed'), response_code, reviews_meant
    from reviews
    where n <= reviews_meant
    union all
    -- A child who leaves the school takes the response to its end.
    select responses.response_id, responses.child_n, responses.school_id, null, left_on.end_date, 99, 'closed',
        responses.response_code, responses.reviews_meant
    from response as responses
    inner join (
        select response_id, max(spells.end_date) as end_date
        from response
        inner join spell as spells using (child_n, school_id)
        where spells.enrol_status in ('C', 'M') and spells.end_date > opened_date and start_date <= opened_date
        group by response_id
    ) as left_on on responses.response_id = left_on.response_id
    where
        left_on.end_date < getvariable('as_of')
        and (select count(*) from reviews where reviews.response_id = responses.response_id) < responses.reviews_meant
)

select
    response_id || '-' || if(n = 99, 'E', n::varchar) as event_id,
    response_id,
    child_n,
    school_id,
    huddle_id,
    event_kind,
    event_date,
    event_date + interval (60 * 15 + draw('recorded', response_id || n, 2 * 24 * 60)) minute as recorded_at,
    response_code,
    case
        when n = 0 then 'new'
        when n = 99 then 'moved_away'
        when event_kind = 'closed' then if(chance('met', response_id) < 0.8, 'outcome_met', 'stepped_up')
        when chance('status', response_id || n) < 0.25 then 'no_progress'
        when chance('status', response_id || n) < 0.35 then 'further_risk'
        when chance('status', response_id || n) < 0.70 then 'some_progress'
        else 'progress'
    end as status_code,
    case
        when n in (0, 99) then null
        when chance('status', response_id || n) < 0.25 then 'level'
        when chance('status', response_id || n) < 0.35 then 'down'
        else 'up'
    end as current_progress,
    case
        when n in (0, 99) then null
        when chance('overall', response_id || n) < 0.2 then 'red'
        when chance('overall', response_id || n) < 0.5 then 'amber'
        else 'green'
    end as overall_progress,
    -- Every second record says when it is to be looked at again.
    if(event_kind <> 'closed' and chance('due', response_id || n) < 0.5, event_date + 45, null) as review_due_date
from steps
where event_date < getvariable('as_of') - 3;

-- What the source has of it: one review in thirty was written down wrong and is put right by an event of its own.
create table response_event as
with wrong as (
    select event_id from response_step
    where event_kind = 'reviewed' and chance('corrected', event_id) < 0.033
)

select
    steps.* replace (if(wrong.event_id is not null, 'no_progress', steps.status_code) as status_code),
    null as corrects_event_id
from response_step as steps
left join wrong on steps.event_id = wrong.event_id
union all
select
    steps.* replace (
        steps.event_id || 'K' as event_id,
        steps.recorded_at + interval 26 hour as recorded_at
    ),
    steps.event_id as corrects_event_id
from response_step as steps
inner join wrong on steps.event_id = wrong.event_id;

-- Who was spoken about: everybody with a response that began, went on or ended there, and some whom nothing was begun for.
create table huddle_review as
select huddle_id, child_n, response_id,
    case event_kind when 'opened' then 'respond' when 'closed' then 'close' else 'continue' end as decision_code,
    false as has_wrong_upn
from response_step
where huddle_id is not null
union all
select spoken.huddle_id, spoken.child_n, null,
    if(chance('watched', spoken.child_n || spoken.huddle_id) < 0.6, 'watch', 'no_action'), false
from spoken_about as spoken
where
    spoken.huddle_date < getvariable('as_of') - 3
    and chance('spoken', spoken.child_n || spoken.huddle_id) < 0.08 * spoken.raised
    and (spoken.huddle_id, spoken.child_n) not in (
        select (huddle_id, child_n) from response_step where huddle_id is not null
    );
