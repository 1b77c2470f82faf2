"""Two processes serve, and entries come at the same moment, or are on their way as the processes are killed: each is
there once, whether its author got an answer or not."""

import http.client
import os
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orchestration.home import audit, entries
from orchestration.home.entries import Journal
from orchestration.settings import Settings
from tests.support.dashboards import served
from tests.support.forms import DAY, OPENED, hidden
from tests.support.visitors import Answer, Visitor
from tests.support.workers import children_of, is_served, serving

TRIES = 6
CHILDREN = """
    select list.school_id, list.child_durable_key
    from mart.mart_child_list as list
    inner join core.dim_school as schools on list.school_durable_key = schools.school_durable_key
    inner join core.brg_user__scope as users on schools.school_key = users.school_key
    where users.has_access and users.role_code = 'school' and schools.is_current and users.user_key = $user
    order by all
"""


def killed(master: int, journal: Path, when_written: bool, chance: random.Random) -> threading.Thread:
    """Kill all that serve, as soon as a line was written or at some moment before or after; begun at once."""

    def kill() -> None:
        workers, size = children_of(master), journal.stat().st_size if journal.exists() else 0
        until = time.monotonic() + (5 if when_written else chance.uniform(0, 0.06))
        while time.monotonic() < until:
            if when_written and journal.exists() and journal.stat().st_size > size:
                break
        for worker in workers:
            os.kill(worker, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    return thread


def sent_until_answered(visitor: Visitor, address: str, fields: dict[str, str]) -> tuple[Answer, int]:
    """The answer to a form that its author sends again when the connection breaks; how often it broke."""
    broken = 0
    while True:
        try:
            return visitor.post(address, **fields), broken
        except (OSError, http.client.HTTPException):
            broken += 1
            assert broken < 600
            time.sleep(0.1)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads processes from /proc")
def test_an_entry_is_there_once_whenever_the_processes_are_killed(own: Settings) -> None:
    with served(own) as dashboard:
        user = dashboard.user("school")
        children = dashboard.rows(CHILDREN, user=user)[:TRIES]
    assert len(children) == TRIES
    log, chance, unanswered = entries.log_of(own), random.Random(9), 0
    with serving(own, 2) as (process, port):
        visitor = Visitor(port)
        assert visitor.sign_in(user).status == 303
        for number, (school, child) in enumerate(children):
            address = f"/school/{school}/child/{child}/open"
            check = visitor.post(address, **hidden(visitor.get(address)) | DAY | OPENED, step="check")
            assert "Check your answers" in check.words, check.words
            fields = hidden(check) | {"step": "save"}
            killer = killed(process.pid, log, when_written=number % 2 == 0, chance=chance)
            answer, broken = sent_until_answered(visitor, address, fields)
            killer.join()
            assert answer.status == 303, answer.words
            of_form = [event for event in Journal(own).events if event.form_id == fields["form_id"]]
            assert len(of_form) == 1
            unanswered += bool(broken)
            until = time.monotonic() + 60
            while not (len(children_of(process.pid)) == 2 and is_served(port)) and time.monotonic() < until:
                time.sleep(0.1)
            assert "Your entry is saved" in visitor.get(answer.headers["location"]).words
    assert unanswered, "no kill came before an answer"
    assert list(audit.breaks(log)) == [] and len(Journal(own).events) == TRIES


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads processes from /proc")
def test_of_what_comes_at_the_same_moment_by_two_processes_a_form_is_one_entry_and_two_authors_are_told(
    own: Settings,
) -> None:
    """The same form four times at once; then the forms of four authors, each of whom saw nothing entered yet."""
    with served(own) as dashboard:
        user = dashboard.user("school")
        (school, first), (_, second) = dashboard.rows(CHILDREN, user=user)[:2]
    with serving(own, 2) as (_, port):
        authors = [Visitor(port) for _ in range(4)]
        assert [author.sign_in(user).status for author in authors] == [303] * 4
        for child, same_form in ((first, True), (second, False)):
            address = f"/school/{school}/child/{child}/open"
            checks = [
                author.post(address, **hidden(author.get(address)) | DAY | OPENED, step="check") for author in authors
            ]
            # Of one form all send what it carried; the token is of each author's own session.
            own_tokens = [hidden(check)["form_token"] for check in checks]
            fields = [hidden(checks[0] if same_form else check) for check in checks]
            with ThreadPoolExecutor(4) as at_once:
                answers = list(
                    at_once.map(
                        lambda author, given, token, to: author.post(to, **given | {"form_token": token}, step="save"),
                        authors,
                        fields,
                        own_tokens,
                        [address] * 4,
                    )
                )
            statuses = sorted(answer.status for answer in answers)
            assert statuses == ([303] * 4 if same_form else [303, 409, 409, 409])
            assert len([event for event in Journal(own).events if event.child_durable_key == child]) == 1
            assert same_form or sum("Something was entered meanwhile" in answer.words for answer in answers) == 3
    assert list(audit.breaks(entries.log_of(own))) == []
