"""Help: a page for each screen at the same place of each page, in the release's own words."""

import html
import re
from collections import defaultdict
from collections.abc import Iterator

import pytest

from dashboard.app import FORMS, PAGES
from dashboard.templating import SCREENS
from tests.support.dashboards import Dashboard
from tests.support.visitors import Answer, Visitor

LINK = re.compile(r'<nav aria-label="Help" class="app-nav"><a href="([^"]+)">Help with this page</a></nav>')
HEADING = re.compile(r'<th scope="col"[^>]*>(.*?)</th>', re.DOTALL)
OPEN_TO_ALL = ["/sign-in", "/accessibility", "/privacy", "/help", "/help/child"]
ROLES = ["school", "county", "police", "ict"]
PARAMETERS = """
    select
        list.school_id as school, list.zone_code as zone, list.pyramid_code as pyramid,
        responses.child_durable_key as child, responses.response_key as response, events.response_event_key as event,
        huddles.huddle_key as huddle
    from core.fct_response as responses
    inner join core.fct_response_event as events using (response_key)
    inner join mart.mart_child_list as list on responses.child_durable_key = list.child_durable_key
    inner join core.fct_huddle as huddles
        on list.school_durable_key = huddles.school_durable_key and huddles.huddle_state = 'held'
    inner join core.brg_user__scope as users on list.school_durable_key = users.school_durable_key
    where users.user_key = $user_key or $user_key = ''
    order by all limit 1
"""
NAMES = ("school", "zone", "pyramid", "child", "response", "event", "huddle")


def addresses(dashboard: Dashboard, role: str) -> Iterator[str]:
    """Every route of the application, at a place of a role's user where they have one."""
    rows = dashboard.rows(PARAMETERS, user_key=dashboard.user(role)) or dashboard.rows(PARAMETERS, user_key="")
    given = dict(zip(NAMES, rows[0], strict=True))
    for path in [*PAGES, *FORMS]:
        for does in ("review", "close", "correct", "withdraw", "held") if "{does}" in path else ("",):
            known = defaultdict(lambda: "1", given, does=does, training="why")
            yield path.format_map(known)
    yield from OPEN_TO_ALL


def opened(dashboard: Dashboard, role: str) -> Iterator[tuple[str, Answer]]:
    """Every page that a role's user is shown."""
    visitor = dashboard.visitor(role)
    for address in addresses(dashboard, role):
        page = visitor.get(address)
        if page.status == 200:
            yield address, page


def heads(page: Answer) -> Iterator[str]:
    """The headings of a page's columns, in words, without the remarks of small print."""
    for cell in HEADING.findall(page.text):
        yield " ".join(html.unescape(re.sub("<[^>]+>", "", cell)).split())


@pytest.mark.parametrize("role", ROLES)
def test_every_page_leads_to_help_of_its_own_at_the_same_place(shared: Dashboard, role: str) -> None:
    seen = dict(opened(shared, role))
    assert len(seen) > 8
    for address, page in seen.items():
        (link,) = LINK.findall(page.text)
        before = page.text.partition(LINK.search(page.text)[0])[0]
        # After the name and the menu, at the end of the head of the page.
        assert before.count("<nav") == (1 if 'action="/sign-out"' in page.text else 0), address
        assert re.match(r"\s*</div>\s*</header>", page.text.partition("Help with this page</a></nav>")[2])
        assert (link == "/help") == address.startswith("/help"), address
        assert Visitor(shared.port).get(link).status == 200


def test_no_route_is_without_a_screen_and_no_screen_without_a_route(shared: Dashboard) -> None:
    led_to = {}
    for role in ("school", "county", "police", "ict"):
        for address, page in opened(shared, role):
            led_to[address] = LINK.search(page.text)[1]
    ways = {re.sub(r"\{\w+\}", "[^/]+", path) for path in [*PAGES, *FORMS]}
    unseen = [way for way in ways if not any(re.fullmatch(way, address) for address in led_to)]
    assert unseen == []
    assert {link.rpartition("/")[2] for link in led_to.values()} - {"help"} == set(SCREENS)


@pytest.mark.parametrize("role", ["school", "county", "police", "ict"])
def test_help_tells_what_every_column_of_its_page_means(shared: Dashboard, role: str) -> None:
    visitor = shared.visitor(role)
    flags = {name for (name,) in shared.rows("select flag_name from core.dim_flag")}
    untold = {}
    for address, page in opened(shared, role):
        link = LINK.search(page.text)[1]
        if link == "/help":
            continue
        told = visitor.get(link).words.casefold()
        columns = {column.partition(", at the")[0] for column in heads(page) if column not in flags}
        if missing := sorted(column for column in columns if column.casefold() not in told):
            untold[address] = missing
    assert untold == {}


def test_help_says_the_rules_as_the_release_has_them(shared: Dashboard) -> None:
    page = shared.visitor("school").get("/help/children").words
    in_force = shared.rows(
        """
        select flags.flag_name, flags.description, rules.reason from reference.ref_flag as flags
        inner join reference.ref_flag_rule as rules using (flag_code)
        where flags.is_on and rules.valid_to_date = date '9999-12-31'
        """
    )
    assert len(in_force) >= 5
    assert [row for row in in_force if not all(text in page for text in row)] == []
    ((threshold,),) = shared.rows(
        "select threshold from reference.ref_flag_rule where measure = 'absence_rate' and valid_to_date > '9999-01-01'"
    )
    assert f"{threshold:.0%}" in page
    for table in ("ref_tier", "ref_unassessable_reason"):
        described = shared.rows(f"select description from reference.{table}")
        assert described and all(text in page for (text,) in described)
    statuses = shared.rows("select status_name from reference.ref_response_status")
    assert all(name in page for (name,) in statuses)


def test_who_has_not_signed_in_reads_help_without_the_rules(shared: Dashboard) -> None:
    visitor = Visitor(shared.port)
    assert "Signing in" in visitor.get("/help").words
    assert "the account of the organisation" in visitor.get("/help/sign_in").words
    page = visitor.get("/help/children").words
    ((rule,),) = shared.rows(
        "select reason from reference.ref_flag_rule where measure = 'absence_rate' and valid_to_date > '9999-01-01'"
    )
    assert rule not in page and "told to whoever has signed in" in page
    assert visitor.get("/help/nothing").status == visitor.get("/help/..%2fbase").status == 404
