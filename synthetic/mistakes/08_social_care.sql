-- Censuses of children in need as sent: in the newest, one of each kind of mistake, in different children, and another in
-- every two hundred.
create table cin_mistake as
with single as (
    select lines.*
    from cin_line_episode as lines
    inner join cin_line_child as children on lines.record_n = children.record_n
    where lines.return_n = (select max(return_n) from cin_return) and children.upn is not null
    qualify count(*) over (partition by lines.record_n) = 1
),

-- What was closed comes first: three of the mistakes are made in it.
candidates as (
    select
        record_n, n, person_n,
        row_number() over (order by closure_date is null, chance('bad_need', record_n)) as place,
        count(*) over () as candidates_count
    from single
    where is_nfa = '0'
)

select
    record_n, n, person_n,
    ['reason_unknown', 'closed_before_referral', 'referral_unreadable', 'upn_wrong_letter', 'twice'][
        1 + (place - 1) % 5
    ] as cause
from candidates
where place <= greatest(5, candidates_count // 200);

insert into dirt
select
    people.child_n, 'cin_' || mistakes.cause, 'cin_census', people.child_ref,
    if(mistakes.cause in ('upn_wrong_letter', 'referral_unreadable', 'closed_before_referral', 'reason_unknown'), 'step_down', ''),
    mistakes.record_n
from cin_mistake as mistakes
inner join cin_person as people on mistakes.person_n = people.person_n;

update cin_line_child set upn = wrong_letter(cin_line_child.upn), former_upn = null
from cin_mistake as mistakes
where cin_line_child.record_n = mistakes.record_n and mistakes.cause = 'upn_wrong_letter';

update cin_line_episode set
    closure_reason = if(mistakes.cause = 'reason_unknown', 'RC99', cin_line_episode.closure_reason),
    closure_date = if(
        mistakes.cause = 'closed_before_referral',
        (cin_line_episode.referral_date::date - 7)::varchar, cin_line_episode.closure_date
    ),
    referral_date = if(mistakes.cause = 'referral_unreadable', 'not known', cin_line_episode.referral_date)
from cin_mistake as mistakes
where cin_line_episode.record_n = mistakes.record_n and cin_line_episode.n = mistakes.n;

-- Once more at the end of the file.
insert into cin_line_child
select * replace (100000000 + record_n as record_n)
from cin_line_child
where record_n in (select record_n from cin_mistake where cause = 'twice');

insert into cin_line_episode
select * replace (100000000 + record_n as record_n)
from cin_line_episode
where record_n in (select record_n from cin_mistake where cause = 'twice');
