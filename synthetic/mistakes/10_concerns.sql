-- Lists of concerns as sent: of a school with enough of them a row that cannot be read, one with a value that cannot, and one of a
-- category of the school's own; in every third list a row about a member of staff, which should not be there.
create table concern_mistake as
with placed as (
    select
        line_n, child_n, school_id, upn,
        row_number() over (partition by school_id order by external_agency is null, chance('bad_concern', line_n)) as place,
        count(*) over (partition by school_id) as lines
    from concern_line
    where upn is not null and not regexp_matches(upn, '[A-Z]$')
)

select
    line_n, child_n, school_id,
    case place
        when 1 then ['agency_unknown', 'status_unknown'][1 + draw('concern_value', school_id, 2)]
        when 2 then ['upn_wrong_letter', 'raised_unreadable', 'twice'][1 + draw('concern_row', school_id, 3)]
        when 3 then 'category_unmapped'
        when 4 then 'about_staff'
    end as cause
from placed
where place <= 3 + (chance('concern_staff', school_id) < 0.34)::int and lines >= 4;

insert into dirt
select
    child_n, 'concern_' || cause, 'concerns', school_id,
    if(cause in ('status_unknown', 'upn_wrong_letter', 'raised_unreadable'), 'concern_open|concerns_repeated', ''), line_n
from concern_mistake;

-- Once more at the end of the list; and what was said of somebody who works there.
insert into concern_line
select * replace (100000000 + line_n as line_n)
from concern_line
where line_n in (select line_n from concern_mistake where cause = 'twice');

insert into concern_line
select * replace (
    200000000 + line_n as line_n, concern_ref || '9' as concern_ref, 'Allegation' as category,
    if(is_myconcern, 'Yes', null) as about_staff, if(is_myconcern, null, 'LADO') as external_agency
)
from concern_line
where line_n in (select line_n from concern_mistake where cause = 'about_staff');

update concern_line set
    upn = if(mistakes.cause = 'upn_wrong_letter', wrong_letter(concern_line.upn), concern_line.upn),
    raised_date = if(mistakes.cause = 'raised_unreadable', 'last week', concern_line.raised_date),
    status_code = if(mistakes.cause = 'status_unknown', 'pending', concern_line.status_code),
    external_agency = if(mistakes.cause = 'agency_unknown', 'Somebody at the council', concern_line.external_agency),
    category = if(mistakes.cause = 'category_unmapped', 'Worry box', concern_line.category)
from concern_mistake as mistakes
where concern_line.line_n = mistakes.line_n;
