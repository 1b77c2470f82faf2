-- Households move house; what they were born into (deprivation, the way to school) stays with them.

set variable pyramids = (select count(*)::int from pyramid);

-- Six in a hundred a year. An only child who is adopted has a new home from that day on.
create table house_move as
with moves as (
    select
        households.household_n,
        draw_day(
            'house_moved', households.household_n || '.' || years.n,
            getvariable('world_from') + (365 * years.n)::int, getvariable('world_from') + (365 * years.n + 364)::int
        ) as moved_date
    from household as households, range(0, getvariable('years') + 1) as years (n)
    where
        households.family is null
        and chance('house_moves', households.household_n || '.' || years.n) < 0.06
    union
    select adoptions.household_n, adoptions.adopted_date
    from adoption as adoptions
    inner join household as households on adoptions.household_n = households.household_n
    where households.children = 1
),

placed as (
    select
        moves.household_n,
        moves.moved_date,
        moves.household_n || '.' || moves.moved_date as move_id,
        -- One move in twenty is to another town; namesakes stay in towns of their own.
        if(
            chance('another_town', move_id) < 0.05
            and moves.household_n not in (select household_n from namesake_household),
            1 + (households.pyramid_n + draw('which_town', move_id, getvariable('pyramids') - 1))
            % getvariable('pyramids'),
            households.pyramid_n
        ) as pyramid_n,
        1 + draw('moved_area', move_id, getvariable('areas_of_pyramid')) as n_in_pyramid
    from moves
    inner join household as households on moves.household_n = households.household_n
    where moves.moved_date <= getvariable('last_change')
)

select placed.*, areas.area_n, areas.lsoa_code, pyramids.pyramid_name as town
from placed
inner join area as areas
    on
        placed.pyramid_n = areas.pyramid_n
        and (placed.pyramid_n - 1) * getvariable('areas_of_pyramid') + placed.n_in_pyramid = areas.area_n
inner join pyramid as pyramids on placed.pyramid_n = pyramids.pyramid_n;

create table household_address as
with homes as (
    select household_n, date '1900-01-01' as valid_from_date, flat, house_number, street, town, postcode, lsoa_code
    from household
    union all
    select
        household_n,
        moved_date,
        if(chance('moved_flat', move_id) < 0.06, 'Flat ' || (1 + draw('moved_flat_number', move_id, 12)), null),
        (1 + draw('moved_house', move_id, 120))::varchar,
        getvariable('streets')[1 + draw('moved_street', move_id, len(getvariable('streets')))],
        town,
        postcode_of(area_n, draw('moved_postcode', move_id, 20)),
        lsoa_code
    from house_move
)

select
    household_n,
    valid_from_date,
    lead(valid_from_date, 1, date '9999-12-31') over (partition by household_n order by valid_from_date) as valid_to_date,
    flat,
    house_number,
    street,
    town,
    concat_ws(', ', flat, house_number || ' ' || street, town) as address_line,
    postcode,
    lsoa_code
from homes;
