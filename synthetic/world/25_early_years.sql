-- Children under five at private, voluntary and independent settings, as these return them on the census days of the last two
-- Januaries. Of the three- and four-year-olds in a setting about one in seven receives the pupil premium, and one two-year-old in five
-- hours for the disadvantaged, more where families are poor. All chance is of streams of its own.

-- Two settings for each pyramid.
create table early_years_setting as
select pyramid_n, numbers.n, (500000 + 10 * pyramid_n + numbers.n)::varchar as setting_urn
from pyramid, range(1, 3) as numbers (n);

create table early_years_census_day as
select reference_date as census_date
from read_csv(getvariable('reference') || '/ref_census.csv')
where census_term = 'spring' and reference_date < getvariable('as_of')
order by reference_date desc limit 2;

-- Who is too young for Reception, at home in the county on the day, and at a setting; counties have thousands of them, and a few show as much.
create table early_years_child as
with of_age as (
    select
        days.census_date,
        births.birth_id, births.household_n, births.birth_date, births.sex,
        -- Nursery age is counted from the September before.
        year_of(days.census_date) - births.cohort as age_at_september,
        households.idaci_decile, households.pyramid_n,
        days.census_date || '.' || births.birth_id as chance_id,
        1.8 - 0.15 * households.idaci_decile as poverty
    from early_years_census_day as days
    cross join household_child as births
    inner join household as households on births.household_n = households.household_n
    where
        births.edge_n is null
        and births.cohort > year_of(days.census_date) - 4
        and births.birth_date < days.census_date - 270
),

attending as (
    select *
    from of_age
    where
        chance('early_years', birth_id) < least(1, 1500.0 / getvariable('children'))
        and chance('early_years_place', birth_id) < [0.3, 0.45, 0.6, 0.7][1 + greatest(0, age_at_september)]
)

select
    attending.*,
    chance('early_years_poor', birth_id) < 0.2 * poverty as is_poor,
    chance('early_years_works', birth_id) < 0.55 as is_working,
    chance('early_years_daf', birth_id) < 0.02 as has_fund,
    case
        when chance('early_years_sen', birth_id) < 0.015 then 'E'
        when chance('early_years_sen', birth_id) < 0.085 then 'K'
        else 'N'
    end as sen_provision
from attending;

-- A place for each; one child in ten has a second one, and the hours are shared.
create table early_years_place as
with places as (
    select children.*, settings.setting_urn, children.chance_id || '.' || settings.n as place_id,
        case settings.n when 1 + draw('early_years_setting', children.birth_id, 2) then 1 else 2 end as place_n
    from early_years_child as children
    inner join early_years_setting as settings on children.pyramid_n = settings.pyramid_n
    where
        settings.n = 1 + draw('early_years_setting', children.birth_id, 2)
        or chance('early_years_second', children.chance_id) < 0.1
),

entitled as (
    select
        *,
        -- Two-year-olds of poor families, and from three on everybody.
        age_at_september = 2 and is_poor as is_two_year_funded,
        is_working and not (age_at_september = 2 and is_poor) as has_code,
        -- One in twelve is entitled and takes up nothing of it.
        chance('early_years_untaken', birth_id) < 0.08 as is_untaken
    from places
)

select
    entitled.place_id, entitled.census_date, entitled.setting_urn, entitled.birth_id, entitled.birth_date, entitled.sex,
    children.child_n,
    names.surname, names.forename, addresses.postcode, addresses.lsoa_code,
    if(chance('early_years_upn', entitled.birth_id) < 0.3 and not regexp_matches(upns.upn, '[A-Z]$'), upns.upn, null) as upn,
    ['WBRI', 'WBRI', 'WBRI', 'WBRI', 'WBRI', 'WEEU', 'MWBC', 'REFU'][1 + draw('early_years_ethnicity', entitled.household_n, 8)]
        as ethnicity_code,
    case
        when place_n = 2 then 0
        when age_at_september >= 3 then if(is_untaken and not has_code, 12, 15)
        when is_two_year_funded and not is_untaken then 15
        else 0
    end as funded_hours,
    if(place_n = 1 and age_at_september >= 3 and has_code and not is_untaken, 15, 0) as extended_hours,
    case
        when age_at_september < 3 and has_code and not is_untaken then if(place_n = 1, 20, 10)
        else 0
    end as expanded_hours,
    if(has_code, (50000000000 + hash_code)::varchar, null) as eligibility_code,
    if(has_fund, 'Y', 'N') as disability_fund,
    if(is_poor, 'Y', 'N') as premium,
    if(is_poor, if(chance('early_years_basis', entitled.birth_id) < 0.9, 'RE', 'RO'), null) as premium_basis,
    if(is_two_year_funded, if(sen_provision = 'E', 'HSD', 'ECO'), null) as two_year_basis,
    sen_provision
from (select *, draw('early_years_code', birth_id, 1000000) as hash_code from entitled) as entitled
left join child as children on entitled.birth_id = children.birth_id
left join upn_version as upns on children.child_n = upns.child_n and upns.valid_to_date = date '9999-12-31'
inner join birth_name as names
    on
        entitled.birth_id = names.birth_id
        and entitled.census_date >= names.valid_from_date and entitled.census_date < names.valid_to_date
inner join household_address as addresses
    on
        entitled.household_n = addresses.household_n
        and entitled.census_date >= addresses.valid_from_date and entitled.census_date < addresses.valid_to_date;

-- What settings send of it.
create table early_years_line as
select * replace (birth_date::varchar as birth_date, funded_hours::varchar as funded_hours) from early_years_place;
