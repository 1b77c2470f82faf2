-- The tables of the open file. Only flag_count and benefit hold children, and only counts of them.
create schema release.open_data;

create table release.open_data.flag_count (
    place_type varchar not null,
    place_code varchar not null,
    place_name varchar not null,
    pyramid_code varchar,
    zone_code varchar,
    academic_year varchar not null,
    half_term integer not null,
    half_term_label varchar not null,
    as_of_date date not null,
    flag_code varchar not null,
    children_count bigint,
    children_mark varchar,
    raised_count bigint,
    raised_mark varchar,
    assessable_count bigint,
    assessable_mark varchar,
    raised_rate decimal(9, 4),
    rate_mark varchar,
    raised_share decimal(9, 4),
    share_mark varchar,
    primary key (as_of_date, flag_code, place_type, place_code)
);

comment on table release.open_data.flag_count is
'Children counted by flag in every place, for each half term that is over. Grain: place, flag and half term. A number
that is not told is null and has a mark beside it, explained in suppression_mark.';
comment on column release.open_data.flag_count.place_type is '`school`, `pyramid`, `zone` or `county`.';
comment on column release.open_data.flag_count.place_code is
'LAESTAB of a school, code of a pyramid or zone, `county`; `unknown` for children of schools that nobody knows.';
comment on column release.open_data.flag_count.place_name is 'Name of the place.';
comment on column release.open_data.flag_count.pyramid_code is
'Pyramid that a school belonged to on the day; null where none, and for larger places.';
comment on column release.open_data.flag_count.zone_code is
'Zone that a school or pyramid belonged to on the day; null where none, and for larger places.';
comment on column release.open_data.flag_count.academic_year is 'Academic year, such as `2025/26`.';
comment on column release.open_data.flag_count.half_term is 'Half term of the academic year, 1 to 6.';
comment on column release.open_data.flag_count.half_term_label is
'Academic year and half term, such as `2025/26 half term 4`.';
comment on column release.open_data.flag_count.as_of_date is
'Last day of the half term, for which flags were assessed.';
comment on column release.open_data.flag_count.flag_code is
'The flag. `any`, at least one of them, is told of zones and the county alone.';
comment on column release.open_data.flag_count.children_count is
'Children of the ages the rules cover whose main registration is there on the day.';
comment on column release.open_data.flag_count.children_mark is
'Why children_count is not told: `c`; null where it is.';
comment on column release.open_data.flag_count.raised_count is 'Children whose flag is raised.';
comment on column release.open_data.flag_count.raised_mark is
'Why raised_count is not told: `c`, `x` or `z`; null where it is.';
comment on column release.open_data.flag_count.assessable_count is
'Children for whom the flag could be assessed. Not told for `any`.';
comment on column release.open_data.flag_count.assessable_mark is
'Why assessable_count is not told: `c` or `z`; null where it is.';
comment on column release.open_data.flag_count.raised_rate is
'Raised of assessable, from 0 to 1, rounded as suppression_rule says; null unless both counts are told.';
comment on column release.open_data.flag_count.rate_mark is
'Why raised_rate is not told: `c`, `x` or `z`; `low` where it is told, is not nought and rounds to nought.';
comment on column release.open_data.flag_count.raised_share is
'Raised of all children, from 0 to 1, rounded; no more than what is known, as some could not be assessed.';
comment on column release.open_data.flag_count.share_mark is
'Why raised_share is not told: `c`, `x` or `z`; `low` where it is told, is not nought and rounds to nought.';

insert into release.open_data.flag_count
-- any flag is told of zones and the county alone
with totals as (
    select * from place_flag
    where not is_summary or level >= 2
),

marked as (
    select
        totals.*,
        if(children.place is not null, 'c', null) as children_mark,
        case
            when raised.place is not null then 'c'
            when not totals.has_rule then 'z'
            when totals.assessable_count = 0 then 'x'
        end as raised_mark,
        case
            when totals.is_summary then 'z'
            when assessable.place is not null then 'c'
            when not totals.has_rule then 'z'
        end as assessable_mark
    from totals
    left join hidden as children
        on
            children.step = 'children'
            and totals.as_of_date = children.as_of_date
            and totals.level = children.level
            and totals.place = children.place
    left join hidden as raised
        on
            raised.step = 'raised'
            and totals.flag_code = raised.flag_code
            and totals.as_of_date = raised.as_of_date
            and totals.level = raised.level
            and totals.place = raised.place
    left join hidden as assessable
        on
            assessable.step = 'assessable'
            and totals.flag_code = assessable.flag_code
            and totals.as_of_date = assessable.as_of_date
            and totals.level = assessable.level
            and totals.place = assessable.place
),

