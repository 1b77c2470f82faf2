"""The films of the trainings, recorded here: short, with captions of the same list of steps, and playing.

With EARLYHELP_FILMS=docs/films they are put there (`make browser FILMS=docs/films`), otherwise nowhere.
"""

import base64
import csv
import math
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestration.settings import PROJECT
from tests.support.browser import Browser, Tab
from tests.support.dashboards import Dashboard, served, settings_of
from tests.support.desks import Desk
from tests.support.films import SCALE, WIDTH, Step, captions, record
from tests.support.warehouse import Warehouse

KEPT = PROJECT / "docs" / "films"
LARGEST_FILM = 1024 * 1024
SCHOOL = """
    select list.school_id, list.child_durable_key, users.user_key
    from mart.mart_child_list as list
    inner join core.brg_user__scope as users
        on list.school_durable_key = users.school_durable_key and users.has_access and users.role_code = 'school'
    where
        list.indicators_raised_count > 1
        and list.child_durable_key not in (select child_durable_key from core.fct_response)
    order by list.school_id, list.child_durable_key limit 1
"""
HELP = "nav[aria-label=Help] a"
ASKED = "Year 5 of our school is not on the list of children. Was it delivered?"
ANSWER = "The school sent it this morning: it is there tomorrow."
Film = Callable[[Dashboard], tuple[str, list[Step]]]


def opens(path: str) -> Callable[[Tab], object]:
    return lambda tab: tab.open(path)


def clicks(selector: str) -> Callable[[Tab], object]:
    return lambda tab: tab.click(selector)


def chooses(*selectors: str) -> Callable[[Tab], object]:
    return lambda tab: [tab.run(f"document.querySelector('{selector}').click()") for selector in selectors]


def writes(text: str) -> Callable[[Tab], object]:
    return lambda tab: tab.run(f"document.querySelector('#text').value = '{text}'")


def why(dashboard: Dashboard) -> tuple[str, list[Step]]:
    ((school, child, user),) = dashboard.rows(SCHOOL)
    place = f"/school/{school}"
    return user, [
        Step(
            "Your school: how many children have each flag up, beside pyramid, zone and county.", opens(place), "table"
        ),
        Step("Children leads to the list.", at=f'.app-tabs a[href="{place}/children"]'),
        Step(
            "Whom to talk about first is at the top. You may choose by flag, tier, year and response.",
            clicks(f'.app-tabs a[href="{place}/children"]'),
            ".app-filter",
        ),
        Step("A name opens the child.", at=f'th a[href$="{child}"]'),
        Step(
            "Each flag says whether it is up, what it rests on, which system says so, and how old that is.",
            clicks(f'th a[href$="{child}"]'),
            ".app-flag",
        ),
        Step("Since when each flag was up, and until when.", at="#history"),
        Step("Who may see this child today, and why. That you looked is on record.", at="#who"),
        Step("What a word or a column means stands behind Help with this page.", at=HELP),
    ]


def outcomes(dashboard: Dashboard) -> tuple[str, list[Step]]:
    ((school, child, user),) = dashboard.rows(SCHOOL)
    page = f"/school/{school}/child/{child}"
    return user, [
        Step("Nothing is written down about this child yet. Open a response.", opens(page), 'a[href$="/open"]'),
        Step(
            "Choose what is done, how it goes, and by when it is looked at again: codes and days, no name.",
            lambda tab: (tab.click('a[href$="/open"]'), chooses("#response_code-3", "#status_code")(tab)),
            "fieldset:has(#response_code)",
        ),
        Step("Continue saves nothing yet.", at="button[value=check]"),
        Step("Check your answers, and save.", clicks("button[value=check]"), "button[value=save]"),
        Step("The entry stands on every page at once.", clicks("button[value=save]"), ".app-saved"),
        Step("Later you review the response here, or close it.", at='a[href$="/review"]'),
        Step("What was entered by mistake is corrected or taken back. Both stay on record.", at='a[href$="/correct"]'),
    ]


def zones(dashboard: Dashboard) -> tuple[str, list[Step]]:
    user = dashboard.user("county")
    ((zone,),) = dashboard.rows("select min(zone_code) from mart.mart_zone_dashboard where not is_county")
    ((school,),) = dashboard.rows("select min(school_id) from mart.mart_child_list where zone_code = $zone", zone=zone)
    return user, [
        Step("The county: how many children have each flag up, and the change.", opens("/county"), ".app-cards"),
        Step("Outcomes and use: what huddles decided, what followed.", at='p a[href="/county/outcomes"]'),
        Step("Zone beside zone. What could not be assessed is never counted as a no.", at="#zones ~ .app-scroll"),
        Step("How each flag moved, and between which numbers it is likely to go on.", at=".app-charts"),
        Step("How fresh it is: what each source last said. Look here first.", at="#freshness"),
        Step("A zone, with its schools.", clicks(f'th a[href="/zone/{zone}"]'), "#schools ~ .app-scroll"),
        Step(
            "A school beside its pyramid, its zone and the county.", clicks(f'th a[href="/school/{school}"]'), "table"
        ),
        Step("Its children, whom the county's file does not name.", clicks('.app-tabs a[href$="/children"]'), "tbody"),
    ]


