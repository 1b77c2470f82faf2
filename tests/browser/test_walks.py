"""The case study's roles, each walking through their job in a browser; the pictures of docs/ are made on the way.

With EARLYHELP_PICTURES=docs/pictures they are put there (`make browser PICTURES=docs/pictures`), otherwise nowhere.
"""

import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration import cli
from orchestration.settings import PROJECT
from tests.support.browser import Tab
from tests.support.desks import Desk
from tests.support.warehouse import KEY

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


@pytest.fixture
def draw(tmp_path: Path) -> Draw:
    folder = Path(os.environ.get("EARLYHELP_PICTURES") or tmp_path)

    def picture(tab: Tab, name: str, height: int = 1100, scale: float = 0.75) -> None:
        file = folder / f"{name}.png"
        drawn = tab.picture(file, height, scale)
        assert struct.unpack(">II", file.read_bytes()[16:24]) == drawn and drawn[1] > 200
        assert file.stat().st_size < LARGEST_PICTURE, f"{name} is {file.stat().st_size:,} bytes"

    return picture


def words(tab: Tab) -> str:
    return str(tab.run("document.querySelector('main').innerText"))


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


def test_a_manager_compares_zones_and_goes_down_to_a_school(desk: Desk, draw: Draw) -> None:
    tab = desk.of("county")
    tab.open("/county")
    draw(tab, "county", 1300)
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
