-- The tables into which councils are laid side by side, each row with its council; see load.py.
create temp table council (
    turn integer,
    council_code varchar,
    council_name varchar,
    is_united boolean,
    fault varchar,
    release_id varchar,
    as_of_date date,
    version varchar
);

-- what a council counts, small numbers too: of the rows that its open file has, and no others
create temp table counted (
    council_code varchar,
    place_type varchar,
    place_code varchar,
    as_of_date date,
    flag_code varchar,
    children_count bigint,
    assessable_count bigint,
    raised_count bigint
);
create temp table referral_count (
    council_code varchar,
    month_date date,
    academic_year varchar,
    window_days integer,
    referrals_count bigint,
    known_count bigint,
    re_referrals_count bigint
);

-- what the region's release before told; empty where there is none
create temp table told_before (
    step varchar,
    flag_code varchar,
    academic_year varchar,
    half_term integer,
    level integer,
    place varchar,
    told bigint,
    is_hidden boolean
);
create temp table referrals_before (
    month_date date,
    council_code varchar,
    referrals_count bigint,
    known_count bigint,
    re_referrals_count bigint,
    referrals_mark varchar,
    known_mark varchar,
    re_referrals_mark varchar
);

-- what must be hidden of the region's totals
create temp table total_hidden (step varchar, flag_code varchar, region_date date);
