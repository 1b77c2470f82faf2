-- What the region's release before told of its totals, and what was hidden below them. A total that was not told
-- because councils' rules differ was not hidden.
insert into told_before
select
    steps.step,
    totals.flag_code,
    totals.academic_year,
    totals.half_term,
    3,
    'county',
    if(steps.step = 'raised', totals.raised_count, totals.assessable_count),
    if(steps.step = 'raised', totals.raised_mark, totals.assessable_mark) is not distinct from 'c'
from before.region.trend as totals
cross join (values ('raised'), ('assessable')) as steps (step)
where totals.place_type = 'region' and totals.raised_mark is distinct from 'v'

union all

select
    step,
    flag_code,
    academic_year,
    half_term,
    0,
    council_code || '/' || school_code,
    null,
    true
from before.region.hidden_part;

insert into referrals_before
select
    month_date,
    council_code,
    referrals_count,
    known_count,
    re_referrals_count,
    referrals_mark,
    known_mark,
    re_referrals_mark
from before.region.re_referral;
