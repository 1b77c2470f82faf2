-- Special educational needs and free school meals, both driven by deprivation.

create table first_day_on_roll as
select child_n, min(start_date) as first_date from spell group by child_n;

create table sen_spell as
with propensities as (
    select
        children.*,
        firsts.first_date,
        chance('sen', children.birth_id) as sen_chance,
        -- Boys are identified nearly twice as often as girls.
        if(children.sex = 'M', 1.28, 0.70) * (1.45 - 0.075 * children.idaci_decile) as factor
    from child as children
    inner join first_day_on_roll as firsts on children.child_n = firsts.child_n
),

stories as (
    select
        *,
        case
            when edge_n is not null then edge_sen_provision
            when is_special then 'E'
            when sen_chance < 0.030 * factor then 'E'
            when sen_chance < 0.262 * factor then 'K'
        end as provision,
        -- Identified between the first day and the seventh year after it; most in the early years.
        case
            when edge_n is not null then first_date
            when is_special then first_date
            else first_date + (2400 * pow(chance('sen_from', birth_id), 2.4))::int
        end as identified_date,
        draw_day('plan', birth_id, first_date + 200, first_date + 1800) as plan_date,
        draw_day('sen_ended', birth_id, first_date + 700, first_date + 3600) as ended_date,
        case
            when is_special then getvariable('special_needs')[1 + draw('need', birth_id, len(getvariable('special_needs')))]
            else getvariable('sen_needs')[1 + draw('need', birth_id, len(getvariable('sen_needs')))]
        end as primary_need,
        case when chance('second_need', birth_id) < 0.25
            then getvariable('second_needs')[1 + draw('which_second_need', birth_id, len(getvariable('second_needs')))] end as second_need
    from propensities
),

spells as (
    -- SEN support: until a plan replaces it, until it is no longer needed, or still.
    select child_n, 'K' as sen_provision, identified_date as start_date,
        case
            when edge_n is not null then null
            when provision = 'E' then plan_date - 1
            when chance('sen_ends', birth_id) < 0.45 and ended_date > identified_date then ended_date
        end as end_date,
        primary_need, second_need
    from stories
    where provision = 'K' or (provision = 'E' and not is_special and edge_n is null and plan_date > identified_date + 30)
    union all
    select child_n, 'E', if(is_special or edge_n is not null, identified_date, greatest(plan_date, identified_date)), null,
        primary_need, second_need
    from stories
    where provision = 'E'
)

select
    child_n, sen_provision, start_date,
    if(end_date > getvariable('last_change'), null, end_date) as end_date,
    primary_need, if(second_need = primary_need, null, second_need) as second_need
from spells
where start_date <= getvariable('last_change') and (end_date is null or end_date >= start_date);

-- A household becomes eligible and its children with it, from their first day at school on.
create table fsm_spell as
with eligible as (
    select
        household_n,
        chance('fsm', household_n) as fsm_chance,
        (0.045 + 0.46 * exp((1 - idaci_decile) / 3.6)) as share,
        draw_day('fsm_from', household_n, getvariable('as_of') - 3600, getvariable('last_change')) as household_from,
        draw_day('fsm_to', household_n, getvariable('world_from'), getvariable('last_change')) as household_to
    from household
    where family is null
)

select
    children.child_n,
    greatest(eligible.household_from, firsts.first_date) as start_date,
    case
        when chance('fsm_ends', eligible.household_n) < 0.15
            and eligible.household_to > greatest(eligible.household_from, firsts.first_date) + 30
            then eligible.household_to
    end as end_date,
    false as is_end_known_ahead
from eligible
inner join child as children on eligible.household_n = children.household_n
inner join first_day_on_roll as firsts on children.child_n = firsts.child_n
where eligible.fsm_chance < eligible.share * 1.15
union all
select child_n, fsm_from, fsm_to, true from child where fsm_from is not null;
