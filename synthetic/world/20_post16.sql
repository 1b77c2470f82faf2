-- Young people after Year 11: what they do, as an authority returns it to the NCCIS, and whom it knows but no school of the
-- county did. All chance is of streams of its own.

set variable post16_year = year_of(getvariable('as_of'));

-- The returns of the school year: September for the guarantee, the three months of the published averages, the last.
create table nccis_return as
with months as (
    select last_day(month)::date as period_end
    from (
        select unnest(generate_series(
            make_date(getvariable('post16_year'), 9, 1), getvariable('as_of') - 1, interval 1 month
        ))::date as month
    )
)

select row_number() over (order by period_end) as return_n, period_end
from months
where
    period_end <= getvariable('as_of')
    and (
        month(period_end) in (9, 12, 1, 2)
        or period_end = (select max(period_end) from months where period_end <= getvariable('as_of'))
    );

-- Years 12 and 13, and to 18 those with an EHC plan. Who moved away is another authority's.
create table young_person as
with needs as (
    select child_n, max_by(sen_provision, start_date) as sen_provision
    from sen_spell
    group by child_n
),

known as (
    select
        children.child_n,
        children.household_n,
        children.birth_id as chance_id,
        children.birth_date,
        children.sex,
        getvariable('post16_year') - children.cohort - 4 as nc_index,
        needs.sen_provision,
        children.young_carer <> 'N' as is_young_carer,
        children.is_special,
        -- At a school of the county in the autumn: in its sixth form.
        children.leave_date is null or children.leave_date > make_date(getvariable('post16_year'), 9, 30) as stays_on
    from child as children
    left join needs on children.child_n = needs.child_n
    where
        children.edge_n is null
        and not chance('leaves', children.birth_id) < 0.011 * (getvariable('years') + 1)
        and getvariable('post16_year') - children.cohort - 4 between 12 and 14
        and (getvariable('post16_year') - children.cohort - 4 < 14 or needs.sen_provision = 'E')
),