rated as (
    select
        *,
        coalesce(raised_mark, assessable_mark) as no_rate,
        coalesce(raised_mark, children_mark) as no_share,
        round(raised_count / assessable_count, getvariable('rate_decimals')) as rate,
        round(raised_count / children_count, getvariable('rate_decimals')) as share
    from marked
)

select
    place_type,
    place,
    place_name,
    pyramid_code,
    zone_code,
    academic_year,
    half_term,
    half_term_label,
    as_of_date,
    flag_code,
    if(children_mark is null, children_count, null),
    children_mark,
    if(raised_mark is null, raised_count, null),
    raised_mark,
    if(assessable_mark is null, assessable_count, null),
    assessable_mark,
    if(no_rate is null, rate, null),
    coalesce(no_rate, if(raised_count > 0 and rate = 0, 'low', null)),
    if(no_share is null, share, null),
    coalesce(no_share, if(raised_count > 0 and share = 0, 'low', null))
from rated
order by as_of_date, flag_code, level, place;

-- What carries no child is copied, with the descriptions it has. Descriptions are found by the names of the columns.
create temp table copied (open_table varchar, source_schema varchar, source_table varchar);
insert into copied values
('flag', 'core', 'dim_flag'),
('flag_rule', 'core', 'dim_flag_rule'),
('half_term', 'reference', 'ref_term'),
('zone', 'core', 'dim_zone'),
('pyramid', 'core', 'dim_pyramid'),
('school', 'core', 'dim_school'),
('suppression_rule', 'reference', 'ref_suppression_rule'),
('suppression_mark', 'reference', 'ref_suppression_mark'),
('benefit', 'mart', 'mart_benefit');

create table release.open_data.flag as
select * exclude (flag_key)
from build.core.dim_flag
where population_code = 'school_age'
order by display_order;

create table release.open_data.flag_rule as
select * exclude (flag_rule_key, flag_rule_durable_key, flag_key)
from build.core.dim_flag_rule
where flag_code in (select flag_code from release.open_data.flag)
order by flag_code, version;

create table release.open_data.half_term as
from build.reference.ref_term
order by start_date;

create table release.open_data.zone as
select * exclude (zone_key)
from build.core.dim_zone
where zone_code <> 'unknown'
order by zone_code;

create table release.open_data.pyramid as
select * exclude (pyramid_key)
from build.core.dim_pyramid
where pyramid_code <> 'unknown'
order by pyramid_code;

create table release.open_data.school as
select
    school_id,
    urn,
    school_name,
    phase_code,
    phase_name,
    establishment_type,
    pyramid_code,
    zone_code,
    open_date,
    close_date,
    valid_from_date,
    valid_to_date,
    is_current
from build.core.dim_school
where school_id <> 'unknown'
order by school_id, valid_from_date;

create table release.open_data.suppression_rule as
from build.reference.ref_suppression_rule
order by valid_from_date;

create table release.open_data.suppression_mark as
from build.reference.ref_suppression_mark
order by display_order;

-- A comparison is told whole or not at all: its total would give one number away.
create table release.open_data.benefit as
with counts as (
    select
        comparisons.comparison_id,
        benefit.before_per_year
        * date_diff('month', comparisons.before_from_date, comparisons.before_to_date) / 12 as before_count,
        benefit.after_per_year
        * date_diff('month', comparisons.after_from_date, comparisons.after_to_date) / 12 as after_count
    from build.mart.mart_benefit as benefit
    inner join build.reference.ref_benefit_comparison as comparisons
        on benefit.comparison_id = comparisons.comparison_id
    where comparisons.basis = 'counted'
),

small as (
    select comparison_id
    from counts
    where
        round(before_count) between 1 and getvariable('threshold') - 1
        or round(after_count) between 1 and getvariable('threshold') - 1
)

select * exclude (benefit_key)
from build.mart.mart_benefit
where comparison_id not in (from small)
order by display_order;
