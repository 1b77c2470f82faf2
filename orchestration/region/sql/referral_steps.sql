-- What the steps of suppression are given for referrals that came back: a council's numbers of a month are told by the
-- region alone, so they are hidden as a school's are. Of whom it is known stands for who could be assessed.
create or replace temp table step_count as
with numbers as (
    select
        *,
        'children' as step,
        'every' as flag_code,
        0::bigint as raised,
        referrals_count as not_raised,
        0::bigint as not_assessable,
        referrals_count as told
    from referral_count
    where re_referrals_count is not null

    union all

    select
        *,
        'raised',
        're_referral',
        re_referrals_count,
        referrals_count - re_referrals_count,
        0,
        re_referrals_count
    from referral_count
    where re_referrals_count is not null

    union all

    select
        *,
        'assessable',
        're_referral',
        re_referrals_count,
        known_count - re_referrals_count,
        referrals_count - known_count,
        known_count
    from referral_count
    where re_referrals_count is not null
)

select
    step,
    flag_code,
    month_date as as_of_date,
    council_code as place,
    null::varchar as pyramid_code,
    null::varchar as zone_code,
    raised,
    not_raised,
    not_assessable,
    told,
    false as is_nobody_assessable
from numbers;

delete from hidden;

delete from before_count;

insert into before_count
select
    steps.step,
    if(steps.step = 'children', 'every', 're_referral'),
    told.month_date,
    if(told.council_code is null, 3, 0),
    coalesce(told.council_code, 'county'),
    null,
    null,
    case steps.step
        when 'children' then told.referrals_count
        when 'raised' then told.re_referrals_count
        else told.known_count
    end,
    case steps.step
        when 'children' then told.referrals_mark
        when 'raised' then told.re_referrals_mark
        else told.known_mark
    end is not distinct from 'c'
from referrals_before as told
cross join (values ('children'), ('raised'), ('assessable')) as steps (step)
where told.referrals_mark is distinct from 'z';
