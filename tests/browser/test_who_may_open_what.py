"""Route by route, in a browser: whoever may open it by SQL on the release sees it, and nobody else sees such a page."""

from collections.abc import Iterator

import pytest

from orchestration.settings import PROJECT
from tests.support.dashboards import Dashboard
from tests.support.desks import Desk

GUIDE = PROJECT / "docs" / "governance" / "access.md"
HEADING = "## Which page opens for whom"

TODAYS_NUMBER = """
    (
        select school_id from core.dim_school as schools
        where schools.school_durable_key = users.school_durable_key and schools.is_current
    )
"""
# Who they are, each by a query of their own: the first of those that are like that.
USERS = {
    "a school's": f"role_code = 'school' and has_access and scope_id = {TODAYS_NUMBER}",
    "of a school by its number of before": f"role_code = 'school' and has_access and scope_id <> {TODAYS_NUMBER}",
    "a zone's": "role_code = 'zone' and has_access",
    "the county's": "role_code = 'county' and has_access",
    "health partners'": "role_code = 'health' and has_access",
    "police partners'": "role_code = 'police' and has_access",
    "ICT": "role_code = 'ict'",
    "one who left": "no_access_reason_code = 'access_ended'",
    "one whose agreement is over": "no_access_reason_code = 'agreement_expired'",
    "one whose check is too old": "no_access_reason_code = 'dbs_check_too_old'",
    "one who begins tomorrow": "no_access_reason_code = 'access_not_begun'",
}
# The county's schools, each with where it lies, by the child list alone.
SCHOOLS = """
    select school_id, min(zone_code) as zone, min(pyramid_code) as pyramid, min(child_durable_key) as child
    from mart.mart_child_list group by school_id order by school_id
"""
# Through what a user sees a school: any of their scopes that holds.
SEES = """
    select distinct list.school_id, list.zone_code, list.pyramid_code
    from core.brg_user__scope as users
    left join core.dim_zone as zones on users.zone_key = zones.zone_key
    inner join mart.mart_child_list as list
        on
            users.scope_level = 'county'
            or (users.scope_level = 'zone' and list.zone_code = zones.zone_code)
            or (users.scope_level = 'school' and list.school_durable_key = users.school_durable_key)
    where users.user_key = $user_key and users.has_access and users.role_code not in ('health', 'police')
"""
# Of partner agencies the zones in whose files they are told of children.
PARTNER_ZONES = """
    select distinct list.zone_code
    from core.brg_user__scope as users
    left join core.dim_zone as zones on users.zone_key = zones.zone_key
    inner join mart.mart_child_list as list on users.scope_level = 'county' or list.zone_code = zones.zone_code
    where users.user_key = $user_key and users.has_access and users.role_code in ('health', 'police')
"""


# Who runs the tool, and who manages the county.
ROLES = """
    select coalesce(bool_or(role_code = 'ict'), false), coalesce(bool_or(role_code = 'county' and has_access), false)
    from core.brg_user__scope where user_key = $user_key
"""


def user_of(dashboard: Dashboard, kind: str) -> str:
    found = dashboard.rows(f"select min(user_key) from core.brg_user__scope as users where {USERS[kind]}")
    assert found[0][0], f"the county has nobody who is {kind}"
    return str(found[0][0])


def expected(dashboard: Dashboard, user: str) -> Iterator[tuple[str, str, bool]]:
    """Each route with its address, and whether the user may open it: at a place of theirs and at one that is not."""
    seen = dashboard.rows(SEES, user_key=user)
    schools, zones, pyramids = (set(column) for column in zip(*seen, strict=True)) if seen else (set(), set(), set())
    every = dashboard.rows(SCHOOLS)
    yield "/why", "/why", True
    yield "/places", "/places", True
    ((runs_it, manages),) = dashboard.rows(ROLES, user_key=user)
    for path in ("/help", "/tickets", "/tickets/ask", "/tour", "/training"):
        yield path, path, True
    yield "/training/done", "/training/done", runs_it or manages
    yield "/admin", "/admin", runs_it
    yield "/county", "/county", bool(seen)
    yield "/county/outcomes", "/county/outcomes", manages
    own_zones = {zone for (zone,) in dashboard.rows(PARTNER_ZONES, user_key=user)}
    for whose, zones_of_partner in (("own", own_zones), ("other", {row[1] for row in every} - own_zones)):
        for zone in sorted(zones_of_partner)[:1]:
            yield f"/partner, {whose}", f"/partner/{zone}", whose == "own"
    for whose, chosen in (
        ("own", [row for row in every if row[0] in schools]),
        ("other", [row for row in every if row[0] not in schools]),
        # Of another zone altogether.
        ("far", [row for row in every if row[1] not in zones]),
    ):
        for school, zone, pyramid, child in chosen[:1]:
            yield f"/zone, {whose}", f"/zone/{zone}", zone in zones
            yield f"/pyramid, {whose}", f"/pyramid/{pyramid}", pyramid in pyramids and pyramid != "unknown"
            for page in ("", "/children", "/huddle", "/child"):
                address = f"/school/{school}{page}{f'/{child}' if page == '/child' else ''}"
                yield f"/school{page}, {whose}", address, school in schools


@pytest.mark.parametrize("kind", USERS)
def test_each_route_opens_for_those_who_may_and_for_nobody_else(desk: Desk, kind: str) -> None:
    user = user_of(desk.dashboard, kind)
    tab = desk.tab(user)
    seen = {}
    for route, address, may in expected(desk.dashboard, user):
        status = tab.open(address)
        assert status == (200 if may else 404), (kind, address)
        heading = tab.run("document.querySelector('h1').innerText")
        assert (heading == "Page not found") != may, (kind, address, heading)
        seen[route] = "opens" if may else "no such page"
    assert len(seen) > 8
    assert printed(kind) == seen


def printed(kind: str) -> dict[str, str]:
    """What the guide's table says of a kind of user, by route."""
    section = GUIDE.read_text(encoding="utf-8").split(f"\n{HEADING}\n")[1].split("\n## ")[0]
    header, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")
    ]
    column = header.index(kind)
    return {row[0].replace("`", ""): row[column] for row in rows if row[column] != "–"}


def test_nobody_opens_anything_without_signing_in(desk: Desk) -> None:
    school, zone, pyramid, child = desk.dashboard.rows(SCHOOLS)[0]
    tab = desk.tab()
    for address in ("/", "/county", f"/zone/{zone}", f"/pyramid/{pyramid}", f"/school/{school}/child/{child}"):
        assert tab.open(address) == 200
        assert tab.run("document.querySelector('h1').innerText") == "Sign in"
        assert tab.path == ("/sign-in" if address == "/" else f"/sign-in?to={address}")
    assert tab.open("/accessibility") == tab.open("/privacy") == 200