def access(dashboard: Dashboard) -> tuple[str, list[Step]]:
    asker = dashboard.user("school")
    number = dashboard.site.tickets.ask(asker, "children", "wrong_data", ASKED, "film")
    link = f'a[href="/tickets/{number}"]'
    return dashboard.user("ict"), [
        Step("Whose access ends soon, and what ends it: renew it before.", opens("/admin"), "#ending ~ .app-scroll"),
        Step("Who has no access, why, and what is to be done.", at="#without ~ .app-scroll"),
        Step("Questions of users that wait for an answer.", at='p a[href="/tickets"]'),
        Step(
            "Each with the page that it is about. No question says which child.", clicks('p a[href="/tickets"]'), link
        ),
        Step(
            "Read it and answer. Its author is told with their next page.",
            lambda tab: (tab.click(link), writes(ANSWER)(tab)),
            "#text",
        ),
        Step("Answered. When all is said, close it.", clicks("button[value=answer]"), "button[value=close]"),
    ]


def asking(dashboard: Dashboard) -> tuple[str, list[Step]]:
    ((school, _, user),) = dashboard.rows(SCHOOL)

    def answered(tab: Tab) -> None:
        (number,) = (ticket.number for ticket in dashboard.site.tickets.of(user))
        dashboard.site.tickets.answer(number, dashboard.user("ict"), ANSWER)
        tab.open(f"/school/{school}")

    return user, [
        Step("Each page has its help here.", opens(f"/school/{school}/children"), HELP),
        Step("What the page shows, and what each column and flag means.", clicks(HELP), "h1"),
        Step("If that does not help: ask.", at='a[href^="/tickets/ask"]'),
        Step(
            "Say what is wrong, and no child's name, UPN or day of birth: the school and the year are enough.",
            lambda tab: (tab.click('a[href^="/tickets/ask"]'), chooses("#kind")(tab), writes(ASKED)(tab)),
            "#text",
        ),
        Step("It has a number: name it if you telephone.", clicks("main form button"), ".app-saved"),
        Step("When it is answered, your next page says so.", answered, '.app-notice a[href^="/tickets/"]'),
        Step("The answer.", clicks('.app-notice a[href^="/tickets/"]'), ".app-words ~ .app-words"),
    ]


FILMS: dict[str, Film] = {"why": why, "outcomes": outcomes, "zones": zones, "access": access, "asking": asking}


@pytest.fixture
def own_desk(clean: Warehouse, browser: Browser, tmp_path: Path) -> Iterator[Desk]:
    """A dashboard of a home of its own, in which something may be entered."""
    home = Path(shutil.copytree(clean.home, tmp_path / "home", symlinks=True))
    with served(settings_of(home)) as dashboard:
        yield Desk(dashboard, browser)


@pytest.mark.parametrize("name", FILMS)
def test_a_film_is_recorded_and_plays_with_its_captions(own_desk: Desk, name: str, tmp_path: Path) -> None:
    user, steps = FILMS[name](own_desk.dashboard)
    tab = own_desk.tab(user)
    file = Path(os.environ.get("EARLYHELP_FILMS") or tmp_path).absolute() / f"{name}.webm"
    record(tab, steps, file)
    seconds = sum(step.milliseconds for step in steps) / 1000
    assert file.stat().st_size < LARGEST_FILM
    minutes = own_desk.dashboard.rows("select minutes from reference.ref_training where training_code = $n", n=name)
    assert minutes == [(math.ceil(seconds / 60),)]
    kept = KEPT / file.name
    assert kept.with_suffix(".vtt").read_text(encoding="utf-8") == captions(steps), "make browser FILMS=docs/films"
    # The film that is kept, as users have it: from this site, under its policy, and from the middle.
    assert tab.open(f"/training/film/{name}") == 200
    shown = tab.run("[...document.querySelectorAll('#transcript li')].map(e => e.innerText)")
    assert shown == [step.words for step in steps]
    of_the_kept = tab.run(PLAYED)
    tab.resize(1280, 900)
    assert tab.violations() == []
    # The one that was recorded just now.
    tab.say("Page.setBypassCSP", enabled=True)
    tab.open(f"/training/film/{name}")
    content = base64.b64encode(file.read_bytes()).decode()
    tab.run(f"document.querySelector('video').src = 'data:video/webm;base64,{content}'; null")
    for played in (of_the_kept, tab.run(PLAYED)):
        assert abs(played["duration"] - seconds) < 0.2 and abs(played["middle"] - seconds / 2) < 0.1
        assert (played["width"], played["cues"], played["isDrawn"]) == (round(WIDTH * SCALE), len(steps), True)


PLAYED = """
    (async () => {
        const film = document.querySelector('video');
        const heard = name => new Promise((done, failed) => {
            film.addEventListener(name, done, {once: true});
            film.addEventListener('error', failed, {once: true});
        });
        if (film.readyState < 2) { film.preload = 'auto'; await heard('loadeddata'); }
        film.currentTime = film.duration / 2;
        await heard('seeked');
        const canvas = document.createElement('canvas');
        canvas.width = film.videoWidth;
        canvas.height = film.videoHeight;
        const pen = canvas.getContext('2d');
        pen.drawImage(film, 0, 0);
        const points = pen.getImageData(0, 0, canvas.width, canvas.height).data;
        return {
            duration: film.duration,
            width: film.videoWidth,
            middle: film.currentTime,
            cues: film.textTracks[0].cues.length,
            isDrawn: new Set(points).size > 20,
        };
    })()
"""


def test_every_training_that_names_a_film_has_one_that_is_recorded_here() -> None:
    with (PROJECT / "seeds" / "reference" / "ref_training.csv").open(encoding="utf-8") as file:
        named = {row["film_file"] for row in csv.DictReader(file)} - {""}
    assert named == {f"{name}.webm" for name in FILMS}
    assert {path.name for path in KEPT.iterdir()} == {f"{name}.{form}" for name in FILMS for form in ("webm", "vtt")}
    assert [path.name for path in KEPT.iterdir() if path.stat().st_size >= LARGEST_FILM] == []
