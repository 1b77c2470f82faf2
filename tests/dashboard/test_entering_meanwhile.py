"""What happens while a form is open, and what becomes of entries when a release comes, goes back, or is made again.

One home goes through it all: somebody enters, a night's build comes, a rollback, a rebuild, an erasure that is cut
short and retention that finishes it. Each step leaves what the tests look at.
"""

import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from orchestration.home import audit, durable, entries, erasures, page_views, pseudonym_key
from orchestration.home.drafts import Drafts
from orchestration.home.entries import Events, Journal, ResponseEvent
from orchestration.home.page_views import PageView
from orchestration.home.tickets import Tickets
from orchestration.jobs import verify
from orchestration.releases import store
from orchestration.settings import Settings
from synthetic import LISTING
from tests.support.authors import Authors
from tests.support.dashboards import Dashboard, served, settings_of
from tests.support.forms import DAY as ENTERED
from tests.support.forms import OPENED, REVIEWED, hidden
from tests.support.said import Content, different, said
from tests.support.visitors import Answer, Visitor
from tests.support.warehouse import DAY, Warehouse, command

TODAY = date.fromisoformat(DAY)
CLOSED = REVIEWED | {"status_code": "outcome_met"}
GROWN_UP_ON = "2031-09-01"
# The warehouse is made again twice, which takes its time.
pytestmark = pytest.mark.timeout(2400)

OPEN_RESPONSES = """
    select responses.response_key, list.school_id, list.child_durable_key, min(users.user_key)
    from core.fct_response as responses
    inner join mart.mart_child_list as list using (child_durable_key)
    inner join core.dim_school as schools on list.school_durable_key = schools.school_durable_key
    inner join core.brg_user__scope as users on schools.school_key = users.school_key
    inner join core.dim_child_identity as identity using (child_durable_key)
    where
        responses.is_open and coalesce(responses.last_reviewed_date, responses.opened_date) < date '2026-06-24'
        and users.has_access and users.role_code = 'school' and schools.is_current and identity.upn is not null
    group by all
    order by list.child_durable_key, responses.response_key
"""
"""SQL, on the build: responses of the case system that go on, with a user of the child's school."""

GROWN_UP = "select child_durable_key from core.dim_child_identity where birth_date < date '2006-09-01'"


@dataclass
class Story:
    """What was there at each step. `chosen` is a response that goes on, its school, its child and a user there."""

    home: Warehouse
    chosen: tuple[str, str, str, str]
    overtaken: tuple[Answer, Answer]
    before_the_night: Content
    entered_before_the_night: Events
    after_the_rollback: Content
    rebuilt: subprocess.CompletedProcess[str]
    kept_before_the_rebuild: dict[str, Any]
    kept_by_the_rebuild: dict[str, Any]
    unlike_after_the_rebuild: dict[tuple[str, str], tuple[int, int]]
    grown_up: set[str]
    answers_to_the_erased: list[int] = field(default_factory=list)
    entered_meanwhile: Events = ()
    drafts_meanwhile: set[str] = field(default_factory=set)
    about_the_erased: dict[str, int] = field(default_factory=dict)
    entered_by_others: Events = ()

    @property
    def settings(self) -> Settings:
        return settings_of(self.home.home)


def signed_in(dashboard: Dashboard, user: str) -> Visitor:
    visitor = Visitor(dashboard.port)
    assert visitor.sign_in(user).status == 303
    return visitor


def checked(visitor: Visitor, address: str, **given: str) -> Answer:
    form = visitor.get(address)
    assert form.status == 200, form.words
    answer = visitor.post(address, **hidden(form) | ENTERED | given, step="check")
    assert "Check your answers" in answer.words, answer.words
    return answer


def saved(visitor: Visitor, address: str, **given: str) -> None:
    answer = visitor.post(address, **hidden(checked(visitor, address, **given)), step="save")
    assert answer.status == 303, answer.words


def closed_by_the_case_system(home: Warehouse, response_keys: set[str], folder: Path) -> Path:
    """The case system's log, in which responses were closed two days ago: before what the dashboard may know."""
    (log,) = home.county.glob("extracts/responses/*.csv")
    settings, out = settings_of(home.home), folder / log.name
    refs = duckdb.sql(f"""select distinct "Response Ref" from read_csv('{log}', all_varchar = true)""").fetchall()
    closed = [ref for (ref,) in refs if pseudonym_key.response_key(settings, ref) in response_keys]
    assert len(closed) == len(response_keys)
    duckdb.sql(
        f"""
        copy (
            with log as (from read_csv('{log}', header = true, all_varchar = true))
            from log
            union all
            select * replace (
                "Event Ref" || 'closed' as "Event Ref", 'closed' as "Event", '24/06/2026' as "Date",
                '2026-06-24 12:00:00' as "Recorded", 'outcome_met' as "Status", 'up' as "Current Progress",
                'green' as "Overall Progress", null as "Review Due"
            )
            from log
            where
                "Response Ref" in ({", ".join(f"'{ref}'" for ref in closed)})
                and "Event" = 'opened' and "Corrects" is null
        ) to '{out}' (header)
        """
    )
    # It is as invented as what it was made of, and so anybody may still sign in.
    (folder / LISTING).write_text(f"{durable.sha256(out)}  {out.name}\n")
    return out


