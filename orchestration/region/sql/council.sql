-- One council's counts of the rows that its open file has. Its tables are views named one_<table>; see load.py.
insert into counted
select
    getvariable('council'),
    told.place_type,
    told.place_code,
    told.as_of_date,
    told.flag_code,
    counts.children_count,
    counts.assessable_count,
    counts.raised_count
from one_flag_count as told
left join (
    select
        places.place_type,
        places.place_code,
        counts.as_of_date,
        flags.flag_code,
        counts.children_count,
        counts.assessable_count,
        counts.raised_count
    from one_fct_flag_place as counts
    inner join one_dim_place as places on counts.place_key = places.place_key
    inner join one_dim_flag as flags on counts.flag_key = flags.flag_key
    where counts.rule_basis = 'in_force'
) as counts using (place_type, place_code, as_of_date, flag_code);

insert into referral_count
select
    getvariable('council'),
    month_date,
    academic_year,
    window_days,
    referrals_count,
    known_count,
    re_referrals_count
from one_mart_re_referral
where is_county and is_default_window and is_complete;
