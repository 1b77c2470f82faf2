-- NCCIS returns as sent: one record in sixty is wrong, in one of six ways.
create table nccis_mistake as
select
    record_n,
    person_n,
    period_end,
    ['activity_unknown', 'birth_date_unreadable', 'upn_wrong_letter', 'neet_start_missing', 'lapse_disagrees', 'twice'][
        1 + draw('nccis_mistake', record_n, 6)
    ] as cause
from nccis_line
where chance('bad_nccis', record_n) < 0.017;

insert into dirt
select
    people.child_n, 'nccis_' || mistakes.cause, 'nccis', mistakes.period_end::varchar, '', mistakes.record_n
from nccis_mistake as mistakes
inner join nccis_line as lines on mistakes.record_n = lines.record_n
inner join young_person as people on mistakes.person_n = people.person_n
where
    not (mistakes.cause = 'upn_wrong_letter' and lines.upn is null)
    and not (mistakes.cause = 'neet_start_missing' and lines.neet_start_date is null);

update nccis_line set
    activity_code = if(mistakes.cause = 'activity_unknown', '999', nccis_line.activity_code),
    birth_date = if(mistakes.cause = 'birth_date_unreadable', 'not known', nccis_line.birth_date),
    upn = if(mistakes.cause = 'upn_wrong_letter', wrong_letter(nccis_line.upn), nccis_line.upn),
    neet_start_date = if(mistakes.cause = 'neet_start_missing', null, nccis_line.neet_start_date),
    is_lapsed = if(
        mistakes.cause = 'lapse_disagrees', if(nccis_line.is_lapsed = 'Y', 'N', 'Y'), nccis_line.is_lapsed
    )
from nccis_mistake as mistakes
where nccis_line.record_n = mistakes.record_n;

-- Once more at the end of the file.
insert into nccis_line
select * replace (1000000 + record_n as record_n)
from nccis_line
where record_n in (select record_n from nccis_mistake where cause = 'twice');
