"""Route by route, in a browser: whoever may open it by SQL on the release sees it, and nobody else sees such a page.

The table of docs/governance/access.md is what was seen. With EARLYHELP_ROUTES set it is written anew
(`make browser ROUTES=1`), otherwise held against it.
"""

import os
from collections.abc import Iterator

import pytest

from dashboard.app import FORMS, PAGES
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


# Where somebody sees children by name they may write down what is done: nowhere by the file of the whole county.
WRITES = """
    select distinct list.school_id
    from core.brg_user__scope as users
    left join core.dim_zone as zones on users.zone_key = zones.zone_key
    inner join mart.mart_child_list as list
        on
            (users.scope_level = 'zone' and list.zone_code = zones.zone_code)
            or (users.scope_level = 'school' and list.school_durable_key = users.school_durable_key)
    where users.user_key = $user_key and users.has_access and users.role_code not in ('health', 'police')
"""
# What the forms of a school are about: a child with a response and what was said of it, and the huddle that is planned.
SUBJECTS = """
    select
        list.child_durable_key as child, events.response_key as response, events.response_event_key as event,
        (
            select max(huddles.huddle_key) from core.fct_huddle as huddles
            where huddles.school_durable_key = list.school_durable_key and huddles.huddle_state = 'planned'
        ) as huddle
    from core.fct_response_event as events
    inner join mart.mart_child_list as list using (child_durable_key)
    where list.school_id = $school and events.is_standing
    order by all limit 1
"""
OF_ALL = ("/why", "/places", "/session", "/tickets", "/tickets/ask", "/tour", "/training")
READ = (
    "/school/{school}",
    "/school/{school}/children",
    "/school/{school}/huddle",
    "/school/{school}/child/{child}",
    "/school/{school}/huddle/{huddle}/minutes",
)
WRITTEN = [route for route in FORMS if route.startswith("/school/")]
DOES = {
    "/school/{school}/huddle/{huddle}/{does}": "change",
    "/school/{school}/child/{child}/event/{event}/{does}": "correct",
}
ELSEWHERE = {
    "/": "leads to the first place of whoever asks",
    "/tickets/{ticket}": "its author's and theirs who run the tool: tests/dashboard/test_tickets.py",
}
"""Routes that the table leaves out, and why."""


def expected(dashboard: Dashboard, user: str) -> Iterator[tuple[str, str, str, bool]]:
    """Each route, whose place it is asked of, its address, and whether the user may open it."""
    seen = dashboard.rows(SEES, user_key=user)
    schools, zones, pyramids = (set(column) for column in zip(*seen, strict=True)) if seen else (set(), set(), set())
    writes = {school for (school,) in dashboard.rows(WRITES, user_key=user)}
    every = dashboard.rows(SCHOOLS)
    for path in OF_ALL:
        yield path, "", path, True
    film = dashboard.rows("select min(training_code) from reference.ref_training where film_file is not null")[0][0]
    yield "/training/film/{training}", "", f"/training/film/{film}", True
    ((runs_it, manages),) = dashboard.rows(ROLES, user_key=user)
    yield "/training/done", "", "/training/done", runs_it or manages
    yield "/admin", "", "/admin", runs_it
    yield "/county", "", "/county", bool(seen)
    yield "/county/outcomes", "", "/county/outcomes", manages
    own_zones = {zone for (zone,) in dashboard.rows(PARTNER_ZONES, user_key=user)}
    yield "/partner", "", "/partner", bool(own_zones)
    for whose, zones_of_partner in (("own", own_zones), ("other", {row[1] for row in every} - own_zones)):
        for zone in sorted(zones_of_partner)[:1]:
            yield "/partner/{zone}", whose, f"/partner/{zone}", whose == "own"
    pyramids -= {"unknown"}
    for route, kind, own, all_of_them in (
        ("/zone/{zone}", "zone", zones, {row[1] for row in every}),
        ("/pyramid/{pyramid}", "pyramid", pyramids, {row[2] for row in every} - {"unknown"}),
    ):
        for whose, places in (("own", own), ("other", all_of_them - own)):
            for place in sorted(places)[:1]:
                yield route, whose, f"/{kind}/{place}", whose == "own"
    for whose, chosen in (
        ("own", [row for row in every if row[0] in schools]),
        ("other", [row for row in every if row[0] not in schools]),
        # Of another zone altogether.
        ("far", [row for row in every if row[1] not in zones]),
    ):
        # The first of which there is a response to speak about.
        with_subject = ((row, dashboard.rows(SUBJECTS, school=row[0])) for row in chosen)
        for (school, *_), ((child, response, event, huddle),) in [
            one for one in with_subject if one[1] and one[1][0][3]
        ][:1]:
            given = {"school": school, "child": child, "response": response, "event": event, "huddle": huddle}
            for route in READ:
                yield route, whose, route.format(**given), school in schools
            for route in WRITTEN:
                yield route, whose, route.format(**given, does=DOES.get(route, "review")), school in writes


