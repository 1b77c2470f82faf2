"""The truth beside the extracts: who is who, each flag's true state, and every mistake that was put in."""

from pathlib import Path

import duckdb

from synthetic.extracts.files import write_csv

FLAGS = """
    select
        children.child_id, current.upn, flags.flag_code, flags.state,
        if(rules.measure like '%_rate', flags.value::decimal(9, 6)::varchar, flags.value::int::varchar) as value,
        flags.reason_code
    from true_flag as flags
    inner join ref_flag on flags.flag_code = ref_flag.flag_code and {is_on}
    inner join rule_in_force as rules on flags.flag_code = rules.flag_code
    inner join child as children on flags.child_n = children.child_n
    inner join upn_version as current
        on children.child_n = current.child_n and current.valid_to_date = date '9999-12-31'
    order by children.child_n, flags.flag_code
"""

FILES = {
    "children": """
        select
            children.child_id, current.upn,
            coalesce(current.former_upn, '') as former_upns,
            names.surname, names.forename, children.birth_date, children.sex,
            'H' || lpad(children.household_n::varchar, 8, '0') as household_id,
            addresses.lsoa_code, days.school_id,
            children.child_n in (select child_n from in_scope) as is_in_scope
        from child as children
        inner join child_name as names on children.child_n = names.child_n and names.valid_to_date = date '9999-12-31'
        inner join household_address as addresses
            on children.household_n = addresses.household_n and addresses.valid_to_date = date '9999-12-31'
        inner join upn_version as current
            on children.child_n = current.child_n and current.valid_to_date = date '9999-12-31'
        inner join child_on_the_day as days on children.child_n = days.child_n
        order by children.child_n
    """,
    "flags": FLAGS.format(is_on="ref_flag.is_on"),
    # What would be said of a flag that waits for a council to turn it on.
    "flags_off": FLAGS.format(is_on="not ref_flag.is_on"),
    "flag_trend": """
        with by_rule as (
            select 'in_force' as rule_basis, * from true_flag_history
            union all
            select 'todays', * from true_flag_by_todays_rule
        ),

        states as (
            select rule_basis, as_of_date, child_n, school_id, flag_code, state from by_rule
            union all
            select
                rule_basis, as_of_date, child_n, any_value(school_id), 'any',
                case
                    when bool_or(state = 'raised') then 'raised'
                    when bool_or(state = 'not_raised') then 'not_raised'
                    else 'not_assessable'
                end
            from by_rule
            group by rule_basis, as_of_date, child_n
        )

        select
            states.rule_basis, states.as_of_date, states.flag_code, states.school_id, pyramids.pyramid_code,
            zones.zone_code,
            count(*) as children,
            count(*) filter (where states.state <> 'not_assessable') as assessable,
            count(*) filter (where states.state = 'raised') as raised
        from states
        inner join membership as memberships
            on
                states.school_id = memberships.school_id
                and states.as_of_date >= memberships.valid_from_date
                and states.as_of_date < coalesce(memberships.valid_to_date, date '9999-12-31')
        inner join pyramid as pyramids on memberships.pyramid_n = pyramids.pyramid_n
        inner join zone as zones on memberships.zone_n = zones.zone_n
        group by all
        order by all
    """,
    # A child's states are written as a word, a letter a date (R raised, N not, A not assessable, - away), and the
    # spells read off it: another way than the warehouse's.
    "flag_spells": """
        with dates as (
            select as_of_date, row_number() over (order by as_of_date) as n
            from (select distinct as_of_date from true_flag_history)
        ),

        written as (
            select
                pairs.child_n, pairs.flag_code,
                string_agg(
                    case states.state
                        when 'raised' then 'R' when 'not_raised' then 'N' when 'not_assessable' then 'A' else '-'
                    end,
                    '' order by dates.n
                ) as letters
            from (select distinct child_n, flag_code from true_flag_history where state = 'raised') as pairs
            cross join dates
            left join true_flag_history as states
                on
                    pairs.child_n = states.child_n and pairs.flag_code = states.flag_code
                    and dates.as_of_date = states.as_of_date
            group by pairs.child_n, pairs.flag_code
        ),

        starts as (
            select
                written.child_n, written.flag_code, written.letters, dates.n, dates.as_of_date as raised_date,
                dates.n + length(regexp_extract(written.letters[dates.n:], '^[RA]+')) as end_n
            from written
            inner join dates
                on written.letters[dates.n] = 'R' and regexp_matches(written.letters[:dates.n - 1], '(^|[N-])A*$')
        )

        select
            children.child_id, current.upn, starts.flag_code, starts.raised_date,
            coalesce(dates.as_of_date, date '9999-12-31') as cleared_date,
            case starts.letters[starts.end_n] when 'N' then 'cleared' when '-' then 'left' end as end_reason,
            row_number() over (partition by starts.child_n, starts.flag_code order by starts.n) - 1
                as times_raised_before
        from starts
        inner join child as children on starts.child_n = children.child_n
        inner join upn_version as current
            on children.child_n = current.child_n and current.valid_to_date = date '9999-12-31'
        left join dates on starts.end_n = dates.n
        order by all
    """,
    "links": """
        select * from (
            select 'synergy' as source, pupils.pupil_id as source_record_id, children.child_id
            from synergy_pupil as pupils inner join child as children on pupils.child_n = children.child_n
            union all
            select 'family_matters', members.member_id, children.child_id
            from family_member as members inner join child as children on members.child_n = children.child_n
            union all
            select 'front_door', people.person_id, children.child_id
            from front_door_person as people inner join child as children on people.child_n = children.child_n
            union all
            select
                'police_notifications', told.kind_code || '/' || told.notification_ref || '/' || told.person_number,
                children.child_id
            from police_told as told inner join child as children on told.child_n = children.child_n
        )
        order by source, source_record_id
    """,
    "dirt": """
        select children.child_id, dirt.cause, dirt.source, dirt.detail, dirt.flags_affected
        from dirt left join child as children on dirt.child_n = children.child_n
        order by dirt.source, dirt.cause, children.child_id, dirt.detail, dirt.target
    """,
    "hard_cases": """
        select 'family_matters' as source, member_id as source_record_id, child_id, hard_case
        from hard_case
        order by member_id, hard_case
    """,
    # Once, whichever return tells of it.
    "exclusions": """
        select
            children.child_id, current.upn, exclusions.school_id, exclusions.category,
            exclusions.reason_code, exclusions.start_date, exclusions.sessions
        from exclusion as exclusions
        inner join (select distinct exclusion_n from return_exclusion) as told using (exclusion_n)
        inner join child as children on exclusions.child_n = children.child_n
        inner join upn_version as current
            on children.child_n = current.child_n and current.valid_to_date = date '9999-12-31'
        order by all
    """,
    # Who the young people of the NCCIS are; blank for one who was at no school of the county.
    "young_people": """
        select people.person_id, children.child_id, people.nc_index as year_group, people.is_send
        from young_person as people
        left join child as children on people.child_n = children.child_n
        order by people.person_n
    """,
    # What they did, as far as a return could tell: the spells that a month's last day fell into.
    "post16_activities": """
        select
            people.person_id, activities.activity_code, activities.start_date, activities.end_date,
            min(returns.period_end) as first_told, max(returns.period_end) as last_told
        from young_person_activity as activities
        inner join young_person as people on activities.person_n = people.person_n
        inner join nccis_return as returns
            on returns.period_end >= activities.start_date and returns.period_end < activities.end_date
        group by all
        order by all
    """,
    # Of each month, by what was known on its last day.
    "post16_months": """
        select
            records.period_end, count(*) as young_people,
            count(*) filter (where records.is_neet and not records.is_lapsed) as neet,
            count(*) filter (where records.activity_group = 'not_known' or records.is_lapsed) as not_known
        from nccis_record as records
        group by all
        order by all
    """,
    "september_guarantee": """
        select people.person_id, guarantees.year_group, guarantees.guarantee_code
        from september_guarantee as guarantees
        inner join young_person as people on guarantees.person_n = people.person_n
        order by all
    """,
    # What each child of the censuses of children in need was; the child is blank for one whom no UPN leads to.
    "social_care": """
        select
            statuses.child_ref, children.child_id, statuses.status_code, statuses.start_date, statuses.end_date,
            statuses.closure_reason
        from social_care_status as statuses
        left join child as children on statuses.child_n = children.child_n and statuses.is_found
        order by all
    """,
    # What the police told of whom; the child is blank for one in none of the county's schools.
    "police_notifications": """
        select
            told.kind_code, told.notification_ref, told.person_number, children.child_id, told.incident_date,
            told.received_date, told.grade_code, told.role_code, told.school_id
        from police_told as told
        left join child as children on told.child_n = children.child_n
        order by all
    """,
    # What settings returned of children under five; the child is blank for one who is at no school yet.
    "early_years": """
        select
            places.census_date, places.setting_urn, children.child_id, places.birth_id, places.forename, places.surname,
            places.birth_date, places.postcode, places.lsoa_code, places.funded_hours, places.extended_hours,
            places.expanded_hours, places.eligibility_code is not null as has_code,
            places.disability_fund = 'Y' as has_fund, places.premium = 'Y' as has_premium, places.premium_basis,
            places.two_year_basis, places.sen_provision
        from early_years_place as places
        left join child as children on places.child_n = children.child_n
        order by all
    """,
    # Who is or was at no school; the child is blank for one who was never at a school of the county.
    "not_in_school": """
        select
            spells.person_id, children.child_id, spells.kind, spells.start_date, spells.end_date, spells.reason_code,
            spells.suitability, spells.has_order = 'Y' as has_order, spells.forename, spells.surname, spells.birth_date,
            spells.postcode, spells.lsoa_code, spells.school_id
        from not_in_school_spell as spells
        left join child as children on spells.child_n = children.child_n
        order by all
    """,
    "responses": """
        select
            steps.response_id, children.child_id, steps.school_id,
            min(steps.event_date) filter (where steps.event_kind = 'opened') as opened_date,
            max(steps.event_date) filter (where steps.event_kind = 'closed') as closed_date,
            max(steps.event_date) filter (where steps.event_kind <> 'opened') as last_reviewed_date,
            count(*) filter (where steps.event_kind <> 'opened') as reviews,
            arg_max(steps.response_code, steps.event_date) as response_code,
            arg_max(steps.status_code, steps.event_date) as status_code
        from response_step as steps
        inner join child as children on steps.child_n = children.child_n
        group by steps.response_id, children.child_id, steps.school_id
        order by steps.response_id
    """,
    "huddle_reviews": """
        select reviews.huddle_id, children.child_id, huddles.school_id, huddles.huddle_date, reviews.decision_code
        from huddle_review as reviews
        inner join huddle as huddles on reviews.huddle_id = huddles.huddle_id
        inner join child as children on reviews.child_n = children.child_n
        order by all
    """,
    "front_door": """
        select events.event_kind, events.event_id, children.child_id, events.received_date, events.decision_code,
            events.closed_date
        from front_door_event as events
        left join known_person as people on events.birth_id = people.birth_id
        left join child as children on people.child_n = children.child_n
        order by events.event_kind, events.event_id
    """,
    # What each user may see on the day. A user's case says the reason that the rules must give.
    "user_access": """
        with places as (
            select
                users.user_id, users.role_code, coalesce(scopes.scope_level, 'none') as scope_level,
                coalesce(scopes.school_id, scopes.zone_code) as place_id,
                if(users.role_code = 'ict', 'role_sees_no_child', users.reason_code) as reason_code,
                users.case_name, users.user_n
            from tool_user as users
            left join tool_user_scope as scopes on users.user_n = scopes.user_n
            where users.kind not in ('volunteer', 'nobody')
        )

        select user_id, role_code, scope_level, place_id, reason_code is null as has_access, reason_code, case_name
        from places
        order by user_n, place_id
    """,
    # Who was registered at each school, in each zone's own team and in the county, and who used the tool, by month.
    "take_up": """
        with months as (
            select unnest(generate_series(getvariable('live_from'), getvariable('as_of'), interval 1 month))::date
                as use_month
        ),

        members as (
            select users.user_n, scopes.scope_level as place_type,
                coalesce(scopes.school_id, scopes.zone_code) as place_code
            from tool_user as users
            inner join tool_user_scope as scopes on users.user_n = scopes.user_n
            where scopes.scope_level in ('school', 'zone')
            union all
            select user_n, 'county', 'county' from tool_user
        )

        select
            members.place_type, members.place_code, months.use_month,
            count(*) as registered, count(*) filter (where uses.days_used > 0) as active
        from members
        inner join tool_user as users on members.user_n = users.user_n
        inner join months
            on
                date_trunc('month', users.access_from) <= months.use_month
                and users.access_from <= getvariable('as_of')
                and coalesce(users.access_to, date '9999-12-31') >= months.use_month
        left join tool_user_use as uses on members.user_n = uses.user_n and months.use_month = uses.use_month
        where users.kind not in ('volunteer', 'nobody')
        group by all
        order by all
    """,
    # Requests for an EHC plan that some return tells of, with what became of each by the last one. What was decided
    # before the year of the first return is told as that alone; who moved here with a plan asked elsewhere.
    "ehc_plan_requests": """
        with told as (
            select person_n, max(export_date) as last_told from ehc_told group by person_n
        ),

        first_year as (
            select make_date(year(min(export_date)) - 1, 1, 1) as from_date from ehc_return
        )

        select
            requests.person_n, children.child_id, current.upn, requests.received_date, requests.source_code,
            if(
                requests.outcome_date between first_year.from_date and told.last_told, requests.outcome, null
            ) as outcome,
            if(requests.start_date <= told.last_told, requests.start_date, null) as plan_start_date,
            requests.is_excepted and requests.assessment_date >= first_year.from_date as is_excepted
        from ehc_request as requests
        inner join told on requests.person_n = told.person_n
        cross join first_year
        left join child as children on requests.child_n = children.child_n
        left join upn_version as current
            on requests.child_n = current.child_n and current.valid_to_date = date '9999-12-31'
        where not requests.is_transferred
        order by requests.person_n
    """,
    # Plans that some return tells of, as the last that does.
    "ehc_plans": """
        with told as (
            select person_n, max(export_date) as last_told from ehc_told where start_date is not null group by person_n
        )

        select
            plans.person_n, children.child_id, current.upn, plans.start_date,
            if(plans.cease_date <= told.last_told, plans.cease_date, null) as cease_date,
            if(plans.cease_date <= told.last_told, plans.cease_reason, null) as cease_reason,
            plans.primary_need, plans.second_need, plans.is_transferred, told.last_told
        from ehc_request as plans
        inner join told on plans.person_n = told.person_n
        inner join child as children on plans.child_n = children.child_n
        inner join upn_version as current
            on children.child_n = current.child_n and current.valid_to_date = date '9999-12-31'
        order by plans.person_n
    """,
    # Concerns that a list tells of, one row for each child; the child is blank for one whom no lasting UPN leads to.
    "concerns": """
        select
            concerns.school_id, concerns.concern_ref, children.child_id, current.upn, concerns.group_code,
            concerns.level_code, concerns.status_code, concerns.is_open, concerns.is_referred, concerns.raised_date,
            concerns.referred_date, concerns.closed_date
        from true_concern as concerns
        left join child as children on concerns.child_n = children.child_n and concerns.is_found
        left join upn_version as current
            on
                concerns.child_n = current.child_n and concerns.is_found
                and current.valid_to_date = date '9999-12-31'
        order by all
    """,
    "edge_cases": """
        select children.child_id, current.upn, children.case_name
        from child as children
        inner join upn_version as current
            on children.child_n = current.child_n and current.valid_to_date = date '9999-12-31'
        where children.case_name is not null
        order by children.child_n
    """,
}


def write(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[Path]:
    return [write_csv(connection, query, folder / f"{name}.csv") for name, query in FILES.items()]
