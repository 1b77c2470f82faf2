"""The case study's roles, each walking through their job in a browser; the pictures of docs/ are made on the way.

With EARLYHELP_PICTURES=docs/pictures they are put there (`make browser PICTURES=docs/pictures`), otherwise nowhere.
"""

import os
import re
import shutil
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboard.site import TOUR
from orchestration import cli
from orchestration.home.entries import Journal
from orchestration.settings import PROJECT
from tests.support.browser import Browser, Tab
from tests.support.dashboards import served, settings_of
from tests.support.desks import Desk, focused, tab_to
from tests.support.form_walks import LONGEST_AGENDA, UNANSWERED, body, words
from tests.support.warehouse import KEY, Warehouse

LARGEST_PICTURE = 150 * 1024
Draw = Callable[..., None]

SURPRISED = """
    select agenda.school_id, agenda.child_durable_key, users.user_key
    from mart.mart_huddle_agenda as agenda
    inner join core.brg_user__scope as users
        on agenda.school_durable_key = users.school_durable_key and users.has_access and users.role_code = 'school'
    where agenda.reason_code = 'surprise' and agenda.has_place
    order by agenda.school_id, agenda.agenda_position limit 1
"""
KNOWN_BY_UPN = """
    select list.child_durable_key
    from mart.mart_child_list as list
    inner join core.dim_child_identity as identity using (child_durable_key)
    where list.school_id = $school and identity.upn is not null
    order by list.child_durable_key
"""


@pytest.fixture
def own_desk(clean: Warehouse, browser: Browser, tmp_path: Path) -> Iterator[Desk]:
    """A dashboard of a home of its own, in which something may be entered."""
    home = Path(shutil.copytree(clean.home, tmp_path / "home", symlinks=True))
    with served(settings_of(home)) as dashboard:
        yield Desk(dashboard, browser)


@pytest.fixture
def draw(tmp_path: Path) -> Draw:
    folder = Path(os.environ.get("EARLYHELP_PICTURES") or tmp_path)

    def picture(tab: Tab, name: str, height: int = 1100, scale: float = 0.75) -> None:
        file = folder / f"{name}.png"
        drawn = tab.picture(file, height, scale)
        assert struct.unpack(">II", file.read_bytes()[16:24]) == drawn and drawn[1] > 200
        assert file.stat().st_size < LARGEST_PICTURE, f"{name} is {file.stat().st_size:,} bytes"

    return picture


def follow(tab: Tab, text: str) -> None:
    """The first link of the page whose words these are."""
    found = tab.run(
        f"(a => a && a.setAttribute('data-next', '') === undefined)([...document.querySelectorAll('a')]"
        f".find(a => a.innerText.trim() === {text!r}))"
    )
    assert found, f"no link {text}"
    assert tab.click("[data-next]") == 200


def test_a_senco_finds_a_surprise_and_reads_why(desk: Desk, draw: Draw) -> None:
    ((school, child, user),) = desk.dashboard.rows(SURPRISED)
    tab = desk.tab(user)
    tab.open(f"/school/{school}")
    draw(tab, "school")
    follow(tab, "Huddle agenda")
    row = f"document.querySelector('a[href$=\"{child}\"]').closest('tr').innerText"
    assert "urprise" in tab.run(row)
    draw(tab, "huddle")
    assert tab.click(f'a[href$="{child}"]') == 200
    raised = desk.dashboard.rows(
        """
        select flags.flag_name from mart.mart_flag_evidence as evidence
        inner join core.dim_flag as flags using (flag_code)
        where evidence.child_durable_key = $child and evidence.flag_state = 'raised'
        """,
        child=child,
    )
    assert raised and all(f"{name} RAISED" in words(tab).upper().replace(name.upper(), name) for (name,) in raised)
    assert "What they know stays with them: ask them." in words(tab), "another agency's knowledge is named, not told"
    draw(tab, "child", 1640, 0.65)
    follow(tab, "Back to the children of the school")
    draw(tab, "children")
    follow(tab, "What you may see")
    draw(tab, "why", 700)


