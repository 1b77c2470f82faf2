-- The Early Years Census: of every thirty rows one is wrong, in one of five ways, and the first five of them in each.
create table early_years_mistake as
with candidates as (
    select
        place_id,
        row_number() over (order by chance('bad_early_years', place_id)) as place,
        count(*) over () as rows_count
    from early_years_line
    where premium_basis is not null
)

select
    place_id,
    ['birth_date_unreadable', 'hours_unreadable', 'basis_unknown', 'named_otherwise', 'twice'][1 + (place - 1) % 5] as cause
from candidates
where place <= greatest(5, rows_count // 30);

insert into dirt
select lines.child_n, 'early_years_' || mistakes.cause, 'early_years_census', lines.census_date::varchar, '', null
from early_years_mistake as mistakes
inner join early_years_line as lines on mistakes.place_id = lines.place_id;

update early_years_line set
    birth_date = if(mistakes.cause = 'birth_date_unreadable', 'not known', early_years_line.birth_date),
    funded_hours = if(mistakes.cause = 'hours_unreadable', 'fifteen', early_years_line.funded_hours),
    premium_basis = if(mistakes.cause = 'basis_unknown', 'ZZ', early_years_line.premium_basis),
    surname = if(
        mistakes.cause = 'named_otherwise' and length(early_years_line.surname) > 4,
        mistyped(early_years_line.surname, 3, 0, 1), early_years_line.surname
    )
from early_years_mistake as mistakes
where early_years_line.place_id = mistakes.place_id;

insert into early_years_line
select lines.*
from early_years_line as lines
inner join early_years_mistake as mistakes on lines.place_id = mistakes.place_id
where mistakes.cause = 'twice';
