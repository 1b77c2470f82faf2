-- Children who stand exactly on a rule's edge, in every county. What is null is left to the general rule, without chance.

-- The day from which a child has this many school days until the end of the last period returned.
create macro days_before_last_period_end(days) as (
    select max(later.day)
    from day_count as later
    where later.school_days = (
        select counts.school_days from day_count as counts where counts.day = getvariable('last_period_end')
    ) - days
) + 1;

create table edge_case as
with cases (case_name, family, sex, birth_date, join_date, move_date, absent_before_move, absent_after_move,
    fsm_from, fsm_to, sen_provision, needs, upn_story, second_school, enters) as (
    values
    ('absence_exactly_ten_percent', 1, 'F', getvariable('as_of') - interval '9 years 100 days',
        days_before_last_period_end(60), null, null, 12, null, null, null, null, null, null, 'local'),
    ('absence_just_below_ten_percent', 2, 'M', getvariable('as_of') - interval '9 years 110 days',
        days_before_last_period_end(60), null, null, 11, null, null, null, null, null, null, 'local'),
    ('absence_just_above_ten_percent', 3, 'F', getvariable('as_of') - interval '9 years 120 days',
        days_before_last_period_end(60), null, null, 13, null, null, null, null, null, null, 'local'),
    ('two_part_years_together_ten_percent', 4, 'M', getvariable('as_of') - interval '9 years 130 days',
        days_before_last_period_end(60), days_before_last_period_end(30), 8, 4,
        null, null, null, null, null, null, 'local'),
    ('too_few_sessions', 5, 'F', getvariable('as_of') - interval '8 years 90 days',
        days_before_last_period_end(8), null, null, 8, null, null, null, null, null, null, 'local'),
    ('five_in_reception', 6, 'M', getvariable('as_of') - interval '5 years 100 days',
        null, null, null, null, null, null, null, null, null, null, 'local'),
    ('household_exactly_two_needs', 7, 'F', getvariable('as_of') - interval '7 years 50 days',
        null, null, null, null, null, null, null, 2, null, null, 'local'),
    ('household_exactly_three_needs', 8, 'M', getvariable('as_of') - interval '7 years 60 days',
        null, null, null, null, null, null, null, 3, null, null, 'local'),
    ('fsm_ended_the_day_before', 9, 'F', getvariable('as_of') - interval '10 years 70 days',
        null, null, null, null, getvariable('as_of') - 300, getvariable('as_of') - 1, null, null, null, null, 'local'),
    ('fsm_ends_on_the_day', 10, 'M', getvariable('as_of') - interval '10 years 80 days',
        null, null, null, null, getvariable('as_of') - 300, getvariable('as_of'), null, null, null, null, 'local'),
    ('sixteen_on_the_day', 11, 'F', getvariable('as_of') - interval '16 years',
        null, null, null, null, null, null, null, null, null, null, 'first'),
    ('seventeen_the_day_before', 12, 'M', getvariable('as_of') - 1 - interval '17 years',
        null, null, null, null, null, null, null, null, null, null, 'first'),
    ('education_health_and_care_plan', 13, 'F', getvariable('as_of') - interval '11 years 40 days',
        null, null, null, null, null, null, 'E', null, null, null, 'special'),
    ('dual_registered', 14, 'M', getvariable('as_of') - interval '14 years 200 days',
        null, null, null, null, null, null, 'K', null, null, 'PRU', 'local'),
    ('twin_with_sen_support', 15, 'F', getvariable('as_of') - interval '12 years 30 days',
        null, null, null, null, null, null, 'K', 4, null, null, 'local'),
    ('twin_without_sen', 15, 'F', getvariable('as_of') - interval '12 years 30 days',
        null, null, null, null, null, null, null, 4, null, null, 'local'),
    ('temporary_upn_replaced', 16, 'M', getvariable('as_of') - interval '9 years 250 days',
        getvariable('world_from') + 400, null, null, null, null, null, null, null, 'temporary', null, 'local'),
    ('second_upn_given_up', 17, 'F', getvariable('as_of') - interval '13 years 250 days',
        getvariable('world_from') + 400, null, null, null, null, null, null, null, 'former', null, 'local')
)

select
    * replace (
        birth_date::date as birth_date, join_date::date as join_date, move_date::date as move_date,
        fsm_from::date as fsm_from, fsm_to::date as fsm_to
    ),
    row_number() over (order by family, case_name) as edge_n
from cases;