def test_a_senco_writes_down_what_is_done_by_the_keyboard_alone(own_desk: Desk, draw: Draw) -> None:
    """Open, review twice, close; every page on the way by axe, at 320 points too."""
    ((school, child, user),) = own_desk.dashboard.rows(UNANSWERED)
    tab = own_desk.tab(user)
    page = f"/school/{school}/child/{child}"
    tab.open(page)
    tab_to(tab, f"{page}/open")
    tab.press("Enter", then_loads=True)
    # Nothing chosen: the page says so, and leads to the field.
    press_button(tab, "check")
    assert "There is a problem" in words(tab) and "Choose a response" in words(tab)
    seen_by_all(tab)
    tab_to(tab, "#response_code")
    tab.press("Enter")
    assert focused(tab) == "response_code", "the problem leads to its field"
    tab.press("Space")
    tab.press("Down")
    draw(tab, "response", 1500, 0.6)
    press_button(tab, "check")
    assert "Check your answers" in words(tab)
    seen_by_all(tab)
    draw(tab, "response-check", 900)
    press_button(tab, "save")
    assert tab.path.startswith(page) and "Your entry is saved" in words(tab)
    seen_by_all(tab)
    draw(tab, "response-saved", 1200)
    (response,) = set(re.findall(r"/response/(\w+)/review", tab.run("document.body.innerHTML")))
    for does in ("review", "review", "close"):
        tab_to(tab, f"{page}/response/{response}/{does}", 120)
        tab.press("Enter", then_loads=True)
        for field in ("status_code", "current_progress", "overall_progress"):
            tab_to(tab, field)
            tab.press("Space")
        press_button(tab, "check")
        press_button(tab, "save")
    assert "Closed" in words(tab)
    ((entries, closed),) = [
        (len(events), events[-1].event_kind) for events in [Journal(own_desk.dashboard.settings).events]
    ]
    assert (entries, closed) == (4, "closed")


def test_a_zone_lead_plans_a_huddle_runs_it_and_prints_its_minutes(own_desk: Desk, draw: Draw) -> None:
    """By the keyboard alone, fifteen children in order; the next morning says the same."""
    ((school, zone),) = own_desk.dashboard.rows(LONGEST_AGENDA)
    tab = own_desk.tab(own_desk.dashboard.user("zone", zone))
    agenda = f"/school/{school}/huddle"
    tab.open(agenda)
    (huddle,) = set(re.findall(rf'href="({agenda}/\w+)/change"', body(tab)))
    tab_to(tab, f"{huddle}/change", 120)
    tab.press("Enter", then_loads=True)
    for field, value in (
        ("huddle_date-day", "26"),
        ("huddle_date-month", "6"),
        ("huddle_date-year", "26"),
        ("places", "15"),
    ):
        typed(tab, field, value)
    press_button(tab, "save")
    assert "The day of the huddle must be today or later" in words(tab)
    seen_by_all(tab)
    typed(tab, "huddle_date-year", "2026")
    draw(tab, "huddle-plan", 900)
    press_button(tab, "save")
    seen_by_all(tab)
    # Whom the lead wants to speak about besides is put on the agenda from the child's own page.
    on_it = set(re.findall(r'id="child-(\w+)"', body(tab)))
    others = own_desk.dashboard.rows(KNOWN_BY_UPN, f"zone/{zone}", school=school)
    for child in [key for (key,) in others if key not in on_it][: 15 - places(tab)]:
        tab.open(f"/school/{school}/child/{child}")
        tab_to(tab, f"{huddle}/child/{child}", 120)
        tab.press("Enter", then_loads=True)
        press_button(tab, "add")
    tab.open(agenda)
    draw(tab, "huddle-today", 1300)
    order = re.findall(r'id="child-(\w+)"', body(tab))[:15]
    assert places(tab) == 15
    tab_to(tab, f"{huddle}/child/{order[0]}", 120)
    tab.press("Enter", then_loads=True)
    for number, child in enumerate(order, start=1):
        assert tab.path == f"{huddle}/child/{child}" and f"child {number} of 15" in words(tab)
        if number == 1:
            press_button(tab, "save")
            assert "Choose what was decided" in words(tab)
            seen_by_all(tab)
            draw(tab, "huddle-child", 1500, 0.6)
        if number % 5 == 2:
            tab_to(tab, f"{huddle}/child/{child}/open", 120)
            tab.press("Enter", then_loads=True)
            tab_to(tab, "response_code")
            tab.press("Space")
            typed(tab, "agency_code", "early_help")
            press_button(tab, "check")
            press_button(tab, "save")
            continue
        tab_to(tab, "decision_code")
        tab.press("Space")
        if number % 5 == 1:
            typed(tab, "agency_code", "school")
            for part, value in (("day", "4"), ("month", "9"), ("year", "2026")):
                typed(tab, f"due_date-{part}", value)
        press_button(tab, "save")
    tab.open(agenda)
    tab_to(tab, f"{huddle}/held")
    tab.press("Enter", then_loads=True)
    for agency in ("school", "early_help", "police"):
        tab_to(tab, f"was_there-{agency}")
        tab.press("Space")
    seen_by_all(tab)
    press_button(tab, "save")
    assert tab.path == f"{huddle}/minutes?saved=1"
    seen_by_all(tab)
    draw(tab, "huddle-minutes", 1300)
    tab.open(f"{huddle}/minutes")
    minutes = words(tab)
    assert minutes.count("until 4 September 2026") == 3 and "School, Early help team, Police" in minutes
    assert len(re.findall(r"Early help team\t", minutes)) >= 3
    tab.on("print")
    assert tab.pages_printed() <= 2
    tab.on("")
    tab_to(tab, f"{agenda}/plan", 120)
    tab.press("Enter", then_loads=True)
    for part, value in (("day", "18"), ("month", "9"), ("year", "2026")):
        typed(tab, f"huddle_date-{part}", value)
    press_button(tab, "save")
    following = words(tab)
    assert "The next huddle is on 18 September 2026; the last was on 26 June 2026." in following
    # The next morning the release says it, of minutes and of the next agenda.
    Warehouse(own_desk.dashboard.settings.home, Path()).build()
    tab.open(f"{huddle}/minutes")
    assert decided_in(words(tab)) == decided_in(minutes)
    tab.open(agenda)
    assert words(tab).partition("The next huddle is")[2] == following.partition("The next huddle is")[2]


