-- Mistakes in the lists of users: nobody gains access by any of them.

-- The last of the school staff was put on the list without a school; the one before with a number that no school has.
insert into dirt
select null, if(kind_n = last_n, 'scope_left_out', 'school_unknown'), 'tool_users', user_id, '', user_n
from (select *, max(kind_n) over () as last_n from tool_user where kind = 'school')
where kind_n >= last_n - 1;

update tool_user_scope set is_left_out = true
where user_n in (select target from dirt where source = 'tool_users' and cause = 'scope_left_out');
update tool_user_scope set number = '8389999'
where user_n in (select target from dirt where source = 'tool_users' and cause = 'school_unknown');

-- A volunteer, a role that nobody has decided on.
insert into tool_user (user_n, kind, kind_n, user_id, role_code, organisation, access_from)
select max(user_n) + 1, 'volunteer', 1, 'V20001', 'volunteer', 'Charity', getvariable('live_from') from tool_user;
insert into dirt select null, 'role_unknown', 'tool_users', user_id, '', user_n from tool_user where kind = 'volunteer';
insert into tool_user_scope
select dirt.target, 'school', schools.school_id, schools.school_id, null, null, null, false
from dirt, user_school as schools
where dirt.cause = 'role_unknown' and schools.school_n = 1;
insert into tool_user_use
select target, getvariable('as_of_month'), 2 from dirt where cause = 'role_unknown';

-- An account that is on no list; and one that somebody who has left still used.
insert into tool_user (user_n, kind, kind_n, user_id)
select max(user_n) + 1, 'nobody', 1, 'X99999' from tool_user;
insert into dirt select null, 'not_on_the_list', 'tool_users', user_id, '', user_n from tool_user where kind = 'nobody';
insert into tool_user_use select target, getvariable('as_of_month'), 3 from dirt where cause = 'not_on_the_list';

insert into dirt
select null, 'used_after_leaving', 'tool_users', user_id, '', user_n from tool_user where case_name = 'left_long_ago';
insert into tool_user_use select target, getvariable('as_of_month'), 1 from dirt where cause = 'used_after_leaving';

-- One month was never extracted.
set variable month_left_out = (getvariable('as_of_month') - interval 3 month)::date;
insert into dirt select null, 'month_left_out', 'tool_users', getvariable('month_left_out')::varchar, '', null;
delete from tool_user_use where use_month = getvariable('month_left_out');
