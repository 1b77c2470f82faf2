-- How right the links of a build are, beside the truth of the county it was made of. $truth is the county's folder.
create or replace temp macro truth_of(name) as table
    select * from read_csv(getvariable('truth') || '/' || name || '.csv', all_varchar = true);

create or replace temp table true_child as
select people.child_id, identities.child_durable_key
from (
    select child_id, unnest(string_split(concat_ws('|', upn, nullif(former_upns, '')), '|')) as upn
    from truth_of('children')
) as people
inner join core.dim_child_identity as identities on people.upn = identities.upn
group by all;

-- Every member who is not an adult: the child they are in truth, if one of the county's schools.
create or replace temp table member as
select
    linked.person_id,
    links.child_id as true_child_id,
    linked.link_status,
    linked.link_method,
    found.child_id as linked_child_id
from intermediate.int_people_linked as linked
left join truth_of('links') as links
    on links.source = linked.source and links.source_record_id = split_part(linked.person_id, '/', 2)
left join true_child as found on linked.child_durable_key = found.child_durable_key
where linked.source = 'family_matters' and not linked.is_adult;

create or replace temp table in_review as
select distinct queue.person_id
from intermediate.int_review_queue as queue
inner join true_child on queue.child_durable_key = true_child.child_durable_key
inner join member on queue.person_id = member.person_id and true_child.child_id = member.true_child_id
where queue.link_status = 'review';

create or replace temp table linked_case as
with cases as (
    select source_record_id, hard_case from truth_of('hard_cases') where source = 'family_matters'
    union all
    select split_part(person_id, '/', 2), ' all' from member
)

select
    cases.hard_case,
    count(*) filter (where member.true_child_id is not null) as children,
    count(*) filter (where member.linked_child_id = member.true_child_id) as linked_right,
    count(*) filter (
        where member.linked_child_id is not null and member.linked_child_id is distinct from member.true_child_id
    ) as linked_wrong,
    count(*) filter (where in_review.person_id is not null) as found_in_review,
    count(*) filter (where member.link_status = 'review') as reviews
from cases
inner join member on cases.source_record_id = split_part(member.person_id, '/', 2)
left join in_review on member.person_id = in_review.person_id
group by all;

-- The family flag on the day of the build: in truth, by exact links alone, and by all links.
create or replace temp table family_flag as
with exact_spells as (
    select child_durable_key, household_durable_key, max(presenting_needs_count) as needs_count
    from core.fct_family_support
    where is_current and link_method = 'exact_name_birth_date_postcode'
    group by all
),

exact_needs as (
    select child_durable_key, sum(needs_count) as needs_count
    from exact_spells
    group by child_durable_key
),

assessed as (
    select assessments.*
    from core.fct_flag_assessment as assessments
    inner join core.dim_flag as flags using (flag_key)
    where assessments.is_current and flags.flag_code = 'family'
)

select
    truth.state as true_state,
    if(coalesce(exact_needs.needs_count, 0) >= assessed.threshold, 'raised', 'not_raised') as exact_state,
    assessed.flag_state as assessed_state
from truth_of('flags') as truth
inner join true_child on truth.child_id = true_child.child_id
inner join assessed on true_child.child_durable_key = assessed.child_durable_key
left join exact_needs on true_child.child_durable_key = exact_needs.child_durable_key
where truth.flag_code = 'family';
