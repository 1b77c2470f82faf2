-- Returns of plans as sent: one line in seventeen is wrong, in one of five ways; of plans that ceased nearly every third, for
-- they are few.
create table ehc_mistake as
select
    told_n,
    person_n,
    export_date,
    if(
        cease_date is not null,
        'ceased_before_start',
        ['birth_date_unreadable', 'upn_wrong_letter', 'outcome_unknown', 'need_unknown'][1 + draw('ehc_mistake', told_n, 4)]
    ) as cause
from ehc_line
where chance('bad_ehc', told_n) < if(cease_date is not null, 0.3, 0.06);

delete from ehc_mistake
using ehc_line
where
    ehc_mistake.told_n = ehc_line.told_n
    and (
        (ehc_mistake.cause = 'upn_wrong_letter' and ehc_line.upn is null)
        or (ehc_mistake.cause = 'need_unknown' and not ehc_line.is_active)
    );

insert into dirt
select people.child_n, 'sen2_' || mistakes.cause, 'sen2', mistakes.export_date::varchar, '', mistakes.told_n
from ehc_mistake as mistakes
inner join ehc_person as people on mistakes.person_n = people.person_n;

update ehc_line set
    birth_date = if(mistakes.cause = 'birth_date_unreadable', 'not known', ehc_line.birth_date),
    upn = if(mistakes.cause = 'upn_wrong_letter', wrong_letter(ehc_line.upn), ehc_line.upn),
    outcome = if(mistakes.cause = 'outcome_unknown', 'Q', ehc_line.outcome),
    first_need = if(mistakes.cause = 'need_unknown', 'XX', ehc_line.first_need),
    cease_date = if(mistakes.cause = 'ceased_before_start', ehc_line.start_date - 10, ehc_line.cease_date)
from ehc_mistake as mistakes
where ehc_line.told_n = mistakes.told_n;
