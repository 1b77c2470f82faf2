"""Who may open which page: every route, by every role, at one's own place and another's, and on which day."""

from datetime import date, timedelta

import pytest

from dashboard import access
from dashboard.published import ANALYSTS
from orchestration.settings import Settings
from tests.support.dashboards import Dashboard, served
from tests.support.warehouse import DAY

TODAY = date.fromisoformat(DAY)

# Independent of dashboard.access: who may see what, of the release's own answer on the release's own day.
SCHOOL_OF = """
    select distinct list.school_id, list.zone_code
    from mart.mart_child_list as list
    order by all
"""
SEES_SCHOOL = """
    select count(*) > 0
    from core.brg_user__scope as users
    where
        users.user_key = $user_key
        and users.has_access
        and (
            users.scope_level = 'county'
            or users.zone_key in (select zone_key from core.dim_zone where zone_code = $zone)
                and users.scope_level = 'zone'
            or users.scope_level = 'school'
                and users.school_durable_key in (
                    select school_durable_key from mart.mart_child_list where school_id = $school
                )
        )
"""
PAGES_OF_A_SCHOOL = ("", "/children", "/huddle", "/child/{child}")


def children_of(dashboard: Dashboard, school: str) -> list[str]:
    rows = dashboard.rows(
        "select child_durable_key from mart.mart_child_list where school_id = $school order by 1", school=school
    )
    return [key for (key,) in rows]


@pytest.mark.parametrize("role", ["school", "zone", "county", "ict"])
def test_each_page_of_each_school_opens_for_those_whom_the_release_lets_see_it(shared: Dashboard, role: str) -> None:
    user = shared.user(role)
    visitor = shared.visitor(role)
    seen = {True: 0, False: 0}
    for school, zone in shared.rows(SCHOOL_OF):
        ((may,),) = shared.rows(SEES_SCHOOL, user_key=user, zone=zone, school=school)
        seen[may] += 1
        for page in PAGES_OF_A_SCHOOL:
            path = f"/school/{school}{page.format(child=children_of(shared, school)[0])}"
            assert visitor.get(path).status == (200 if may else 404), (role, path)
    expected = {"school": (True, True), "zone": (True, True), "county": (True, False), "ict": (False, True)}
    assert (seen[True] > 0, seen[False] > 0) == expected[role]


@pytest.mark.parametrize("role", ["school", "zone", "county", "ict"])
def test_counts_of_places_open_for_those_whose_place_is_in_them(shared: Dashboard, role: str) -> None:
    user, visitor = shared.user(role), shared.visitor(role)
    ((level, own, pyramids),) = shared.rows(
        """
        select users.scope_level, coalesce(zones.zone_code, ''), list(distinct pyramids.pyramid_code)
        from core.brg_user__scope as users
        left join core.dim_zone as zones on users.zone_key = zones.zone_key
        left join core.dim_school as schools
            on schools.is_current and (
                users.scope_level = 'school' and users.school_durable_key = schools.school_durable_key
                or users.scope_level = 'zone' and users.zone_key = schools.todays_zone_key
                or users.scope_level = 'county'
            )
        left join core.dim_pyramid as pyramids on schools.todays_pyramid_key = pyramids.pyramid_key
        where users.user_key = $user_key
        group by all
        """,
        user_key=user,
    )
    assert visitor.get("/county").status == (404 if role == "ict" else 200)
    for (zone,) in shared.rows("select distinct zone_code from mart.mart_child_list order by 1"):
        may = level == "county" or (role != "ict" and zone == own)
        assert visitor.get(f"/zone/{zone}").status == (200 if may else 404), zone
    for (pyramid,) in shared.rows("select distinct pyramid_code from mart.mart_child_list order by 1"):
        may = pyramid != "unknown" and role != "ict" and pyramid in pyramids
        assert visitor.get(f"/pyramid/{pyramid}").status == (200 if may else 404), pyramid


def test_a_child_opens_at_its_own_school_alone(shared: Dashboard) -> None:
    visitor = shared.visitor("county")
    (first, _), (second, _), *_ = shared.rows(SCHOOL_OF)
    child = children_of(shared, first)[0]
    assert visitor.get(f"/school/{first}/child/{child}").status == 200
    assert visitor.get(f"/school/{second}/child/{child}").status == 404
    assert visitor.get(f"/school/{first}/child/{'0' * 32}").status == 404


def test_pages_reached_by_words_that_are_no_place_are_not_found(shared: Dashboard) -> None:
    visitor = shared.visitor("county")
    for path in (
        "/school/x",
        "/school/'%20or%201=1",
        "/school/..%2f..",
        "/zone/county",
        "/zone/",
        "/pyramid/unknown",
        "/no",
    ):
        assert visitor.ask(path).status == 404, path


def test_what_may_not_be_seen_and_what_is_not_there_look_the_same(shared: Dashboard) -> None:
    visitor = shared.visitor("school")
    own = visitor.get("/").title
    others = [school for school, _ in shared.rows(SCHOOL_OF)]
    pages = {visitor.get(f"/school/{school}").text for school in (*others, "8389999")}
    refused = [page for page in pages if "Page not found" in page]
    assert own and len(refused) == 1


