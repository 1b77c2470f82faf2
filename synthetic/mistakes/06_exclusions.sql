-- Suspensions as returned: in some returns one of them is wrong.
create table exclusion_mistake as
select
    exclusions.return_exclusion_n,
    pupils.child_n,
    pupils.entry_date,
    pupils.reference_date || '.' || pupils.school_id as return_id,
    ['reason_unknown', 'category_retired', 'before_entry', 'sessions_too_many', 'sessions_missing'][
        1 + draw('exclusion_mistake', pupils.reference_date || '.' || pupils.school_id, 5)
    ] as cause
from return_exclusion as exclusions
inner join return_pupil as pupils on exclusions.return_pupil_n = pupils.return_pupil_n
where
    exclusions.category = 'SUSP'
    and pupils.child_n not in (select child_n from child where edge_n is not null)
    and chance('bad_exclusion', pupils.reference_date || '.' || pupils.school_id) < 0.3
qualify row_number() over (
    partition by return_id order by chance('which_exclusion', exclusions.return_exclusion_n)
) = 1;

insert into dirt
select mistakes.child_n, 'exclusion_' || mistakes.cause, 'school_census', mistakes.return_id, kinds.flags_affected,
    mistakes.return_exclusion_n
from exclusion_mistake as mistakes
inner join (
    values
    ('reason_unknown', ''), ('category_retired', ''), ('before_entry', 'suspension'),
    ('sessions_too_many', 'suspension|permanent_exclusion'), ('sessions_missing', 'suspension')
) as kinds (cause, flags_affected) on mistakes.cause = kinds.cause;

update return_exclusion set
    reason_code = if(mistakes.cause = 'reason_unknown', 'ZZ', return_exclusion.reason_code),
    category = if(mistakes.cause = 'category_retired', 'FIXD', return_exclusion.category),
    start_date = if(mistakes.cause = 'before_entry', mistakes.entry_date - 3, return_exclusion.start_date),
    sessions = case mistakes.cause
        when 'sessions_too_many' then 120 when 'sessions_missing' then null else return_exclusion.sessions
    end
from exclusion_mistake as mistakes
where return_exclusion.return_exclusion_n = mistakes.return_exclusion_n;
