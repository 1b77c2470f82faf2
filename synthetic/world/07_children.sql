-- Children of school age, with what happens to them: they join the county, move from one of its schools to another, leave.

create table child as
with of_school_age as (
    select
        row_number() over (order by births.household_n, births.birth_order) as child_n,
        births.*,
        households.idaci_decile,
        households.pyramid_n,
        households.route_n as household_route_n,
        chance('special', births.birth_id) < getvariable('special_share') * (1.45 - 0.08 * households.idaci_decile) as is_special
    from household_child as births
    inner join household as households on births.household_n = households.household_n
    where births.cohort between getvariable('first_cohort') and getvariable('last_cohort')
),

special_route as (
    select route_n, row_number() over (order by route_n) as n, count(*) over () as routes
    from (select distinct route_n from route_stage where kind = 'special')
),

dated as (
    select
        births.*,
        cases.case_name,
        'C' || lpad(births.child_n::varchar, 6, '0') as child_id,
        case
            when births.edge_n is not null then if(cases.enters = 'special', special.route_n, births.household_route_n)
            when births.is_special then special.route_n
            else births.household_route_n
        end as route_n,
        -- Families move into the county and out of it, and from one of its schools to another.
        case
            when births.edge_n is not null then cases.join_date
            when chance('joins', births.birth_id) < 0.012 * (getvariable('years') + 1)
                then draw_day('join', births.birth_id, getvariable('world_from'), getvariable('last_change'))
        end as join_date,
        case
            when births.edge_n is not null then null
            when chance('leaves', births.birth_id) < 0.011 * (getvariable('years') + 1)
                then draw_day('leave', births.birth_id, getvariable('world_from'), getvariable('last_change'))
            -- Four in nine end at sixteen.
            when chance('sixteen', births.birth_id) < 0.45 and not births.is_special
                then (select last_day from school_year where start_year = births.cohort + 15)
        end as leave_date,
        case
            when births.edge_n is not null then cases.move_date
            when chance('moves', births.birth_id) < 0.03 * (getvariable('years') + 1) and not births.is_special
                then draw_day('move', births.birth_id, getvariable('world_from'), getvariable('last_change'))
        end as move_date,
        cases.absent_before_move,
        cases.absent_after_move,
        cases.fsm_from,
        cases.fsm_to,
        cases.sen_provision as edge_sen_provision,
        cases.needs,
        cases.upn_story,
        cases.second_school
    from of_school_age as births
    inner join special_route as special on special.n = 1 + draw('special_school', births.birth_id, special.routes)
    left join edge_case as cases on births.edge_n = cases.edge_n
),

moved as (
    select
        dated.*,
        -- One mover in seven of the upper years goes to a pupil referral unit, the others to another school's route.
        case
            when dated.move_date is null then null
            when dated.edge_n is null and year_of(dated.move_date) - dated.cohort - 4 between 8 and 10 and chance('to_pru', dated.birth_id) < 0.15
                then (
                    select route_n from route_stage where kind = 'pru'
                    order by chance('which_pru', dated.birth_id || '.' || route_n) limit 1
                )
            else (
                select routes.route_n from local_route as routes
                where routes.route_n <> dated.route_n
                order by chance('new_route', dated.birth_id || '.' || routes.route_n) limit 1
            )
        end as second_route_n
    from dated
)

select
    -- Names have a history of their own.
    * exclude (household_route_n, forename, surname),
    -- Ethnicity codes of the census and their shares.
    (
        select ethnicity_code from (values
            ('WBRI', 0.0, 0.885), ('WOTW', 0.885, 0.915), ('WEEU', 0.915, 0.935), ('WIRI', 0.935, 0.938), ('WIRT', 0.938, 0.940),
            ('WROM', 0.940, 0.942), ('MWBC', 0.942, 0.949), ('MWBA', 0.949, 0.954), ('MWAS', 0.954, 0.964), ('MOTH', 0.964, 0.972),
            ('AIND', 0.972, 0.977), ('APKN', 0.977, 0.979), ('ABAN', 0.979, 0.981), ('AOTH', 0.981, 0.985), ('BCRB', 0.985, 0.987),
            ('BAFR', 0.987, 0.990), ('CHNE', 0.990, 0.992), ('OOTH', 0.992, 0.995), ('NOBT', 0.995, 0.997), ('REFU', 0.997, 1.0)
        ) as shares (ethnicity_code, chance_from, chance_to)
        where
            chance('ethnicity', moved.household_n) >= shares.chance_from
            and chance('ethnicity', moved.household_n) < shares.chance_to
    ) as ethnicity_code,
    -- What school work comes easily; deprivation pulls a little.
    bell('ability', birth_id) + 0.06 * (idaci_decile - 6) as ability,
    case when chance('young_carer', birth_id) < 0.006 then 'P' when chance('young_carer', birth_id) < 0.011 then 'S' else 'N' end as young_carer
from moved;
