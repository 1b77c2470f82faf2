-- The census once more, as blocks of the authority's COLLECT extract: keys in place of nesting, dates and numbers in its forms.

create macro collect_id(kind, id) as substr(md5(concat_ws('|', getvariable('seed'), kind, id)), 1, 12);
create macro collect_date(day) as strftime(day, '%Y-%b-%d 00:00:00');
create macro collect_number(number) as number::double::varchar;

create table collect_pupil as
select
    pupils.return_pupil_n,
    pupils.census_year,
    pupils.census_term,
    pupils.school_id,
    pupils.roll,
    substr(collect_id('pupil', pupils.return_pupil_n), 1, 8) || '-' || substr(collect_id('pupil', pupils.return_pupil_n), 9, 4)
        as table_id,
    substr(collect_id('source', pupils.census_year || pupils.census_term || pupils.school_id), 1, 8) as source_id
from return_pupil as pupils;
