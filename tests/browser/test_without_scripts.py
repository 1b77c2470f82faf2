"""What the front line writes, in a browser that runs no script, by the keys alone: entry, a huddle, a question."""

from collections.abc import Iterator

import pytest

from orchestration.home.entries import HuddleEvent, Journal, ResponseEvent
from orchestration.home.tickets import Tickets
from tests.support.browser import Browser, Tab
from tests.support.dashboards import home_like, served
from tests.support.desks import Desk
from tests.support.form_walks import WALKS
from tests.support.warehouse import Warehouse


class WithoutScripts(Desk):
    """A desk whose browser runs no script of any page. What a test asks of a page is asked past the page."""

    def tab(self, user: str | None = None) -> Tab:
        tab = super().tab(user)
        tab.without_scripts()
        return tab


@pytest.fixture(scope="module")
def plain(clean: Warehouse, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with served(home_like(clean.home, tmp_path_factory.mktemp("plain") / "home")) as dashboard:
        yield WithoutScripts(dashboard, browser)


def walked(desk: Desk, walk: str) -> list[str]:
    """The pages that a walk came by. Each keeps its parts together without a script."""
    names = []
    for name, tab in WALKS[walk](desk):
        assert tab.run("document.querySelectorAll('h1').length") == 1, name
        names.append(name)
    return names


def test_a_page_that_has_a_script_does_not_run_it_here(plain: Desk) -> None:
    tab = plain.tab()
    tab.say("Page.navigate", url="data:text/html,<title>still</title><script>document.title = 'run'</script>")
    tab.browser.wait("Page.loadEventFired", tab.session)
    assert tab.run("document.title") == "still"


def test_a_response_is_opened_reviewed_corrected_closed_and_an_entry_taken_back(plain: Desk) -> None:
    names = walked(plain, "entry")
    assert len(names) == len(set(names)) == 18
    events = [event for event in Journal(plain.dashboard.settings).events if isinstance(event, ResponseEvent)]
    assert [event.event_kind for event in events] == ["opened", "opened", "reviewed", "closed", "closed", "withdrawn"]
    # The first was entered at another machine while the form was open, and both stand.
    assert events[0].response_key != events[1].response_key and len({event.child_durable_key for event in events}) == 1
    assert [bool(event.corrects_response_event_key) for event in events] == [False] * 4 + [True] * 2


def test_a_huddle_is_moved_held_child_by_child_minuted_and_the_next_one_cancelled(plain: Desk) -> None:
    before = len(Journal(plain.dashboard.settings).events)
    names = walked(plain, "huddle")
    assert len(names) == len(set(names)) == 18
    events = Journal(plain.dashboard.settings).events[before:]
    said = [event.event_kind for event in events if isinstance(event, HuddleEvent)]
    # The first child was decided on at another machine while the form was open.
    at_the_huddle = ["decided", "decided", "postponed", "decided", "undecided", "decided"]
    assert said == ["planned", *at_the_huddle, "held", "planned", "cancelled"]
    (response,) = [event for event in events if isinstance(event, ResponseEvent)]
    decisions = [event for event in events if isinstance(event, HuddleEvent) and event.event_kind == "decided"]
    assert [event.response_key for event in decisions] == [None, None, response.response_key, None]
    assert decisions[1].decision_code != decisions[3].decision_code


def test_a_question_is_asked_answered_and_closed(plain: Desk) -> None:
    assert walked(plain, "asking")[-1] == "A form that was sent after the session's end"
    (ticket,) = Tickets(plain.dashboard.settings).every()
    assert (ticket.status, ticket.answer) == ("closed", "It is right from tomorrow on.")
