"""Asking for help and being answered: nothing is there twice, nobody reads another's, no ticket says which child."""

import errno
import re
import stat
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from dashboard.pages.tickets import NO_ROOM
from orchestration.home import tickets
from orchestration.home.drafts import Drafts
from orchestration.home.tickets import MOST_A_DAY, MOST_WAITING, Tickets
from orchestration.jobs import retention
from orchestration.rights import entered, redact, subject_access, workspace
from orchestration.settings import Settings
from tests.support.dashboards import Dashboard, served
from tests.support.disks import mounted
from tests.support.visitors import Answer, Visitor

QUESTION = {"screen": "children", "kind": "wrong_data", "text": "Year 5 of our school is not there."}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
TOLD = "has an answer"


@pytest.fixture
def dashboard(own: Settings) -> Iterator[Dashboard]:
    with served(own) as dashboard:
        yield dashboard


def form(visitor: Visitor, path: str = "/tickets/ask") -> dict[str, str]:
    """What the form of a page carries beside what is filled in."""
    return of_page(visitor.get(path))


def of_page(page: Answer) -> dict[str, str]:
    """The same of a page that was sent."""
    return dict(HIDDEN.findall(page.text[page.text.index('<form method="post" action="/tickets') :]))


def asked(visitor: Visitor, **given: str) -> Answer:
    return visitor.post("/tickets/ask", **form(visitor) | QUESTION | given)


def test_a_question_is_answered_and_its_author_is_told_on_the_next_page(dashboard: Dashboard) -> None:
    senco, ict = dashboard.visitor("school"), dashboard.visitor("ict")
    assert "0 questions wait for an answer" in ict.get("/admin").words
    sent = asked(senco)
    assert (sent.status, sent.headers["location"]) == (303, "/tickets/1?saved=1")
    assert "It has the number 1" in senco.get("/tickets/1?saved=1").words
    assert "Year 5 of our school" in senco.get("/tickets/1").words and "Waits" in senco.get("/tickets").words
    assert TOLD not in senco.get("/why").words
    admin = ict.get("/admin").words
    assert "1 question waits for an answer" in admin and "the first since" in admin
    listed = ict.get("/tickets").words
    assert "a user (School staff)" in listed and "Children of a school" in listed
    page = form(ict, "/tickets/1")
    assert ict.post("/tickets/1", **page, step="answer", text="The school sent it\r\ntoday.").status == 303
    told = senco.get("/county")
    assert "Your question 1 has an answer" in told.words and 'href="/tickets/1"' in told.text
    assert TOLD not in ict.get("/why").words and TOLD not in dashboard.visitor("zone").get("/why").words
    assert "The school sent it\ntoday." in senco.get("/tickets/1").text
    assert TOLD not in senco.get("/county").words, "it is told until it was read"
    assert "1 answered and not closed" in ict.get("/admin").words
    assert senco.post("/tickets/1", **form(senco, "/tickets/1"), step="close").status == 303
    assert "Closed" in senco.get("/tickets/1").words and "None is open" in ict.get("/tickets").words
    assert '<form method="post" action="/tickets/1"' not in senco.get("/tickets/1").text


def test_nobody_reads_anothers_and_only_who_runs_the_tool_answers(dashboard: Dashboard, own: Settings) -> None:
    senco = dashboard.visitor("school")
    asked(senco)
    for role in ("zone", "county", "health", "police"):
        other = dashboard.visitor(role)
        assert other.get("/tickets/1").status == 404
        assert "Year 5" not in other.get("/tickets").words
        token = form(other)["form_token"]
        for step in ("answer", "close"):
            assert other.post("/tickets/1", form_token=token, step=step, text="Mine").status == 404
    token = form(senco)["form_token"]
    assert senco.post("/tickets/1", form_token=token, step="answer", text="Mine").status == 404
    for path in (
        "/tickets/2",
        "/tickets/0",
        "/tickets/-1",
        "/tickets/1x",
        "/tickets/99999999999999999999",
        "/tickets/²",
    ):
        assert dashboard.visitor("ict").get(path.replace("²", "%C2%B2")).status == 404
    (ticket,) = Tickets(own).every()
    assert (ticket.status, ticket.answer) == ("open", None)
    assert Visitor(dashboard.port).ask("/tickets").headers["location"] == "/sign-in?to=/tickets"


def test_whoever_sees_nothing_today_can_ask_why(dashboard: Dashboard) -> None:
    ((user,),) = dashboard.rows(
        "select min(user_key) from core.brg_user__scope where no_access_reason_code = 'access_ended'"
    )
    visitor = Visitor(dashboard.port)
    assert visitor.sign_in(user).status == 303
    assert asked(visitor, kind="cannot_see", screen="why").status == 303
    assert "access_ended" not in dashboard.visitor("ict").get("/tickets/1").words