def kept(settings: Settings) -> dict[str, Any]:
    """All that the dashboard keeps besides sessions: the journal, what was shown, drafts and tickets."""
    drafts = Drafts(settings)
    with drafts._database.open() as database:
        every = database.execute("select user_key, address, fields from draft order by user_key, address").fetchall()
    return {
        "journal": Journal(settings).events,
        "views": audit.read(page_views.log_of(settings)),
        "drafts": [tuple(row) for row in every],
        "tickets": list(Tickets(settings).every()),
    }


@pytest.fixture(scope="module")
def story(clean: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("meanwhile")
    home = Warehouse(Path(shutil.copytree(clean.home, folder / "home", symlinks=True)), clean.county)
    settings = settings_of(home.home)
    response, school, child, user = chosen = home.inside(OPEN_RESPONSES)[0]
    page = f"/school/{school}/child/{child}"
    authors = Authors(settings, Random(20), TODAY)
    assert authors.enter(rounds=1, share=0.2) > 40 and authors.meet(share=0.5) > 20
    with served(settings) as dashboard:
        visitor = signed_in(dashboard, user)
        # What the author saw last is entered here, after the case system's word that is yet to come.
        saved(visitor, f"{page}/response/{response}/review", **REVIEWED)
        open_form = checked(visitor, f"{page}/response/{response}/review", **REVIEWED)
        # On another child's response nothing is entered here at all.
        events = [one for one in Journal(settings).events if isinstance(one, ResponseEvent)]
        known = {one.response_key for one in events} | {one.child_durable_key for one in events}
        other = next(row for row in home.inside(OPEN_RESPONSES) if not {row[0], row[2]} & known)
        colleague = signed_in(dashboard, other[3])
        review = f"/school/{other[1]}/child/{other[2]}/response/{other[0]}/review"
        other_form = checked(colleague, review, **REVIEWED)
        before, entered = said(settings, TODAY, events=True), Journal(settings).events
        first = store.in_force(settings)
        assert first
        assert home.here("deliver", closed_by_the_case_system(home, {response, other[0]}, folder)).returncode == 0
        home.build()
        overtaken = (
            visitor.post(f"{page}/response/{response}/review", **hidden(open_form), step="save"),
            colleague.post(review, **hidden(other_form), step="save"),
        )
        second = store.in_force(settings)
        assert second and second.release_id != first.release_id
        assert home.here("rollback").returncode == 0
        assert store.in_force(settings) == first
        rolled_back = said(settings, TODAY, events=True)
        assert home.here("rollback", "--to", second.release_id).returncode == 0
        # An entry that no delivery holds, a draft, a question and what was shown are there to be lost.
        saved(visitor, f"{page}/open", **OPENED)
        checked(visitor, f"{page}/open", **OPENED)
        ask = visitor.get("/tickets/ask")
        question = {"screen": "children", "kind": "how_to", "text": "How do I print the list?"}
        assert visitor.post("/tickets/ask", **hidden(ask) | question).status == 303
    kept_before = kept(settings)
    rebuilt = home.here("rebuild")
    kept_after = kept(settings)
    pages = said(settings, TODAY, events=True)
    home.build()
    unlike = different(pages, said(settings, TODAY, events=False))
    grown_up = {key for (key,) in home.inside(GROWN_UP)}
    told = Story(
        home, chosen, overtaken, before, entered, rolled_back, rebuilt, kept_before, kept_after, unlike, grown_up
    )
    _erased(told)
    yield told


def _erased(story: Story) -> None:
    """The child is erased while forms about them are open; the erasure is cut short, and retention finishes it."""
    settings, (response, school, child, user) = story.settings, story.chosen
    page, seat = f"/school/{school}/child/{child}", f"/school/{school}/huddle/{'0' * 32}/child"
    own = [one for one in Journal(settings).events if one.child_durable_key]
    # Something is kept of somebody who is too old to be kept.
    old, one_of_them = min(story.grown_up), next(one for one in own if isinstance(one, ResponseEvent))
    Journal(settings).append(
        lambda _, stamp: replace(one_of_them, child_durable_key=old, event_id=stamp[0], form_id="old")
    )
    for key in (child, old):
        Drafts(settings).keep("u", f"{seat}/{key}", {"decision_code": "watch"})
    page_views.record(settings, PageView("u", "school", "child", school, "r", child_durable_key=old))
    with served(settings) as dashboard:
        visitor = signed_in(dashboard, user)
        review = f"{page}/response/{response}/review"
        forms = {f"{page}/open": checked(visitor, f"{page}/open", **OPENED), review: visitor.get(review)}
        assert all(form.status == 200 for form in forms.values())
        with subprocess.Popen(
            command("erase", "--child", child, "--reason", "request of 3 July, case 17", "--yes"),
            env=story.home.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as erasing:
            until = time.monotonic() + 300
            while child in Drafts(settings).children():
                assert erasing.poll() is None and time.monotonic() < until, "it was to be cut short"
                time.sleep(0.05)
            erasing.send_signal(signal.SIGKILL)
        assert erasures.pending(settings), "the release that names the child is in force still"
        for address, form in forms.items():
            given = hidden(form) | ENTERED | REVIEWED | OPENED
            answers = [visitor.post(address, **given, step=step) for step in ("save", "check")]
            story.answers_to_the_erased += [answer.status for answer in (*answers, visitor.get(address))]
        story.answers_to_the_erased.append(visitor.get(page).status)
        dashboard.later[0] += 21 * 60
        assert visitor.post(review, **hidden(forms[review]) | REVIEWED, step="check").status == 303
    story.entered_meanwhile = tuple(one for one in Journal(settings).events if one.child_durable_key == child)
    story.drafts_meanwhile = Drafts(settings).children() & {child}
    story.entered_by_others = tuple(one for one in own if one.child_durable_key not in story.grown_up | {child})
    done = story.home.here("retention", "--as-of", GROWN_UP_ON, "--allow-future", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    story.about_the_erased = {
        f"{path.name}: {'child' if key == child else 'grown up'}": found
        for path in (settings.home / "dashboard").iterdir()
        for key in (child, old)
        if path.is_file() and (found := path.read_bytes().count(key.encode()))
    }


def test_a_response_that_the_next_release_closes_is_said_to_be_closed_and_nothing_is_saved(story: Story) -> None:
    for answer in story.overtaken:
        assert answer.status == 409 and "Something was entered meanwhile" in answer.words
        assert re.search(r"Closed 24 June 2026 .{1,40} Outcome met the case system", answer.words), answer.words
        assert re.search(r"Status Progress", answer.words), "what the author wrote is there still"
    reviewed_since, closed = story.overtaken
    said = "This response is closed by now. Saving your review as well opens it again."
    assert said in closed.words
    # The case system recorded it before the last word that this author saw, which opened it again: they are told all
    # the same, though that word is the last one still.
    assert said not in reviewed_since.words
    assert re.search(r"Closed 24 June 2026 .*Reviewed 25 June 2026", reviewed_since.words)
    assert story.entered_before_the_night == story.kept_before_the_rebuild["journal"][:-1]


def test_after_a_rollback_the_pages_show_the_entries_that_the_older_release_does_not_know(story: Story) -> None:
    assert different(story.after_the_rollback, story.before_the_night) == {}
    known = Counter(row[0] for row in story.after_the_rollback["analyst", "core.fct_response_event"])
    entered = [one.response_event_key for one in story.entered_before_the_night if isinstance(one, ResponseEvent)]
    assert len(entered) > 40 and {key: known[key] for key in entered} == dict.fromkeys(entered, 1)


def test_a_rebuild_keeps_all_that_was_entered_and_what_was_shown(story: Story) -> None:
    assert story.rebuilt.returncode == 0, story.rebuilt.stdout + story.rebuilt.stderr
    before, after = story.kept_before_the_rebuild, story.kept_by_the_rebuild
    assert all(before.values()) and after == before
    # The night after it says of every entry what the pages said.
    assert story.unlike_after_the_rebuild == {}


def test_a_child_who_is_erased_while_forms_are_open_is_not_found_and_nothing_is_kept_of_them(story: Story) -> None:
    assert set(story.answers_to_the_erased) == {404} and len(story.answers_to_the_erased) == 7
    assert (story.entered_meanwhile, story.drafts_meanwhile) == ((), set())
    assert story.about_the_erased == {}, "in no byte of what the dashboard keeps"


def test_erasure_and_retention_leave_what_is_entered_of_others_and_a_whole_journal(story: Story) -> None:
    settings = story.settings
    left = [one for one in Journal(settings).events if one.child_durable_key]
    assert tuple(left) == story.entered_by_others and len(left) > 40
    assert Tickets(settings).every() == [], "a question is kept for a year"
    assert list(audit.breaks(entries.log_of(settings))) == []
    assert [finding.text for finding in verify.verify(settings) if finding.is_damage] == []
    assert not erasures.pending(settings)