def test_on_the_day_of_the_release_access_is_what_the_release_says(shared: Dashboard) -> None:
    release = shared.site.published.in_force()
    with shared.site.published.tables(release, ANALYSTS) as analysts:
        found = access.scopes(analysts, TODAY, None)
    expected = shared.rows("select user_key, has_access, no_access_reason_name from core.brg_user__scope")
    assert sorted(((one.user_key, one.has_access, one.reason) for one in found), key=str) == sorted(expected, key=str)
    assert {True, False} == {one.has_access for one in found}


def test_no_day_gives_access_that_the_release_does_not(shared: Dashboard) -> None:
    release = shared.site.published.in_force()
    allowed = {key for (key,) in shared.rows("select user_key from core.brg_user__scope where has_access")}
    with shared.site.published.tables(release, ANALYSTS) as analysts:
        for days in range(-400, 1500, 37):
            found = access.scopes(analysts, TODAY + timedelta(days=days), None)
            assert {one.user_key for one in found if one.has_access} <= allowed


def test_the_last_day_is_a_day_of_access_and_the_next_is_not(shared: Dashboard) -> None:
    release = shared.site.published.in_force()
    with shared.site.published.tables(release, ANALYSTS) as analysts:
        today = [one for one in access.scopes(analysts, TODAY, None) if one.has_access]
        assert today and all(one.until_date for one in today)
        for one in today:
            assert one.until_date
            on_it = access.scopes(analysts, one.until_date, one.user_key)
            after = access.scopes(analysts, one.until_date + timedelta(days=1), one.user_key)
            assert [same.has_access for same in on_it if same.place_name == one.place_name] == [True]
            assert [same.has_access for same in after if same.place_name == one.place_name] == [False]
            assert all(same.reason for same in after)


def test_access_that_ends_is_gone_with_the_next_click(own: Settings) -> None:
    with served(own, TODAY) as dashboard:
        visitor = dashboard.visitor("school")
        place = visitor.ask("/").headers["location"]
        assert visitor.get(f"{place}/children").status == 200
        ((until,),) = dashboard.rows(
            "select min(agreement_expiry_date) from core.brg_user__scope where user_key = $user_key",
            user_key=dashboard.user("school"),
        )
        dashboard.site.day = until + timedelta(days=1)
        assert visitor.get(f"{place}/children").status == 404
        why = visitor.get("/why")
        assert why.status == 200
        assert "No" in why.words and visitor.get("/county").status == 404


def test_a_school_reads_its_own_file_and_the_county_the_one_that_names_nobody(shared: Dashboard) -> None:
    schools = {school: access.School(school, "", "", "P", "", "Z", "") for school in ("S1", "S2")}

    def scope(
        level: str, school: str | None = None, zone: str | None = None, partner: str | None = None
    ) -> access.Scope:
        audience = partner or {"county": ANALYSTS}.get(level, level)
        return access.Scope(
            "u", "r", "", level, audience, school, "", zone, "", True, False, None, None, None, None, None, None, None
        )

    for kind, code, scopes, expected in (
        ("school", "S1", [scope("school", "S1")], "school/S1"),
        ("school", "S2", [scope("school", "S1")], None),
        ("school", "S1", [scope("county"), scope("zone", zone="Z"), scope("school", "S1")], "school/S1"),
        ("school", "S2", [scope("county"), scope("zone", zone="Z"), scope("school", "S1")], "zone/Z"),
        ("school", "S1", [scope("county")], ANALYSTS),
        ("zone", "Z", [scope("school", "S2")], "school/S2"),
        ("zone", "Z", [scope("zone", zone="Y")], None),
        ("county", "county", [scope("zone", zone="Z")], "zone/Z"),
        ("county", "else", [scope("county")], None),
        ("pyramid", "P", [scope("zone", zone="Z")], "zone/Z"),
        ("pyramid", "P", [scope("zone", zone="Y")], None),
        ("pyramid", "P", [scope("school", "S2"), scope("zone", zone="Y")], "school/S2"),
        ("pyramid", "P", [scope("county")], ANALYSTS),
        ("house", "S1", [scope("county")], None),
        ("partner", "Z", [scope("zone", zone="Z", partner="health")], "health/Z"),
        ("partner", "Z", [scope("zone", zone="Y", partner="health")], None),
        ("partner", "Z", [scope("county", partner="police")], "police/Z"),
        ("partner", "else", [scope("county", partner="police")], None),
        ("partner", "Z", [scope("county"), scope("zone", zone="Z"), scope("school", "S1")], None),
        ("school", "S1", [scope("zone", zone="Z", partner="health"), scope("county", partner="police")], None),
        ("zone", "Z", [scope("zone", zone="Z", partner="health"), scope("county", partner="police")], None),
        ("county", "county", [scope("county", partner="police")], None),
        ("pyramid", "P", [scope("zone", zone="Z", partner="health")], None),
    ):
        assert access.audience_of(scopes, schools, kind, code) == expected, (kind, code, scopes)