def test_a_double_click_is_one_ticket(dashboard: Dashboard, own: Settings) -> None:
    visitor = dashboard.visitor("school")
    fields = form(visitor) | QUESTION
    answers: list[Answer] = []
    clicks = [threading.Thread(target=lambda: answers.append(visitor.post("/tickets/ask", **fields))) for _ in range(4)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert {answer.headers["location"] for answer in answers} == {"/tickets/1?saved=1"}
    assert len(Tickets(own).every()) == 1
    # Another user's form of the same number is theirs.
    other = dashboard.visitor("county")
    assert other.post("/tickets/ask", **fields | form(other) | {"form_id": fields["form_id"]}).status == 303
    assert len(Tickets(own).every()) == 2


def test_an_answer_that_is_sent_twice_is_one_and_the_first_of_two_stays(dashboard: Dashboard, own: Settings) -> None:
    asked(dashboard.visitor("school"))
    first = dashboard.visitor("ict")
    page = form(first, "/tickets/1")
    for _ in range(2):
        assert first.post("/tickets/1", **page, step="answer", text="So it is.").status == 303
    late = first.post("/tickets/1", **page, step="answer", text="Not so.")
    assert late.status == 409 and "So it is." in late.words and "Somebody else answered" in late.words
    assert Tickets(own).every()[0].answer == "So it is."


def test_what_is_wrong_is_named_at_its_field_and_nothing_is_kept(dashboard: Dashboard, own: Settings) -> None:
    visitor = dashboard.visitor("school")
    for given, words in (
        ({"screen": ""}, "Choose the page that it is about"),
        ({"screen": "../base"}, "Choose the page that it is about"),
        ({"kind": "other"}, "Choose what it is"),
        ({"text": "  "}, "Write what you want to ask"),
        ({"text": "x" * 1001}, "At most 1,000 letters"),
        ({"text": "Where is A801200001001?"}, "what looks like a UPN"),
        ({"text": "Where is he, born 3 May 2014?"}, "what looks like a day of birth"),
    ):
        answer = asked(visitor, **given)
        assert answer.status == 400 and answer.title.startswith("Error: "), given
        assert words in answer.words and "There is a problem" in answer.words
    assert "&lt;b&gt;" in asked(visitor, kind="", text="<b>bold</b>").text, "what was written stands there, as text"
    assert Tickets(own).every() == [] and b"A801200001001" not in (own.home / "dashboard" / tickets.FILE).read_bytes()
    asked(visitor)
    ict = dashboard.visitor("ict")
    refused = ict.post("/tickets/1", **form(ict, "/tickets/1"), step="answer", text="It is A801200001001.")
    assert refused.status == 400 and Tickets(own).every()[0].status == "open"


def test_so_many_questions_of_a_user_wait_and_no_more(dashboard: Dashboard, own: Settings) -> None:
    visitor = dashboard.visitor("school")
    for _ in range(MOST_WAITING):
        assert asked(visitor).status == 303
    answer = asked(visitor)
    assert answer.status == 400 and "No more is taken now" in answer.words
    assert asked(dashboard.visitor("county")).status == 303
    assert visitor.post("/tickets/3", **form(visitor, "/tickets/3"), step="close").status == 303
    assert asked(visitor).status == 303
    user, kept = dashboard.user("school"), Tickets(own)
    assert len(kept.of(user)) == MOST_WAITING + 1
    for number in range(MOST_A_DAY):
        for ticket in kept.of(user):
            kept.close(ticket.number)
        if len(kept.of(user)) == MOST_A_DAY:
            break
        kept.ask(user, "children", "fault", "Once more.", f"form {number}")
    assert len(kept.of(user)) == MOST_A_DAY and asked(visitor).status == 400
    # A day later some are taken again.
    with kept._database.open() as database:
        database.execute("update ticket set asked_at = '2026-01-01T00:00:00.000000' where number = 1")
    assert asked(visitor).status == 303


def test_no_form_of_another_site_or_session_asks_anything(dashboard: Dashboard, own: Settings) -> None:
    visitor = dashboard.visitor("school")
    fields = form(visitor) | QUESTION
    assert visitor.post("/tickets/ask", **fields | {"form_token": "other"}).status == 403
    assert (
        visitor.post("/tickets/ask", **{name: value for name, value in fields.items() if name != "form_id"}).status
        == 403
    )
    assert Visitor(dashboard.port).post("/tickets/ask", **fields).status == 403
    assert visitor.ask("/tickets/ask", "POST", "text=a", origin="https://elsewhere.example").status == 403
    asked(visitor)
    assert visitor.post("/tickets/1", step="close").status == 403
    assert [ticket.status for ticket in Tickets(own).every()] == ["open"]


def test_a_question_outlives_its_session(dashboard: Dashboard, own: Settings) -> None:
    visitor = dashboard.visitor("school")
    fields = form(visitor) | QUESTION | {"text": "A long question. " * 20}
    dashboard.later[0] += 21 * 60
    assert visitor.post("/tickets/ask", **fields).headers["location"] == "/sign-in?to=/tickets/ask"
    assert visitor.sign_in(dashboard.user("school")).status == 303
    page = visitor.get("/tickets/ask")
    assert "here it is as you left it" in page.words and ("A long question. " * 20).strip() in page.text
    asked(visitor)
    assert "as you left it" not in visitor.get("/tickets/ask").words


def test_a_disk_that_is_full_is_told_and_the_words_stay_in_the_form(own: Settings, tmp_path: Path) -> None:
    with mounted(tmp_path / "small", "1m") as disk, served(own) as dashboard:
        visitor = dashboard.visitor("school")
        # The tickets alone lie on the small disk: sessions go on.
        path = own.home / "dashboard" / tickets.FILE
        (disk.folder / path.name).write_bytes(path.read_bytes())
        path.unlink()
        path.symlink_to(disk.folder / path.name)
        assert asked(visitor).status == 303
        disk.fill()
        answer = asked(visitor, text="ÿ" * 1000)
        assert answer.status == 503 and NO_ROOM in answer.words and "ÿ" * 1000 in answer.text
        assert visitor.get("/tickets/1").status == 200
        disk.free()
        assert visitor.post("/tickets/ask", **of_page(answer) | QUESTION).headers["location"] == "/tickets/2?saved=1"


def test_tickets_are_their_owners_alone_on_the_disk(dashboard: Dashboard, own: Settings) -> None:
    asked(dashboard.visitor("school"))
    path = own.home / "dashboard" / tickets.FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert dashboard.views() == [], "a question is about no place"


def test_an_erased_child_whom_a_ticket_names_is_struck_and_all_else_stays(dashboard: Dashboard, own: Settings) -> None:
    visitor, ict = dashboard.visitor("school"), dashboard.visitor("ict")
    name = ("Zebulon", "Quillfeather")
    asked(visitor, text="Where is Zebulon Quillfeather of year 4?")
    asked(visitor)
    ict.post("/tickets/1", **form(ict, "/tickets/1"), step="answer", text="Zébulon QUILLFEATHER has moved.")
    fields = form(visitor) | QUESTION | {"text": "And what of Zebulon Quillfeather?"}
    dashboard.later[0] += 21 * 60
    visitor.post("/tickets/ask", **fields)
    assert any("Quillfeather" in text for _, _, text in Drafts(own).texts())
    with workspace.workspace(own) as connection:
        (told,) = subject_access.asked_about(own, connection, [name])
        assert told["ticket"] == 1 and "asked_by" not in told
        entered.erase(own, connection, [name])
        redact.redact(own, connection, [name])
        assert subject_access.asked_about(own, connection, [name]) == []
    first, second = Tickets(own).every()
    assert (first.question, first.answer) == (redact.REMOVED, redact.REMOVED)
    assert (first.status, second.question) == ("answered", QUESTION["text"])
    assert Drafts(own).texts() == []
    # Not by the bytes of the files either.
    left = [path.name for path in (own.home / "dashboard").iterdir() if b"uillfeather" in path.read_bytes().lower()]
    assert left == []
    visitor.sign_in(dashboard.user("school"))
    assert asked(visitor).headers["location"] == "/tickets/3?saved=1"


def test_tickets_and_trainings_go_by_their_rules(dashboard: Dashboard, own: Settings) -> None:
    visitor = dashboard.visitor("school")
    asked(visitor)
    visitor.post("/tickets/1", **form(visitor, "/tickets/1"), step="close")
    visitor.post("/tour", form_token=form(visitor)["form_token"], step="done")
    (ticket,) = Tickets(own).every()
    named = {"ticket": "1", "training": f"{dashboard.user('school')} tour"}
    for thing, name in named.items():
        ((found, day),) = retention.DATED[thing](own, None)
        assert found == name and day in {date.today(), date.today() - timedelta(days=1)}
        retention.REMOVED_BY[thing](own, name)
        assert list(retention.DATED[thing](own, None)) == []
    assert ticket.last_day == day
    asked(visitor)
    assert [one.number for one in Tickets(own).every()] == [2], "no number is given twice"


def test_a_disk_error_of_sqlite_is_one_of_the_disk(own: Settings) -> None:
    kept = Tickets(own)
    with pytest.raises(OSError) as problem, kept._database.open() as connection:
        connection.execute("pragma max_page_count = 1")
        connection.execute("create table filler (words text)")
        connection.execute("insert into filler values (?)", ("x" * 100_000,))
    assert problem.value.errno == errno.ENOSPC
