"""Who may see whom and who uses the tool is what is true of the invented county; no staff number leaves the build."""

import csv
import re

from dashboard.access import SIGN_IN
from orchestration.home.pseudonym_key import sign_in_key
from orchestration.settings import Settings
from tests.support.warehouse import DAY, KEY, Warehouse

USER_ID = re.compile(r"\b[EVX][0-9]{5}\b")

# A place is told by the number that its school has today.
COMPARED = """
    with school_ids as (
        select school_id, todays_school_durable_id
        from intermediate.int_school_versions
        where valid_to_date = date '9999-12-31'
    ),

    truth as (
        select
            truth.user_id, truth.scope_level, truth.has_access::boolean as has_access, truth.reason_code,
            truth.case_name,
            coalesce(school_ids.todays_school_durable_id, truth.place_id, '') as place_id
        from read_csv('{truth}/user_access.csv', all_varchar = true) as truth
        left join school_ids on truth.scope_level = 'school' and truth.place_id = school_ids.school_id
    ),

    said as (
        select user_id, scope_level, coalesce(place_id, '') as place_id, has_access, no_access_reason_code
        from intermediate.int_user_access
        where is_as_of
    )

    select
        coalesce(truth.user_id, said.user_id) as user_id,
        truth.case_name,
        truth.has_access as true_access,
        said.has_access as said_access,
        truth.reason_code as true_reason,
        said.no_access_reason_code as said_reason
    from truth
    full join said
        on
            truth.user_id = said.user_id
            and truth.scope_level = said.scope_level
            and truth.place_id = said.place_id
"""
DIFFERENT = "true_access is distinct from said_access or true_reason is distinct from said_reason"


def test_everybodys_access_and_its_reason_equal_the_truth(clean: Warehouse) -> None:
    assert clean.inside(f"select * from ({COMPARED}) where {DIFFERENT}") == []
    ((rows, users),) = clean.inside("select count(*), count(distinct user_key) from core.brg_user__scope")
    assert clean.inside(f"select count(*) from ({COMPARED})") == [(rows,)]
    assert users > 30


def test_every_case_at_the_edge_of_a_rule_occurs_and_is_decided(clean: Warehouse) -> None:
    cases = {case: (access, reason) for _, case, _, access, _, reason in clean.inside(COMPARED) if case}
    assert cases["agreement_expires_on_the_day"] == cases["agreement_signed_on_the_day"] == (True, None)
    assert cases["agreement_expired_the_day_before"] == (False, "agreement_expired")
    assert cases["agreement_never_signed"] == (False, "agreement_missing")
    assert cases["check_three_years_old_tomorrow"] == (True, None)
    assert cases["check_three_years_old_on_the_day"] == (False, "dbs_check_too_old")
    assert cases["never_checked"] == (False, "dbs_check_missing")
    assert cases["number_of_a_predecessor"] == cases["school_merged_into_another"] == (True, None)
    assert cases["leaves_on_the_day"] == cases["zone_called_by_another_name"] == (True, None)
    assert cases["left_the_day_before"] == cases["left_long_ago"] == (False, "access_ended")
    assert cases["begins_tomorrow"] == (False, "access_not_begun")
    assert cases["scope_of_another_kind"] == (False, "scope_not_of_role")


def test_mistakes_in_the_lists_give_nobody_access(dirty: Warehouse) -> None:
    gained = f"select * from ({COMPARED}) where said_access and not coalesce(true_access, false)"
    assert dirty.inside(gained) == []
    causes = dict(
        dirty.inside(f"""
            select dirt.cause, compared.said_reason
            from ({COMPARED}) as compared
            inner join read_csv('{{truth}}/dirt.csv', all_varchar = true) as dirt
                on compared.user_id = dirt.detail and dirt.source = 'tool_users'
            where compared.said_access is not null and dirt.cause <> 'used_after_leaving'
        """)
    )
    assert causes == {
        "scope_left_out": "scope_missing",
        "school_unknown": "scope_unknown",
        "role_unknown": "role_unknown",
    }
    explained = dirty.inside(f"""
        select user_id from ({COMPARED}) where {DIFFERENT}
        except
        select detail from read_csv('{{truth}}/dirt.csv', all_varchar = true) where source = 'tool_users'
    """)
    assert explained == []


