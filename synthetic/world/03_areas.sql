-- Small areas with their deprivation, their postcodes, and the register entry of every school.

create table area as
select
    pyramids.pyramid_n,
    pyramids.zone_n,
    row_number() over (order by pyramids.pyramid_n, numbers.n) as area_n,
    'E019' || lpad((row_number() over (order by pyramids.pyramid_n, numbers.n))::varchar, 5, '0') as lsoa_code,
    pyramids.pyramid_name || ' ' || lpad(pyramids.pyramid_n::varchar, 3, '0') || chr((64 + numbers.n)::int) as lsoa_name,
    1 + draw('idaci', pyramids.pyramid_n || '.' || numbers.n, 32844) as uniform_rank
from pyramid as pyramids, range(1, getvariable('areas_of_pyramid') + 1) as numbers (n);

-- The county is a little less deprived than England.
create table deprivation as
select
    area_n,
    lsoa_code,
    lsoa_name,
    idaci_rank,
    ceil(idaci_rank / 3284.4)::int as idaci_decile,
    imd_rank,
    ceil(imd_rank / 3284.4)::int as imd_decile,
    idaopi_rank,
    ceil(idaopi_rank / 3284.4)::int as idaopi_decile
from (
    select
        *,
        greatest(1, least(32844, round(32844 * pow(uniform_rank / 32844.0, 0.8))))::int as idaci_rank,
        greatest(1, least(32844, idaci_rank + round(4000 * bell('imd', lsoa_code))))::int as imd_rank,
        greatest(1, least(32844, idaci_rank + round(7000 * bell('idaopi', lsoa_code))))::int as idaopi_rank
    from area
);

-- Twenty postcodes for an area; ZZ is no postcode area of the United Kingdom.
create macro postcode_of(area_n, n) as (
    'ZZ' || (1 + area_n // 99)::varchar || ' ' || ((area_n % 99 * 20 + n) // 400 % 10)::varchar
    || substr('ABDEFGHJLNPQRSTUWXYZ', ((area_n % 99 * 20 + n) // 20 % 20 + 1)::int, 1)
    || substr('ABDEFGHJLNPQRSTUWXYZ', ((area_n % 99 * 20 + n) % 20 + 1)::int, 1)
);

-- URNs are invented as well. Some primary schools became academies: the old entry is closed, the new one has the same number.
-- The first middle school became one twice, each time with a new number; its children's returns were made under the number of
-- their day. Long ago a village school closed and became part of the first primary school.
create table school_number as
select
    schools.school_id,
    periods.number,
    periods.valid_from_date,
    periods.valid_to_date
from (
    select *, phase = 'Middle' and school_id = min(school_id) over (partition by phase) as renumbered
    from school
) as schools, lateral (
    select
        '838' || (schools.school_id[4:]::int + 90)::varchar as number,
        date '1900-01-01' as valid_from_date,
        make_date(getvariable('first_year') + 1, 9, 1) as valid_to_date
    where schools.renumbered
    union all
    select
        schools.school_id,
        if(schools.renumbered, make_date(getvariable('first_year') + 1, 9, 1), date '1900-01-01'),
        date '9999-12-31'
) as periods;

create table establishment as
with numbered as (
    select
        schools.*,
        areas.area_n,
        row_number() over (order by schools.school_id) as n,
        schools.phase = 'Primary' and (row_number() over (partition by schools.phase order by schools.school_id) % 12 = 2) as converted,
        schools.phase = 'Middle' and row_number() over (partition by schools.phase order by schools.school_id) = 1 as renumbered,
        schools.phase = 'Primary' and row_number() over (partition by schools.phase order by schools.school_id) = 1 as took_in
    from school as schools
    inner join area as areas on schools.pyramid_n = areas.pyramid_n and areas.lsoa_name like '%A'
),

described as (
    select
        *,
        make_date(getvariable('first_year') + 1, 1, 1) as conversion_date,
        make_date(getvariable('first_year') + 1, 9, 1) as renumbering_date,
        make_date(getvariable('first_year') - 2, 4, 1) as merger_date,
        case
            when phase in ('Middle') then 'Middle deemed secondary'
            when phase in ('Upper', 'Secondary') then 'Secondary'
            when phase in ('Special', 'PRU') then 'Not applicable'
            else 'Primary'
        end as register_phase,
        case phase when 'Special' then 'Community special school' when 'PRU' then 'Pupil referral unit'
            else 'Community school' end as first_type
    from numbered
),

-- An establishment's place in the succession of its school: 2 is the one that most schools are and were.
entries as (
    select
        900000 + n as urn, 2 as hop, school_id as founding_id,
        if(renumbered, '838' || (school_id[4:]::int + 90)::varchar, school_id) as school_id,
        school_name, if(renumbered, 'Academy converter', first_type) as establishment_type,
        make_date(1950 + draw('opened', school_id, 50), 9, 1) as drawn_date,
        if(renumbered, date '2019-04-01', drawn_date) as open_date,
        case when converted then conversion_date - 1 when renumbered then renumbering_date - 1 end as close_date,
        described.* exclude (school_id, school_name)
    from described
    union all
    select
        950000 + n, 3, school_id, school_id, replace(school_name, ' School', ' Academy'),
        if(renumbered, 'Academy sponsor led', 'Academy converter'), null,
        if(renumbered, renumbering_date, conversion_date), null,
        described.* exclude (school_id, school_name)
    from described
    where converted or renumbered
    union all
    select
        920000 + n, 1, school_id, '835' || (school_id[4:]::int + 90)::varchar, school_name, first_type, null,
        make_date(1950 + draw('opened', school_id, 50), 9, 1), date '2019-03-31',
        described.* exclude (school_id, school_name)
    from described
    where renumbered
    union all
    select
        930000 + n, 0, school_id, '838' || (school_id[4:]::int + 90)::varchar, 'Old ' || school_name, first_type, null,
        null, merger_date - 1,
        described.* exclude (school_id, school_name)
    from described
    where took_in
)

select
    urn, hop, founding_id, school_id, school_name, establishment_type, register_phase as phase,
    if(close_date is null, 'Open', 'Closed') as status, open_date, close_date, merger_date,
    postcode_of(area_n, draw('school_postcode', founding_id, 20)) as postcode,
    nc_from + 4 as age_low, nc_to + 5 as age_high,
    350000 + draw('easting', founding_id, 60000) as easting, 80000 + draw('northing', founding_id, 40000) as northing
from entries;

-- The register's dates of a link are not those of its establishments, and its two sides need not agree.
create table establishment_link as
with pairs as (
    select
        older.urn, older.school_name, newer.urn as newer_urn, newer.school_name as newer_name,
        if(older.hop = 0, ' - merged', '') as suffix,
        if(older.hop = 0, older.merger_date, newer.open_date) as link_date,
        newer.urn >= 950000 and older.school_id <> newer.school_id as is_untidy
    from establishment as older
    inner join establishment as newer
        on older.founding_id = newer.founding_id and (newer.hop = older.hop + 1 or (older.hop = 0 and newer.hop = 2))
    where older.hop > 0 or newer.hop = 2
)

select urn, newer_urn as link_urn, newer_name as link_name, 'Successor' || suffix as link_type,
    if(is_untidy, link_date - 93, link_date) as link_date
from pairs
union all
select newer_urn, urn, school_name, 'Predecessor' || suffix, link_date
from pairs;
