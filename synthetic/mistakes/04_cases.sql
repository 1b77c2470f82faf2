-- Responses, huddles, the front door and the police: a code that nobody knows, a mistyped UPN, names written as they were heard.

insert into dirt
select child_n, 'response_code_unknown', 'responses', event_id, '', null
from response_event
where chance('bad_response', event_id) < 0.03 and corrects_event_id is null and event_kind = 'reviewed';

update response_event set response_code = 'tbc'
where event_id in (select detail from dirt where cause = 'response_code_unknown');

insert into dirt
select child_n, 'upn_check_letter_wrong', 'huddles', huddle_id, '', null
from huddle_review
where chance('bad_huddle_upn', huddle_id || child_n) < 0.015 and response_id is null;

update huddle_review set has_wrong_upn = true
where (huddle_id, child_n) in (select (detail, child_n) from dirt where source = 'huddles' and cause = 'upn_check_letter_wrong');

insert into dirt
select people.child_n, 'nickname', 'front_door', people.person_id, '', null
from front_door_person as people
inner join forename_form as forms on people.forename = forms.forename
where chance('front_door_nickname', people.person_id) < 0.08;

update front_door_person set forename = forms.nicknames[1 + draw('front_door_which', front_door_person.person_id, len(forms.nicknames))]
from forename_form as forms
where
    front_door_person.forename = forms.forename
    and front_door_person.person_id in (select detail from dirt where source = 'front_door' and cause = 'nickname');

insert into dirt
select child_n, 'surname_mistyped', 'front_door', person_id, '', null
from front_door_person
where chance('front_door_typo', person_id) < 0.03 and length(surname) > 4
    and person_id not in (select detail from dirt where source = 'front_door');

update front_door_person
set surname = mistyped(surname, 2 + draw('front_door_place', person_id, length(surname) - 2), draw('front_door_kind', person_id, 3), draw('front_door_step', person_id, 20))
where person_id in (select detail from dirt where source = 'front_door' and cause = 'surname_mistyped');

-- Police notifications: of every thirty rows one is wrong, in one of five ways, and the first five of them in each.
create table police_mistake as
with candidates as (
    select
        kind_code, notification_ref, person_number,
        row_number() over (order by chance('bad_police', kind_code || notification_ref || '.' || person_number)) as place,
        count(*) over () as rows_count
    from police_notification
    where grade_code is not null
)

select
    kind_code, notification_ref, person_number,
    ['grade_unknown', 'incident_unreadable', 'school_unreadable', 'named_otherwise', 'twice'][1 + (place - 1) % 5] as cause
from candidates
where place <= greatest(5, rows_count // 30);

insert into dirt
select
    told.child_n, 'police_' || mistakes.cause, 'police_notifications', mistakes.notification_ref || '/' || mistakes.person_number, '', null
from police_mistake as mistakes
inner join police_notification as told using (kind_code, notification_ref, person_number);

update police_notification set
    grade_code = if(mistakes.cause = 'grade_unknown', 'severe', police_notification.grade_code),
    incident_date = if(mistakes.cause = 'incident_unreadable', 'last weekend', police_notification.incident_date),
    school_id = if(mistakes.cause = 'school_unreadable', 'the primary', police_notification.school_id),
    surname = if(
        mistakes.cause = 'named_otherwise' and length(police_notification.surname) > 4,
        mistyped(police_notification.surname, 3, 0, 1), police_notification.surname
    )
from police_mistake as mistakes
where
    police_notification.kind_code = mistakes.kind_code
    and police_notification.notification_ref = mistakes.notification_ref
    and police_notification.person_number = mistakes.person_number;

insert into police_notification
select told.*
from police_notification as told
inner join police_mistake as mistakes using (kind_code, notification_ref, person_number)
where mistakes.cause = 'twice';