-- One in fifty came after Year 11, and was at no school of the county.
arrived as (
    select
        null::int as child_n,
        null::int as household_n,
        'elsewhere.' || n as chance_id,
        draw_day(
            'post16_born', 'elsewhere.' || n,
            make_date(getvariable('post16_year') - 17, 9, 1), make_date(getvariable('post16_year') - 16, 8, 31)
        ) as birth_date,
        if(chance('post16_sex', 'elsewhere.' || n) < 0.5, 'F', 'M') as sex,
        12 as nc_index,
        null as sen_provision,
        false as is_young_carer,
        false as is_special,
        false as stays_on
    from range(1, 2 + (select count(*) // 50 from known)) as people (n)
)

select
    row_number() over (order by child_n nulls last, chance_id) as person_n,
    '838' || lpad((1000 + row_number() over (order by child_n nulls last, chance_id))::varchar, 10, '0') as person_id,
    coalesce(sen_provision = 'E', false) as is_send,
    coalesce(sen_provision = 'K', false) as is_sen_support,
    *
from (from known union all by name from arrived);

-- What a year brings: the first activity in September, and one or two others for some.
create table young_person_activity as
with shares as (
    select * from (values
        ('220', 0.000, 0.150), ('230', 0.150, 0.690), ('310', 0.690, 0.775), ('410', 0.775, 0.790), ('450', 0.790, 0.800),
        ('320', 0.800, 0.810), ('330', 0.810, 0.905), ('350', 0.905, 0.917), ('260', 0.917, 0.920), ('610', 0.920, 0.968),
        ('616', 0.968, 0.974), ('620', 0.974, 0.977), ('630', 0.977, 0.980), ('640', 0.980, 0.990), ('680', 0.990, 0.992),
        ('710', 0.992, 0.993), ('810', 0.993, 0.998), ('820', 0.998, 1.000)
    ) as shares (activity_code, chance_from, chance_to)
),

changes as (
    select * from (values
        ('610', 0.000, 0.220), ('616', 0.220, 0.250), ('330', 0.250, 0.500), ('310', 0.500, 0.680), ('230', 0.680, 0.930),
        ('450', 0.930, 0.960), ('640', 0.960, 0.985), ('810', 0.985, 1.000)
    ) as changes (activity_code, chance_from, chance_to)
),

-- September after September: a second-year student began the year before.
begun as (
    select
        people.person_n, people.chance_id, 1 as n,
        case
            when people.is_special and people.is_send then '280'
            when people.stays_on then '210'
            else shares.activity_code
        end as activity_code,
        make_date(
            getvariable('post16_year')
            - (people.nc_index > 12 and chance('post16_second_year', people.chance_id) < 0.85)::int,
            9, 1 + draw('post16_begins', people.chance_id, 20)
        ) as start_date
    from young_person as people
    inner join shares
        on
            chance('post16_first', people.chance_id) >= shares.chance_from
            and chance('post16_first', people.chance_id) < shares.chance_to
),

changed as (
    select
        begun.person_n, begun.chance_id, begun.n + turns.turn as n, changes.activity_code,
        draw_day(
            'post16_change.' || turns.turn, begun.chance_id,
            make_date(getvariable('post16_year') + turns.turn - 1, if(turns.turn = 1, 10, 1), 5),
            make_date(getvariable('post16_year') + turns.turn - 1, if(turns.turn = 1, 12, 6), 20)
        ) as start_date
    from begun
    cross join (values (1), (2)) as turns (turn)
    inner join changes
        on
            chance('post16_next.' || turns.turn, begun.chance_id) >= changes.chance_from
            and chance('post16_next.' || turns.turn, begun.chance_id) < changes.chance_to
    where
        chance('post16_changes.' || turns.turn, begun.chance_id)
        < if(begun.activity_code in ('210', '220', '230', '280'), 0.04, 0.35)
),

-- Whoever goes on with the same has not changed.
in_order as (
    select *
    from (from begun union all from changed)
    where start_date <= getvariable('as_of')
    qualify activity_code is distinct from lag(activity_code) over (partition by person_n order by n)
)

select
    person_n,
    row_number() over (partition by person_n order by n) as activity_n,
    activity_code,
    start_date,
    lead(start_date, 1, date '9999-12-31') over (partition by person_n order by n) as end_date
from in_order;

-- An offer by the end of September, made to those who left Year 11 or Year 12 in the summer.
create table september_guarantee as
with shares as (
    select * from (values
        ('110', 0.000, 0.520), ('120', 0.520, 0.850), ('122', 0.850, 0.900), ('123', 0.900, 0.915), ('124', 0.915, 0.937),
        ('140', 0.937, 0.944), ('150', 0.944, 0.960), ('151', 0.960, 0.968), ('159', 0.968, 1.000)
    ) as shares (guarantee_code, chance_from, chance_to)
)

select people.person_n, (people.nc_index - 1)::varchar as year_group, shares.guarantee_code
from young_person as people
inner join shares
    on
        chance('september_guarantee', people.chance_id) >= shares.chance_from
        and chance('september_guarantee', people.chance_id) < shares.chance_to
where people.nc_index in (12, 13);

-- What the case system knows of who somebody is: most have a UPN, nearly all a learner number.
create table nccis_person as
select
    people.person_n,
    case
        when people.child_n is null and chance('post16_upn', people.chance_id) < 0.5
            then upn('8992001' || lpad((people.person_n % 100)::varchar, 2, '0') || lpad((800 + people.person_n % 200)::varchar, 3, '0'))
        when people.child_n is not null and chance('post16_upn', people.chance_id) < 0.93
            and not regexp_matches(upns.upn, '[A-Z]$')
            then upns.upn
    end as upn,
    -- Of some neither number is known: they are found by name.
    if(
        chance('post16_uln', people.chance_id) < 0.96
        and (chance('post16_upn', people.chance_id) < 0.93 or chance('post16_neither', people.chance_id) < 0.5),
        uln(coalesce(people.child_n, 5000000 + people.person_n)), null
    ) as uln,
    case
        when people.child_n is not null then names.forename
        when people.sex = 'F' then getvariable('girls')[1 + draw('post16_name', people.chance_id, len(getvariable('girls')))]
        else getvariable('boys')[1 + draw('post16_name', people.chance_id, len(getvariable('boys')))]
    end as forename,
    coalesce(
        names.surname,
        getvariable('surnames')[1 + draw('post16_surname', people.chance_id, len(getvariable('surnames')))]
    ) as surname,
    coalesce(addresses.address_line, (1 + draw('post16_house', people.chance_id, 90)) || ' New Road') as address_line,
    coalesce(addresses.postcode, postcode_of(1, draw('post16_postcode', people.chance_id, 20))) as postcode,
    -- Verified once, and not again before it lapses.
    chance('post16_unverified', people.chance_id) < 0.004 as is_left_unverified
from young_person as people
left join upn_version as upns on people.child_n = upns.child_n and upns.valid_to_date = date '9999-12-31'
left join child_name as names on people.child_n = names.child_n and names.valid_to_date = date '9999-12-31'
left join household_address as addresses
    on people.household_n = addresses.household_n and addresses.valid_to_date = date '9999-12-31';

-- One record a month, with the activity of its last day.
create table nccis_record as
with current_ones as (
    select
        returns.return_n, returns.period_end, people.person_n, activities.activity_n, activities.activity_code,
        activities.start_date, groups.activity_group, known.is_left_unverified,
        left(groups.activity_group, 4) = 'neet' as is_neet,
        first_value(activities.start_date) over neets as neet_start_date
    from nccis_return as returns
    cross join young_person as people
    inner join nccis_person as known on people.person_n = known.person_n
    inner join young_person_activity as activities
        on
            people.person_n = activities.person_n
            and returns.period_end >= activities.start_date and returns.period_end < activities.end_date
    inner join read_csv(getvariable('reference') || '/ref_post16_activity.csv', types = {'activity_code': 'varchar'}) as groups
        on activities.activity_code = groups.activity_code
    window neets as (partition by people.person_n, activities.activity_n order by returns.period_end)
),

verified as (
    select
        *,
        if(is_left_unverified, start_date, greatest(start_date, date_trunc('month', period_end)::date)) as verified_date,
        -- Education and work are asked for once a year, all else each quarter.
        if(activity_group in ('education', 'employment', 'training'), 400, 92) as lasts_days
    from current_ones
)

select
    row_number() over (order by return_n, person_n) as record_n,
    *,
    (verified_date + lasts_days)::date as due_to_lapse_date,
    (verified_date + lasts_days)::date < period_end as is_lapsed
from verified;

-- The record as it is written; the mistakes are put in here.
create table nccis_line as
select
    records.record_n,
    records.return_n,
    records.period_end,
    records.person_n,
    people.person_id,
    if(chance('post16_educated_elsewhere', people.chance_id) < 0.02, 'E', 'P') as cohort_status,
    known.forename,
    known.surname,
    known.address_line,
    known.postcode,
    people.sex,
    people.birth_date::varchar as birth_date,
    known.uln,
    known.upn,
    if(people.nc_index in (12, 13), 'Y', 'N') as is_guaranteed,
    case
        when people.is_send then '3' when records.is_neet or people.is_young_carer then '2' else '1'
    end as level_of_need,
    if(people.is_send, 'Y', 'N') as is_send,
    if(people.is_sen_support, 'Y', 'N') as is_sen_support,
    list_filter(
        [
            if(people.is_young_carer or records.activity_code = '620', '140', null),
            if(records.activity_code = '630', '120', null),
            if(chance('post16_care', people.chance_id) < 0.008, '110', null),
            if(chance('post16_offending', people.chance_id) < 0.006, '150', null)
        ],
        lambda code: code is not null
    ) as characteristics,
    guarantees.year_group,
    guarantees.guarantee_code,
    if(
        people.nc_index = 12 and people.child_n is not null,
        case
            when chance('post16_intended', people.chance_id) < 0.52 then '111'
            when chance('post16_intended', people.chance_id) < 0.85 then '121'
            when chance('post16_intended', people.chance_id) < 0.93 then '211'
            when chance('post16_intended', people.chance_id) < 0.97 then '321'
            else '611'
        end,
        null
    ) as intended_destination,
    records.activity_code,
    records.start_date::date as start_date,
    least(records.start_date + 14, records.period_end)::date as ascertained_date,
    greatest(records.verified_date, least(records.start_date + 14, records.period_end))::date as verified_date,
    if(records.activity_code in ('260', '350', '616', '710'), records.period_end + 60, null)::date as review_date,
    records.due_to_lapse_date,
    if(records.is_lapsed, 'Y', 'N') as is_lapsed,
    if(records.is_neet, records.neet_start_date, null)::date as neet_start_date,
    if(
        records.activity_group in ('education', 'training') and records.activity_code <> '260',
        make_date(getvariable('post16_year') + 1 + (people.nc_index = 12)::int, 7, 31), null
    )::date as predicted_end_date
from nccis_record as records
inner join young_person as people on records.person_n = people.person_n
inner join nccis_person as known on records.person_n = known.person_n
left join september_guarantee as guarantees on records.person_n = guarantees.person_n;
