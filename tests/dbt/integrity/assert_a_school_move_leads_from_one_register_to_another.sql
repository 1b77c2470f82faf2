-- What: on the day of a move the child is on the main register of the school come to, and on the day before it left on
-- that of the school before.
-- When it matters: always. A move that no register tells of is one that nobody made.
-- How to resolve: look at the child's main registrations in fct_enrolment around the two days.
with moves as (

    select * from {{ ref('fct_school_move') }}

),

enrolments as (

    select
        enrolments.*,
        schools.school_id
    from {{ ref('fct_enrolment') }} as enrolments
    inner join {{ ref('dim_school') }} as schools on enrolments.school_key = schools.school_key
    where enrolments.is_main

),

schools as (

    select * from {{ ref('dim_school') }}

),

followed as (

    select
        moves.school_move_key,
        bool_or(
            {{ valid_on('moves.moved_date', 'enrolments') }} and enrolments.school_id = schools.school_id
        ) as is_there,
        bool_or(
            enrolments.valid_from_date < moves.left_date
            and moves.left_date <= enrolments.valid_to_date
            and enrolments.school_id = from_schools.school_id
        ) as was_there
    from moves
    inner join schools on moves.school_key = schools.school_key
    inner join schools as from_schools on moves.from_school_key = from_schools.school_key
    left join enrolments on moves.child_durable_key = enrolments.child_durable_key
    where moves.school_key <> {{ unknown_key() }} and moves.from_school_key <> {{ unknown_key() }}
    group by moves.school_move_key

)

select school_move_key from followed
where is_there is not true or was_there is not true
