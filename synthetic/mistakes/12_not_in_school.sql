-- The list of children not in school: of every thirty rows one is wrong, in one of five ways, and the first five of them in each.
create table not_in_school_mistake as
with candidates as (
    select
        line_id,
        row_number() over (order by chance('bad_not_in_school', line_id)) as place,
        count(*) over () as rows_count
    from not_in_school_line
    -- Only current ones, so that each cause can be looked for in what is asked of the day.
    where end_date is null
)

select
    line_id,
    ['birth_date_unreadable', 'start_unreadable', 'reason_unknown', 'named_otherwise', 'twice'][1 + (place - 1) % 5] as cause
from candidates
where place <= greatest(5, rows_count // 30);

insert into dirt
select
    lines.child_n, 'not_in_school_' || mistakes.cause, 'not_in_school', getvariable('as_of')::varchar, '', null
from not_in_school_mistake as mistakes
inner join not_in_school_line as lines on mistakes.line_id = lines.line_id;

update not_in_school_line set
    birth_date = if(mistakes.cause = 'birth_date_unreadable', 'not known', not_in_school_line.birth_date),
    start_date = if(mistakes.cause = 'start_unreadable', 'last spring', not_in_school_line.start_date),
    reason_code = if(mistakes.cause = 'reason_unknown', 'ZZ', not_in_school_line.reason_code),
    surname = if(
        mistakes.cause = 'named_otherwise' and length(not_in_school_line.surname) > 4,
        mistyped(not_in_school_line.surname, 3, 0, 1), not_in_school_line.surname
    )
from not_in_school_mistake as mistakes
where not_in_school_line.line_id = mistakes.line_id;

insert into not_in_school_line
select lines.*
from not_in_school_line as lines
inner join not_in_school_mistake as mistakes on lines.line_id = mistakes.line_id
where mistakes.cause = 'twice';