def decided_in(minutes: str) -> str:
    """What minutes say below when the next huddle is."""
    return minutes.partition("What was decided")[2]


def places(tab: Tab) -> int:
    return int(
        tab.run(
            "document.querySelector('main table') ? document.querySelector('main table').tBodies[0].rows.length : 0"
        )
    )


def typed(tab: Tab, field: str, value: str) -> None:
    """Go to a field by the keyboard and write into it."""
    tab.run("document.querySelector('main').focus()")
    tab_to(tab, field, 120)
    tab.run(f"document.activeElement.value = {value!r}")


def press_button(tab: Tab, step: str) -> None:
    """Go on by the keyboard to the form's button of a step, and press it."""
    for _ in range(80):
        tab.press("Tab")
        if tab.run("document.activeElement.name === 'step' && document.activeElement.value") == step:
            tab.press("Enter", then_loads=True)
            return
    raise AssertionError(f"no button {step} was reached")


def seen_by_all(tab: Tab) -> None:
    assert tab.violations() == [] and tab.checks_passed() > 10
    tab.resize(320, 900)
    assert tab.run("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    tab.resize(1280, 900)


def test_a_manager_compares_zones_and_goes_down_to_a_school(desk: Desk, draw: Draw) -> None:
    tab = desk.of("county")
    tab.open("/county")
    draw(tab, "county", 1300)
    # What huddles came to this year, by the facts, and that nothing is claimed of responses.
    follow(tab, "Outcomes and use")
    ((held,),) = desk.dashboard.rows(
        "select count(*) from core.fct_huddle where huddle_state = 'held' and huddle_date >= '2025-09-01'"
    )
    assert tab.run("document.querySelector('main tbody tr td').innerText") == f"{held:,}"
    assert "This is not what a response did" in words(tab)
    draw(tab, "outcomes", 1900, 0.6)
    follow(tab, "County")
    # The zone where the largest share of children is flagged, by SQL, is there with its share.
    ((zone, name, share),) = desk.dashboard.rows(
        """
        select zone_code, zone_name, raised_count / children_count from mart.mart_zone_dashboard
        where is_current and flag_code = 'any' and not is_county order by 3 desc, 1 limit 1
        """
    )
    row = tab.run(f"document.querySelector('th a[href=\"/zone/{zone}\"]').closest('tr').innerText")
    assert f"{share:.1%}" in row
    follow(tab, name)
    draw(tab, "zone", 1300)
    school = tab.run("document.querySelector('th a[href^=\"/school/\"]').getAttribute('href')").rpartition("/")[2]
    assert tab.click(f'a[href="/school/{school}"]') == 200
    ((any_flag,),) = desk.dashboard.rows(
        """
        select raised_count from mart.mart_school_overview
        where school_id = $school and is_current and flag_code = 'any'
        """,
        school=school,
    )
    assert tab.run("document.querySelector('main tbody tr td').innerText") == f"{any_flag:,}"
    follow(tab, "Children")
    assert "names nobody" in words(tab), "the county's file has no names"
    pyramid = desk.dashboard.rows("select min(pyramid_code) from mart.mart_child_list where school_id = $s", s=school)
    tab.open(f"/pyramid/{pyramid[0][0]}")
    draw(tab, "pyramid", 1300)


def test_a_health_partner_reads_whom_the_agreement_names_and_no_more(desk: Desk, draw: Draw) -> None:
    tab = desk.of("health")
    ((zone,),) = desk.dashboard.rows(
        """
        select zones.zone_code from core.brg_user__scope as users inner join core.dim_zone as zones using (zone_key)
        where users.user_key = $user and users.has_access order by zones.zone_code limit 1
        """,
        user=desk.dashboard.user("health"),
    )
    # Who works for one zone is there at once.
    assert tab.path == f"/partner/{zone}"
    # As many as SQL on the analysts' file counts, by the flags of the agreement; each once, with no way on.
    ((count,),) = desk.dashboard.rows(
        """
        select count(distinct evidence.child_durable_key)
        from mart.mart_flag_evidence as evidence
        inner join mart.mart_child_list as list using (child_durable_key)
        inner join reference.ref_partner_flag as agreed using (flag_code)
        where
            list.zone_code = $zone and evidence.flag_state = 'raised' and agreed.audience_code = 'health'
            and agreed.valid_from_date <= list.as_of_date and list.as_of_date < agreed.valid_to_date
        """,
        zone=zone,
    )
    assert count and tab.run("document.querySelectorAll('main tbody tr').length") == count
    assert tab.run("document.querySelectorAll('main tbody a').length") == 0
    assert "What a flag rests on stays with the council" in words(tab)
    draw(tab, "partner", 900)
    ((school, child),) = desk.dashboard.rows(
        "select school_id, child_durable_key from mart.mart_child_list where zone_code = $zone order by all limit 1",
        zone=zone,
    )
    # The same zone, its schools and their children as staff see them are no pages of theirs.
    for path in (f"/zone/{zone}", f"/school/{school}", f"/school/{school}/child/{child}", "/county"):
        assert tab.open(path) == 404, path
    assert tab.open("/why") == 200 and "Health" in words(tab)


def test_ict_finds_who_has_lost_access_and_who_will(desk: Desk, draw: Draw) -> None:
    tab = desk.of("ict")
    assert tab.path == "/admin"
    lost = desk.dashboard.rows(
        "select substr(user_key, 1, 8), no_access_reason_name from core.brg_user__scope "
        "where not has_access and role_code <> 'ict'"
    )
    shown = tab.run("[...document.querySelectorAll('#without ~ .app-scroll')][0].innerText")
    assert lost and all(key in shown and reason in shown for key, reason in lost)
    draw(tab, "admin", 1300)


def test_a_senco_asks_for_help_by_the_keyboard_and_ict_answers(own_desk: Desk, draw: Draw) -> None:
    """From a page to its help, a question that is refused and one that is taken, and the answer on the next page."""
    dashboard = own_desk.dashboard
    tab = own_desk.of("school")
    place = tab.path
    tab.open(f"{place}/children")
    tab_to(tab, "/help/children")
    tab.press("Enter", then_loads=True)
    assert "What the columns mean" in words(tab)
    draw(tab, "help", 1300)
    tab_to(tab, "/tickets/ask?screen=children", 120)
    tab.press("Enter", then_loads=True)
    assert tab.run("document.querySelector('#screen').value") == "children", "nothing is asked twice"
    tab_to(tab, "kind")
    tab.press("Space")
    tab_to(tab, "text")
    tab.say("Input.insertText", text="Where is A801200001001 of year 5?")
    tab.press("Tab")
    tab.press("Enter", then_loads=True)
    assert "what looks like a UPN" in words(tab)
    seen_by_all(tab)
    draw(tab, "ask", 1300, 0.6)
    tab_to(tab, "#text")
    tab.press("Enter")
    assert focused(tab) == "text", "the problem leads to its field"
    tab.run("document.querySelector('#text').select()")
    tab.say("Input.insertText", text="Somebody of year 5 is not on our list since Monday.")
    tab.press("Tab")
    tab.press("Enter", then_loads=True)
    assert tab.path == "/tickets/1?saved=1"
    seen_by_all(tab)
    ict = own_desk.of("ict")
    assert "1 question waits" in words(ict)
    follow(ict, "1 question waits for an answer")
    seen_by_all(ict)
    follow(ict, "Question 1")
    seen_by_all(ict)
    tab_to(ict, "text")
    ict.say("Input.insertText", text="The school sent the list again: it is right from tomorrow on.")
    ict.press("Tab")
    ict.press("Enter", then_loads=True)
    seen_by_all(ict)
    dashboard.site.trainings.forget(dashboard.user("school"), TOUR)
    tab.open(f"{place}/children")
    seen_by_all(tab)
    draw(tab, "answered", 500)
    tab_to(tab, "/tickets/1")
    tab.press("Enter", then_loads=True)
    assert "it is right from tomorrow on" in words(tab)
    seen_by_all(tab)
    for path in ("/tour", "/training", "/why"):
        tab.open(path)
        seen_by_all(tab)
    small = "[...document.querySelectorAll('button')].filter(e => e.getBoundingClientRect().height < 24).length"
    assert tab.run(small) == 0 and "New here" in tab.run("document.body.innerText")
    tab.on("print")
    assert not tab.run("[...document.querySelectorAll('form')].some(e => e.checkVisibility())")


def test_a_family_asks_who_saw_and_is_told(desk: Desk, draw: Draw) -> None:
    ((school, child, user),) = desk.dashboard.rows(SURPRISED)
    tab = desk.tab(user)
    assert tab.open(f"/school/{school}/child/{child}") == 200
    environment = {"EARLYHELP_HOME": str(desk.dashboard.settings.home), "EARLYHELP_KEY": KEY, "COLUMNS": "200"}
    done = CliRunner().invoke(cli.app, ["who-saw", "--child", child], env=environment)
    assert done.exit_code == 0 and user in done.output and f"school/{school}" in done.output
    tab.open("/privacy")
    assert "who looked at it" in words(tab)
    draw(tab, "privacy", 900)


def test_the_door_is_drawn_too(desk: Desk, draw: Draw) -> None:
    tab = desk.tab()
    tab.open("/sign-in")
    draw(tab, "sign-in", 900)
    tab = desk.of("school")
    tab.resize(320, 640)
    tab.open(f"{tab.path}/children")
    draw(tab, "children-320", 1200)


def test_every_picture_in_the_guides_is_one_that_is_drawn_here() -> None:
    here = Path(__file__).read_text()
    drawn = sorted((PROJECT / "docs" / "pictures").glob("*.png"))
    assert drawn and [file.name for file in drawn if f'"{file.stem}"' not in here] == []
    assert [file.name for file in drawn if file.stat().st_size >= LARGEST_PICTURE] == []
    guides = " ".join(path.read_text() for path in [*(PROJECT / "docs").rglob("*.md"), PROJECT / "README.md"])
    assert [file.name for file in drawn if f"pictures/{file.name}" not in guides] == []