def test_take_up_of_every_school_and_the_county_equals_the_truth(clean: Warehouse) -> None:
    different = clean.inside("""
        with truth as (
            select place_type, place_code, use_month, registered, active from read_csv('{truth}/take_up.csv')
            where place_type <> 'zone'
        )
        select coalesce(mart.place_code, truth.place_code), coalesce(mart.use_month, truth.use_month),
            mart.registered_users_count, truth.registered, mart.active_users_count, truth.active
        from (from mart.mart_take_up where place_type <> 'zone') as mart
        full join truth
            on
                mart.place_type = truth.place_type
                and mart.place_code = truth.place_code
                and mart.use_month = truth.use_month
        where
            mart.registered_users_count is distinct from coalesce(truth.registered, 0)
            or mart.active_users_count is distinct from coalesce(truth.active, 0)
    """)
    assert different == []
    assert clean.release("select count(*) from mart.mart_take_up where not_known_reason_code is not null") == [(0,)]


def test_the_zones_own_staff_equal_the_truth(clean: Warehouse) -> None:
    different = clean.inside("""
        with said as (
            select zones.zone_code as place_code, access.access_month as use_month,
                count(distinct access.user_key) as registered,
                count(distinct access.user_key) filter (where uses.days_used > 0) as active
            from core.fct_user_access as access
            inner join core.dim_zone as zones using (zone_key)
            left join core.fct_tool_use as uses
                on access.user_key = uses.user_key and access.access_month = uses.use_month
            where access.scope_level = 'zone'
            group by all
        ),
        truth as (
            select place_code, use_month, registered, active from read_csv('{truth}/take_up.csv')
            where place_type = 'zone'
        )
        (from said except from truth) union all (from truth except from said)
    """)
    assert different == []


def test_a_month_without_an_extract_is_not_known_and_strangers_are_counted_in_the_county(dirty: Warehouse) -> None:
    months = dirty.release("""
        select use_month::varchar, registered_users_count > 0, active_users_count, not_known_reason_code
        from mart.mart_take_up
        where place_type = 'county' and not_known_reason_code is not null
    """)
    assert months == [("2026-03-01", True, None, "use_not_delivered")]
    ((without_access, strangers),) = dirty.release("""
        select
            (select active_without_access_count from mart.mart_take_up where is_current and place_type = 'county'),
            count(*) filter (where not is_registered)
        from core.fct_tool_use
        where use_month = date '2026-06-01'
    """)
    assert strangers == 2, "somebody on no list, and somebody who had left"
    assert without_access >= strangers


def test_a_council_that_delivers_no_list_of_users_is_told_so(census_only: Warehouse) -> None:
    assert census_only.release("""
        select distinct place_type, registered_users_count, schools_using_count, not_known_reason_code
        from mart.mart_take_up
        where place_type = 'county'
    """) == [("county", None, None, "user_list_not_delivered")]
    assert census_only.release("select count(*) from core.brg_user__scope") == [(0,)]


def test_every_account_on_the_list_leads_to_its_user_by_the_key_that_the_dashboard_makes(clean: Warehouse) -> None:
    settings = Settings(home=clean.home, key=KEY)
    with (clean.county / "extracts" / "tool_users" / f"tool_users_sign_ins_{DAY}.csv").open(
        encoding="utf-8-sig"
    ) as file:
        listed = list(csv.DictReader(file))
    users = dict(
        clean.inside(
            """
        select user_id, substr(sha256($key || sha256($key || 'user:' || user_id)), 1, 32)
        from (select distinct user_id from raw.tool_users__users)
    """.replace("$key", f"'{KEY}'")
        )
    )
    assert len(listed) > 30 and clean.release("select count(*) from core.brg_user__sign_in") == [(len(listed),)]
    for row in listed:
        key = sign_in_key(settings, f"{row['Issuer']}/", row["Subject"])
        assert clean.release(SIGN_IN.replace("$sign_in_key", f"'{key}'")) == [(users[row["Staff Number"]],)]


def test_no_staff_number_and_no_account_is_in_the_release_or_a_log(dirty: Warehouse) -> None:
    known = {user_id for (user_id,) in dirty.inside("select distinct user_id from raw.tool_users__use")}
    accounts = {subject for (subject,) in dirty.inside("select subject from raw.tool_users__sign_ins")}
    assert len(known) > 30 and len(accounts) > 30
    columns = dirty.release("""
        select table_schema, table_name, column_name
        from information_schema.columns
        where data_type = 'VARCHAR'
    """)
    values = " union ".join(f'select "{column}" as v from "{schema}"."{table}"' for schema, table, column in columns)
    numbers = ", ".join(f"'{user_id}'" for user_id in known | accounts)
    assert dirty.release(f"select v from ({values}) where v in ({numbers})") == []
    for path in (dirty.home / "logs").rglob("*"):
        if path.is_file():
            text = path.read_text(errors="replace")
            assert not known & set(USER_ID.findall(text)), path.name
            assert not any(account in text for account in accounts), path.name
