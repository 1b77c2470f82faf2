-- How right the links of a build are, beside the truth of the county it was made of. $truth is the county's folder.
create or replace temp macro truth_of(name) as table
    select * from read_csv(getvariable('truth') || '/' || name || '.csv', all_varchar = true);

create or replace temp table true_child as
select people.child_id, identities.child_durable_key
from (
    select child_id, unnest(string_split(concat_ws('|', upn, nullif(former_upns, '')), '|')) as upn
    from truth_of('children')
) as people
inner join intermediate.int_child_identity as identities on people.upn = identities.upn
group by all;

-- Every member who is not an adult: the child they are in truth, if one of the county's schools.
create or replace temp table member as
select
    people.person_id,
    links.child_id as true_child_id,
    linked.link_status,
    linked.link_method,
    found.child_id as linked_child_id
from intermediate.int_people_without_upn as people
inner join intermediate.int_people_linked as linked on people.source = linked.source and people.person_id = linked.person_id
left join truth_of('links') as links
    on links.source = people.source and links.source_record_id = split_part(people.person_id, '/', 2)
left join true_child as found on linked.child_durable_key = found.child_durable_key
where people.source = 'family_matters' and not people.is_adult;

create or replace temp table in_review as
select distinct candidates.person_id
from intermediate.int_person_link_candidates as candidates
inner join true_child on candidates.child_durable_key = true_child.child_durable_key
inner join member on candidates.person_id = member.person_id and true_child.child_id = member.true_child_id
where candidates.link_status = 'review';

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
with today as (
    select as_of_date from intermediate.int_assessment_dates where is_current
),

exact_needs as (
    select linked.child_durable_key, count(distinct needs.need_code) as needs_count
    from intermediate.int_people_linked as linked
    inner join staging.stg_family_matters__households as households on linked.household_id = households.household_id
    inner join staging.stg_family_matters__needs as needs on linked.household_id = needs.household_id
    cross join today
    where linked.source = 'family_matters' and linked.link_method = 'exact_name_birth_date_postcode'
        and households.start_date <= today.as_of_date
        and coalesce(households.last_date, today.as_of_date) >= today.as_of_date
        and needs.identified_date <= today.as_of_date
    group by linked.child_durable_key
)

select
    truth.state as true_state,
    if(coalesce(exact_needs.needs_count, 0) >= said.threshold, 'raised', 'not_raised') as exact_state,
    said.flag_state as said_state
from truth_of('flags') as truth
inner join true_child on truth.child_id = true_child.child_id
inner join intermediate.int_flags_evaluated as said
    on true_child.child_durable_key = said.child_durable_key and truth.flag_code = said.flag_code
inner join today on said.as_of_date = today.as_of_date
left join exact_needs on true_child.child_durable_key = exact_needs.child_durable_key
where truth.flag_code = 'family';
