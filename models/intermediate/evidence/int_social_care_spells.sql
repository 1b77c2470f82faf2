{#- From when to when each child had each status, whatever return told of it; what overlaps is one spell. -#}
with records as (

    select * from {{ ref('stg_cin_census__children') }}

),

children as (

    select * from {{ ref('int_social_care_children') }}
    where link_status <> 'withheld'

),

last_census as (

    select max(reference_date) as last_reference_date from records

),

stated as (

    select
        record_id,
        'child_in_need' as status_code,
        referral_date as from_date,
        closure_date as end_date,
        closure_reason_code,
        reference_date,
        delivery_id
    from {{ ref('stg_cin_census__episodes') }}
    where not is_no_further_action

    union all

    select
        record_id,
        'child_in_need_plan' as status_code,
        start_date as from_date,
        end_date,
        cast(null as string) as closure_reason_code,
        reference_date,
        delivery_id
    from {{ ref('stg_cin_census__plans') }}

    union all

    select
        record_id,
        'child_protection_plan' as status_code,
        start_date as from_date,
        end_date,
        cast(null as string) as closure_reason_code,
        reference_date,
        delivery_id
    from {{ ref('stg_cin_census__protection_plans') }}

),

-- The newest census that tells of a status that began on a day says how it went on. One that no census ends, and that
-- the newest tells nothing of, was over sometime after the last that does.
ended as (

    select
        children.child_ref,
        children.child_durable_key,
        coalesce(children.child_durable_key, children.child_ref) as person_id,
        stated.status_code,
        stated.closure_reason_code,
        stated.reference_date,
        stated.delivery_id,
        stated.end_date is not null as is_end_told,
        stated.from_date,
        coalesce(
            stated.end_date,
            case
                when stated.reference_date = last_census.last_reference_date then {{ end_of_time() }}
                else cast(stated.reference_date + interval '1' day as date)
            end
        ) as to_date
    from stated
    cross join last_census
    inner join records on stated.record_id = records.record_id
    inner join children on records.child_ref = children.child_ref
    qualify row_number() over (
        partition by children.child_ref, stated.status_code, stated.from_date
        order by stated.reference_date desc, stated.record_id asc
    ) = 1

),

-- one that ended before it began was none, and the gate has told of it
compared as (

    select
        *,
        coalesce(from_date >= max(to_date) over (
            partition by person_id, status_code order by from_date, to_date, child_ref
            rows between unbounded preceding and 1 preceding
        ), true) as is_first
    from ended
    where to_date >= from_date

),

numbered as (

    select
        *,
        sum(case when is_first then 1 else 0 end) over (
            partition by person_id, status_code order by from_date, to_date, child_ref rows unbounded preceding
        ) as spell_number
    from compared

),

spelled as (

    select
        *,
        min(from_date) over (partition by person_id, status_code, spell_number) as valid_from_date,
        max(to_date) over (partition by person_id, status_code, spell_number) as valid_to_date
    from numbered

),

merged as (

    select
        person_id,
        min(child_ref) as child_ref,
        status_code,
        spell_number,
        valid_from_date,
        valid_to_date,
        max(closure_reason_code) filter (where to_date = valid_to_date) as closure_reason_code,
        coalesce(bool_or(is_end_told) filter (where to_date = valid_to_date), false) as is_end_told,
        max(reference_date) as last_told_date,
        {{ latest('delivery_id', 'reference_date') }} as delivery_id
    from spelled
    group by person_id, status_code, spell_number, valid_from_date, valid_to_date

)

-- An end for a reason that nobody gave is an end. A plan ends within the need that it is for.
select
    merged.*,
    merged.is_end_told and names.is_step_down and coalesce(reasons.is_step_down, true) as is_step_down
from merged
left join {{ ref('ref_social_care_status') }} as names on merged.status_code = names.status_code
left join {{ ref('ref_cin_closure_reason') }} as reasons
    on merged.closure_reason_code = reasons.closure_reason_code
