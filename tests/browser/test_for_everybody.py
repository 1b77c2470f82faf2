"""Each page by keyboard, on a small screen, zoomed, without scripts, in print, as a screen reader has it."""

import re

import pytest

from dashboard.pages.paging import PAGE_LENGTH
from tests.support.browser import Tab
from tests.support.desks import Desk, focused, tab_to
from tests.support.form_walks import press
from tests.support.role_pages import OF_ALL, ROLES, addresses

ON_REGISTER = """
    select count(*) from core.brg_child__school as places
    inner join core.dim_school as schools using (school_key)
    inner join mart.mart_child_list as list using (child_durable_key)
    where schools.school_id = $school
"""


def of_every_page(desk: Desk, role: str) -> list[tuple[Tab, str]]:
    tab = desk.of(role)
    return [(tab, path) for path in [*addresses(desk.dashboard, role), *OF_ALL]]


@pytest.mark.parametrize(("width", "zoom"), [(320, 1.0), (1280, 2.0), (1280, 4.0)])
@pytest.mark.parametrize("role", ROLES)
def test_no_page_is_wider_than_the_screen(desk: Desk, role: str, width: int, zoom: float) -> None:
    """At 320 points, and at 1280 zoomed to 200 % and 400 %: what is wide scrolls within itself."""
    wide = {}
    for tab, path in of_every_page(desk, role):
        tab.resize(width, 900, zoom)
        tab.open(path)
        inside, screen = tab.run("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert screen <= width / zoom
        if inside > screen:
            wide[path] = inside
    assert wide == {}


@pytest.mark.parametrize("role", ROLES)
def test_what_is_pressed_is_large_enough(desk: Desk, role: str) -> None:
    """24 points each way (WCAG 2.2, 2.5.8), but for links within a sentence; axe leaves this to whoever asks."""
    small = """
        [...document.querySelectorAll('a, button, select, summary, input:not([type=hidden])')]
            .filter(e => e.checkVisibility({visibilityProperty: true}))
            .filter(e => !e.matches('p a, li a, td a, .govuk-skip-link'))
            .map(e => [e.outerHTML.slice(0, 120), e.getBoundingClientRect()])
            .filter(([, box]) => box.height < 24 || box.width < 24)
            .map(([html, box]) => `${html} ${box.width} × ${box.height}`)
    """
    found = {}
    for tab, path in of_every_page(desk, role):
        tab.open(path)
        if too_small := tab.run(small):
            found[path] = too_small
    assert found == {}


@pytest.mark.parametrize("role", ROLES)
def test_no_page_has_a_script_and_all_works_without(desk: Desk, role: str) -> None:
    tab, paths = desk.of(role), addresses(desk.dashboard, role)
    with_scripts = {}
    for path in paths:
        tab.open(path)
        with_scripts[path] = tab.run("document.body.innerText")
        assert tab.run("document.scripts.length") == 0, path
        assert (
            tab.run(
                "[...document.querySelectorAll('*')].some(e => [...e.attributes].some("
                "a => a.name.startsWith('on') || a.value.startsWith('javascript:')))"
            )
            is False
        ), path
    tab.without_scripts()
    for path in paths:
        tab.open(path)
        assert tab.run("document.body.innerText") == with_scripts[path]


def names(tab: Tab, role: str) -> list[str]:
    return [node["name"]["value"] for node in tab.tree() if node.get("role", {}).get("value") == role]


@pytest.mark.parametrize("role", ["school", "zone", "county"])
def test_a_screen_reader_is_told_of_every_row_that_the_page_shows(desk: Desk, role: str) -> None:
    dashboard = desk.dashboard
    school = addresses(dashboard, role)[-1].split("/")[2]
    tab = desk.of(role)
    tab.open(f"/school/{school}/children")
    ((children,),) = dashboard.rows(ON_REGISTER, school=school)
    assert children > 10
    # One row more is that of the headings.
    assert len(names(tab, "row")) == min(children, PAGE_LENGTH) + 1
    headings = names(tab, "rowheader")
    assert len(headings) == min(children, PAGE_LENGTH) and all(headings)
    assert len(names(tab, "columnheader")) == tab.run("document.querySelectorAll('thead th').length")
    tables = names(tab, "table")
    assert len(tables) == 1 and "Children of" in tables[0]
    tab.open("/county")
    ((zones,),) = dashboard.rows("select count(distinct zone_name) from mart.mart_zone_dashboard where is_current")
    shown = tab.run(
        "[...document.querySelectorAll('caption')].find(c => c.innerText.startsWith('Children flagged in each')"
        ").closest('table').querySelectorAll('tbody tr').length"
    )
    assert shown == (zones if role == "county" else 2), "a zone's and a school's see theirs and the county"
    assert len(names(tab, "row")) == tab.run("document.querySelectorAll('tr').length")


@pytest.mark.parametrize("role", ["school", "county"])
def test_print_has_every_row_and_no_menu(desk: Desk, role: str) -> None:
    school = addresses(desk.dashboard, role)[-1].split("/")[2]
    ((children,),) = desk.dashboard.rows(ON_REGISTER, school=school)
    tab = desk.of(role)
    tab.open(f"/school/{school}/children")
    seen = "[...document.querySelectorAll('tbody tr')].filter(e => e.checkVisibility()).length"
    assert tab.run(seen) == min(children, PAGE_LENGTH)
    tab.on("print")
    assert tab.run(seen) == children
    assert not tab.run("[...document.querySelectorAll('nav, form, .govuk-breadcrumbs')].some(e => e.checkVisibility())")
    assert tab.pages_printed() >= max(1, children // 60)
    tab.on("screen")


def test_from_the_list_to_a_child_and_back_at_its_row_by_the_keyboard_alone(desk: Desk) -> None:
    tab = desk.of("school")
    school = addresses(desk.dashboard, "school")[-1].split("/")[2]
    listed = f"/school/{school}/children?sort=name"
    tab.open(listed)
    tab.press("Tab")
    assert focused(tab) == "#main", "the first stop leads past the menu"
    tab.press("Enter")
    link = tab.run("document.querySelectorAll('tbody th a')[7].getAttribute('href')")
    tab_to(tab, link)
    tab.press("Enter", then_loads=True)
    assert tab.path == link
    back = tab.run("document.querySelector('main a').getAttribute('href')")
    tab_to(tab, back)
    tab.press("Enter", then_loads=True)
    assert tab.path == listed
    assert focused(tab) == link, "back at the row that was left"
    assert tab.run("(b => b.top >= 0 && b.bottom <= innerHeight)(document.activeElement.getBoundingClientRect())")
    # The browser's own way back, too.
    tab.press("Enter", then_loads=True)
    tab.back()
    assert tab.path == listed


def test_from_the_list_to_an_outcome_and_back_at_the_childs_row_by_the_keyboard_alone(desk_to_write_at: Desk) -> None:
    tab = desk_to_write_at.of("school")
    school = addresses(desk_to_write_at.dashboard, "school")[-1].split("/")[2]
    listed = f"/school/{school}/children"
    tab.open(listed)
    form = tab.run("[...document.querySelectorAll('tbody a[href$=\"/open\"]')][4].getAttribute('href')")
    child = form.removesuffix("/open")
    tab_to(tab, form, 160)
    tab.press("Enter", then_loads=True)
    tab_to(tab, "response_code", 160)
    tab.press("Space")
    for step in ("check", "save"):
        press(tab, step)
    assert tab.path == f"{child}?saved=1"
    back = f"{listed}#child-{child.rpartition('/')[2]}"
    tab_to(tab, back, 160)
    tab.press("Enter", then_loads=True)
    # The child of the row has the focus, in a row that says what was entered; the next stop is to go on with it.
    row = tab.run("document.querySelector(':target').closest('tr').innerText")
    assert tab.run(
        "(b => b.top >= 0 && b.top <= innerHeight)(document.querySelector(':target').getBoundingClientRect())"
    )
    assert re.search(r"by \d+ \w+ 2026", row)
    assert focused(tab) == child
    tab.press("Tab")
    assert re.fullmatch(rf"{child}/response/\w+/review", focused(tab))


def test_what_was_looked_at_is_gone_with_signing_out_also_by_the_way_back(desk: Desk) -> None:
    tab = desk.of("school")
    child = next(path for path in addresses(desk.dashboard, "school") if "/child/" in path)
    tab.open(child)
    name = tab.run("document.querySelector('h1').innerText")
    assert tab.click("form[action='/sign-out'] button") == 200
    tab.back()
    assert tab.run("document.querySelector('h1').innerText") == "Sign in" and name not in tab.run(
        "document.body.innerText"
    )


def test_signing_in_and_choosing_are_done_by_the_keyboard_alone(desk: Desk) -> None:
    tab = desk.tab()
    tab.open("/sign-in")
    for _ in range(8):
        tab.press("Tab")
        if tab.run("document.activeElement.name") == "user_key":
            break
    tab.press("Enter", then_loads=True)
    school = tab.path.rpartition("/")[2]
    tab.open(f"/school/{school}/children")
    tab_to(tab, "tier")
    tab.press("Down")
    chosen = tab.run("document.querySelector('#tier').value")
    assert chosen
    for _ in range(6):
        tab.press("Tab")
        if focused(tab) == "BUTTON":
            break
    tab.press("Enter", then_loads=True)
    assert f"tier={chosen}" in tab.path