SEEN: dict[str, dict[str, str]] = {}
"""What each kind of user saw, by row of the table."""


@pytest.mark.parametrize("kind", USERS)
def test_each_route_opens_for_those_who_may_and_for_nobody_else(desk: Desk, kind: str) -> None:
    user = user_of(desk.dashboard, kind)
    tab = desk.tab(user)
    seen = {}
    for route, whose, address, may in expected(desk.dashboard, user):
        status = tab.open(address)
        assert status == (200 if may else 404), (kind, address)
        heading = tab.run("document.querySelector('h1').innerText")
        assert (heading == "Page not found") != may, (kind, address, heading)
        seen[f"`{route}`{whose and f', {whose}'}"] = "opens" if may else "no such page"
    assert len(seen) > 8
    SEEN[kind] = seen
    assert os.environ.get("EARLYHELP_ROUTES") or printed(kind) == seen


def test_the_table_has_every_route_of_the_application() -> None:
    if os.environ.get("EARLYHELP_ROUTES"):
        write()
    _, rows = table()
    routes = {row[0].partition("`")[2].partition("`")[0] for row in rows}
    assert routes | ELSEWHERE.keys() == {*PAGES, *FORMS}


def table() -> tuple[list[str], list[list[str]]]:
    """The guide's table: its headings, and its rows."""
    section = GUIDE.read_text(encoding="utf-8").split(f"\n{HEADING}\n")[1].split("\n## ")[0]
    header, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")
    ]
    return header, rows


def printed(kind: str) -> dict[str, str]:
    """What the guide's table says of a kind of user, by route."""
    header, rows = table()
    column = header.index(kind)
    return {row[0]: row[column] for row in rows if row[column] != "–"}


def write() -> None:
    """Write the guide's table anew, of what all of them saw."""
    assert SEEN.keys() == USERS.keys(), "only where all tests of this file were run"
    names = list(dict.fromkeys(name for seen in SEEN.values() for name in seen))
    order = {route: number for number, route in enumerate([*PAGES, *FORMS])}
    whose = ["", "own", "other", "far"]
    names.sort(key=lambda name: (whose.index(name.rpartition("`")[2].strip(", ")), order[name.split("`")[1]]))
    lines = [["page", *USERS], ["---"] * (len(USERS) + 1)]
    lines += [[name, *(seen.get(name, "–") for seen in SEEN.values())] for name in names]
    guide = GUIDE.read_text(encoding="utf-8")
    begin = guide.index("| page |", guide.index(f"\n{HEADING}\n"))
    end = guide.index("\n\n", begin)
    written = "\n".join(f"|{'|'.join(line)}|" if line[0] == "---" else f"| {' | '.join(line)} |" for line in lines)
    GUIDE.write_text(guide[:begin] + written + guide[end:], encoding="utf-8")


def test_nobody_opens_anything_without_signing_in(desk: Desk) -> None:
    school, zone, pyramid, child = desk.dashboard.rows(SCHOOLS)[0]
    tab = desk.tab()
    for address in ("/", "/county", f"/zone/{zone}", f"/pyramid/{pyramid}", f"/school/{school}/child/{child}"):
        assert tab.open(address) == 200
        assert tab.run("document.querySelector('h1').innerText") == "Sign in"
        assert tab.path == ("/sign-in" if address == "/" else f"/sign-in?to={address}")
    assert tab.open("/accessibility") == tab.open("/privacy") == 200
