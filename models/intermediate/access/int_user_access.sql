{#- Whether a user may see what a scope names, and if not why, on each day that is asked about. Access is given where
    everything that is asked for is shown; whatever is missing, unknown or cannot be compared gives none. -#}
with asked as (

    select * from {{ ref('int_user_scope_days') }}

),

roles as (

    select * from {{ ref('ref_user_role') }}

),

clearances as (

    select * from {{ ref('stg_tool_users__clearances') }}
    where given_date is not null

),

user_days as (

    select distinct
        user_id,
        assessed_date
    from asked

),

-- an agreement that holds before one that does not, and the newest of each
agreements as (

    select
        user_days.user_id,
        user_days.assessed_date,
        clearances.given_date as agreement_signed_date,
        clearances.expiry_date as agreement_expiry_date
    from user_days
    inner join clearances
        on user_days.user_id = clearances.user_id and user_days.assessed_date >= clearances.given_date
    where clearances.clearance_code = 'agreement'
    qualify row_number() over (
        partition by user_days.user_id, user_days.assessed_date
        order by
            case when user_days.assessed_date <= clearances.expiry_date then 0 else 1 end,
            clearances.given_date desc,
            clearances.expiry_date desc nulls last
    ) = 1

),

dbs_checks as (

    select
        user_days.user_id,
        user_days.assessed_date,
        max(clearances.given_date) as dbs_check_date
    from user_days
    inner join clearances
        on user_days.user_id = clearances.user_id and user_days.assessed_date >= clearances.given_date
    where clearances.clearance_code = 'dbs_check'
    group by user_days.user_id, user_days.assessed_date

),

facts as (

    select
        asked.*,
        roles.role_name,
        roles.scope_level as role_scope_level,
        roles.is_agreement_required,
        roles.is_dbs_check_required,
        agreements.agreement_signed_date,
        agreements.agreement_expiry_date,
        dbs_checks.dbs_check_date,
        {{ age_in_years('dbs_checks.dbs_check_date', 'asked.assessed_date') }} as dbs_check_age_years,
        roles.dbs_check_valid_years,
        roles.list_valid_days
    from asked
    left join roles on asked.role_code = roles.role_code and {{ valid_on('asked.assessed_date', 'roles') }}
    left join agreements
        on asked.user_id = agreements.user_id and asked.assessed_date = agreements.assessed_date
    left join dbs_checks
        on asked.user_id = dbs_checks.user_id and asked.assessed_date = dbs_checks.assessed_date

),

decided as (

    select
        *,
        coalesce(
            is_registered
            and role_scope_level <> 'none'
            and {{ days_between('listed_date', 'assessed_date') }} <= list_valid_days
            and access_from_date <= assessed_date
            and assessed_date <= coalesce(access_to_date, {{ end_of_time() }})
            and scope_level = role_scope_level
            and is_scope_known
            and place_from_date <= assessed_date
            and assessed_date < place_to_date
            and scope_from_date <= assessed_date
            and assessed_date <= coalesce(scope_to_date, {{ end_of_time() }})
            and (
                not is_agreement_required
                or (agreement_signed_date <= assessed_date and assessed_date <= agreement_expiry_date)
            )
            and (not is_dbs_check_required or dbs_check_age_years < dbs_check_valid_years),
            false
        ) as has_access
    from facts

),

explained as (

    select
        *,
        case
            when has_access then null
            when not is_registered then 'user_not_registered'
            when role_scope_level is null then 'role_unknown'
            when role_scope_level = 'none' then 'role_sees_no_child'
            when {{ days_between('listed_date', 'assessed_date') }} > list_valid_days then 'list_too_old'
            when access_from_date is null then 'access_start_missing'
            when access_from_date > assessed_date then 'access_not_begun'
            when access_to_date < assessed_date then 'access_ended'
            when scope_level = 'none' then 'scope_missing'
            when scope_level <> role_scope_level then 'scope_not_of_role'
            when not is_scope_known then 'scope_unknown'
            when scope_level = 'school' and assessed_date >= place_to_date then 'school_closed'
            when assessed_date < place_from_date or assessed_date >= place_to_date then 'zone_without_schools'
            when scope_from_date > assessed_date then 'scope_not_begun'
            when scope_to_date < assessed_date then 'scope_ended'
            when is_agreement_required and agreement_signed_date is null then 'agreement_missing'
            when is_agreement_required and agreement_expiry_date is null then 'agreement_expiry_missing'
            when is_agreement_required and agreement_expiry_date < assessed_date then 'agreement_expired'
            when is_dbs_check_required and dbs_check_date is null then 'dbs_check_missing'
            when is_dbs_check_required and dbs_check_age_years >= dbs_check_valid_years then 'dbs_check_too_old'
            else 'not_shown'
        end as no_access_reason_code
    from decided

),

-- two scopes that are one school today, or two spells there, are one: the one that gives access speaks
places as (

    select
        user_id,
        scope_level,
        place_id,
        access_month,
        is_as_of,
        assessed_date,
        scope_id,
        is_registered,
        role_code,
        role_name,
        organisation,
        has_access,
        no_access_reason_code,
        access_from_date,
        access_to_date,
        scope_from_date,
        scope_to_date,
        agreement_signed_date,
        agreement_expiry_date,
        dbs_check_date,
        listed_date,
        delivery_id
    from explained
    qualify row_number() over (
        partition by user_id, scope_level, place_id, access_month, is_as_of
        order by
            case when has_access then 0 else 1 end,
            assessed_date desc,
            scope_from_date desc nulls last,
            scope_to_date desc nulls first,
            scope_id asc
    ) = 1

)

select * from places
