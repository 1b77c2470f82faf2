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
create table establishment as
with numbered as (
    select
        schools.*,
        areas.area_n,
        row_number() over (order by schools.school_id) as n,
        schools.phase = 'Primary' and (row_number() over (partition by schools.phase order by schools.school_id) % 12 = 2) as converted
    from school as schools
    inner join area as areas on schools.pyramid_n = areas.pyramid_n and areas.lsoa_name like '%A'
),

described as (
    select
        *,
        make_date(getvariable('first_year') + 1, 1, 1) as conversion_date,
        case
            when phase in ('Middle') then 'Middle deemed secondary'
            when phase in ('Upper', 'Secondary') then 'Secondary'
            when phase in ('Special', 'PRU') then 'Not applicable'
            else 'Primary'
        end as register_phase,
        case phase when 'Special' then 'Community special school' when 'PRU' then 'Pupil referral unit'
            else 'Community school' end as first_type
    from numbered
)

select
    900000 + n as urn, school_id, school_name, first_type as establishment_type, register_phase as phase,
    if(converted, 'Closed', 'Open') as status,
    make_date(1950 + draw('opened', school_id, 50), 9, 1) as open_date,
    if(converted, conversion_date - 1, null) as close_date,
    postcode_of(area_n, draw('school_postcode', school_id, 20)) as postcode,
    nc_from + 4 as age_low, nc_to + 5 as age_high,
    350000 + draw('easting', school_id, 60000) as easting, 80000 + draw('northing', school_id, 40000) as northing,
    converted
from described
union all
select
    950000 + n, school_id, replace(school_name, ' School', ' Academy'), 'Academy converter', register_phase, 'Open',
    conversion_date, null,
    postcode_of(area_n, draw('school_postcode', school_id, 20)), nc_from + 4, nc_to + 5,
    350000 + draw('easting', school_id, 60000), 80000 + draw('northing', school_id, 40000), converted
from described
where converted;

create table establishment_link as
select older.urn, newer.urn as link_urn, newer.school_name as link_name, 'Successor' as link_type, newer.open_date as link_date
from establishment as older
inner join establishment as newer on older.school_id = newer.school_id and older.urn < newer.urn
union all
select newer.urn, older.urn, older.school_name, 'Predecessor', newer.open_date
from establishment as older
inner join establishment as newer on older.school_id = newer.school_id and older.urn < newer.urn;
