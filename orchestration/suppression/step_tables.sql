-- What steps are given beside step_count, and what they leave; see steps.py.
-- What the steps so far have hidden, at each level.
create or replace temp table hidden (
    step varchar,
    flag_code varchar,
    as_of_date date,
    level integer,
    place varchar
);

-- What the release before told, in the same steps; empty where there is none.
create or replace temp table before_count (
    step varchar,
    flag_code varchar,
    as_of_date date,
    level integer,
    place varchar,
    pyramid_code varchar,
    zone_code varchar,
    told bigint,
    is_hidden boolean
);
