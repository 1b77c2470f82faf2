-- Responses, huddles and the front door: a code that nobody knows, a mistyped UPN, names written as they were heard.

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
