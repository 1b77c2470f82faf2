"""A huddle is planned, held child by child, and minuted: nothing is lost, nothing is there twice, the order holds."""

import re
from collections.abc import Iterator
from datetime import date

import pytest

from dashboard import huddles
from orchestration.home import entries
from orchestration.home.drafts import Drafts
from orchestration.home.entries import HuddleEvent
from orchestration.rights import entered, subject_access, workspace
from orchestration.settings import Settings
from tests.support.dashboards import Dashboard, served
from tests.support.forms import DAY, OPENED, REVIEWED, hidden
from tests.support.visitors import Answer, Visitor

TODAY = date(2026, 6, 26)
ROW = re.compile(r'<tr class="govuk-table__row" id="child-([0-9a-f]{32})">')
MANY = """
    select school_id from mart.mart_huddle_agenda
    where reason_code <> 'review_overdue'
    group by school_id
    order by count(*) desc, school_id
    limit 1
"""
"""SQL: the school with the longest agenda, also if its huddle were today."""


@pytest.fixture
def dashboard(own: Settings) -> Iterator[Dashboard]:
    with served(own) as dashboard:
        yield dashboard


@pytest.fixture
def school(dashboard: Dashboard) -> str:
    return str(dashboard.rows(MANY)[0][0])


def zone_of(dashboard: Dashboard, school: str) -> str:
    return str(dashboard.site.known(dashboard.site.published.in_force()).schools[school].zone_code)


def lead(dashboard: Dashboard, school: str, number: int = 0) -> Visitor:
    """One of those who work with the school's zone and may see its children."""
    users = dashboard.rows(
        """
        select distinct users.user_key
        from core.brg_user__scope as users
        inner join core.dim_zone as zones on users.zone_key = zones.zone_key
        where users.role_code = 'zone' and users.has_access and zones.zone_code = $zone
        order by users.user_key
        """,
        zone=zone_of(dashboard, school),
    )
    visitor = Visitor(dashboard.port)
    assert visitor.sign_in(users[number][0]).status == 303
    return visitor


def day(name: str, when: date) -> dict[str, str]:
    return {f"{name}-day": str(when.day), f"{name}-month": str(when.month), f"{name}-year": str(when.year)}


def sent(visitor: Visitor, address: str, step: str, **given: str) -> Answer:
    """A form as its page asks, with what is filled in."""
    page = visitor.get(address)
    assert page.status == 200, page.words
    return visitor.post(address, **hidden(page) | given, step=step)


def hidden_before(text: str, button: str) -> dict[str, str]:
    """What the form that has a button carries beside what is filled in."""
    form = text[: text.index(button)]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[form.rindex("<form") :]))


def decided(visitor: Visitor, address: str, code: str, **given: str) -> Answer:
    """The form of one child, whose page has other forms behind it."""
    page = visitor.get(address)
    assert page.status == 200, page.words
    fields = hidden_before(page.text, 'value="save"')
    return visitor.post(address, **fields | {"decision_code": code} | given, step="save")


def begun_today(dashboard: Dashboard, visitor: Visitor, school: str, places: int) -> str:
    """The address of the huddle, moved to today."""
    (key,) = {
        row[0]
        for row in dashboard.rows("select huddle_key from mart.mart_huddle_agenda where school_id = $s", s=school)
    }
    address = f"/school/{school}/huddle/{key}"
    answer = sent(visitor, f"{address}/change", "save", **day("huddle_date", TODAY), places=str(places))
    assert (answer.status, answer.headers["location"]) == (303, f"/school/{school}/huddle?saved=1"), answer.words
    return address


def on_agenda(visitor: Visitor, school: str, part: str = "Whom the huddle talks about, in order") -> list[str]:
    text = visitor.get(f"/school/{school}/huddle").text
    begin = text.find(f'aria-label="{part}"')
    return ROW.findall(text[begin : text.index("</table>", begin)]) if begin >= 0 else []


def test_a_huddle_goes_from_child_to_child_and_its_minutes_say_who_does_what(dashboard: Dashboard, school: str) -> None:
    visitor = lead(dashboard, school)
    huddle = begun_today(dashboard, visitor, school, 4)
    order = on_agenda(visitor, school)
    assert len(order) == 4
    first, second, third, fourth = order
    agenda = visitor.get(f"/school/{school}/huddle")
    assert f'href="{huddle}/child/{first}"' in agenda.text and "Begin the huddle" in agenda.words
    # Nothing needed, and on to the next.
    page = f"{huddle}/child"
    assert "child 1 of 4" in visitor.get(f"{page}/{first}").words
    answer = decided(visitor, f"{page}/{first}", "no_action")
    assert (answer.status, answer.headers["location"]) == (303, f"{page}/{second}")
    assert "child 2 of 4" in visitor.get(f"{page}/{second}").words
    # Watched until a day, by somebody.
    until = day("due_date", date(2026, 9, 15))
    answer = decided(visitor, f"{page}/{second}", "watch", agency_code="health", **until)
    assert answer.headers["location"] == f"{page}/{third}"
    # A response is opened, and that decides it.
    check = sent(visitor, f"{page}/{third}/open", "check", **OPENED, **DAY)
    assert "Check your answers" in check.words, check.words
    answer = visitor.post(f"{page}/{third}/open", **hidden(check), step="save")
    assert (answer.status, answer.headers["location"]) == (303, f"{page}/{fourth}")
    # The last one is postponed, and nobody is left.
    answer = sent(visitor, f"{page}/{fourth}", "postpone")
    assert answer.headers["location"].startswith(f"/school/{school}/huddle"), answer.headers["location"]
    assert fourth in on_agenda(visitor, school, "Children who wait for the next huddle")
    assert first not in visitor.get(f"/school/{school}/huddle").text
    answer = sent(visitor, f"{huddle}/held", "save", **{"was_there-school": "yes", "was_there-health": "yes"})
    assert (answer.status, answer.headers["location"]) == (303, f"{huddle}/minutes?saved=1"), answer.words
    minutes = visitor.get(f"{huddle}/minutes?saved=1").words
    assert "Held" in minutes and "School, Health" in minutes
    assert re.search(r"No action – – until 26 June 2027", minutes)
    assert re.search(r"Watch – Health until 15 September 2026", minutes)
    assert re.search(r"Respond 1:1 Health, led by you 6 August 2026", minutes)
    (named,) = dashboard.rows(
        "select surname || ', ' || forename from core.dim_child_identity where child_durable_key = $c",
        f"zone/{zone_of(dashboard, school)}",
        c=fourth,
    )[0]
    assert re.search(rf"Postponed {re.escape(named)}", minutes)
    # The next one is planned, and whoever was postponed is on its agenda, whoever was decided on is not.
    answer = sent(
        visitor, f"/school/{school}/huddle/plan", "save", **day("huddle_date", date(2026, 9, 18)), places="20"
    )
    assert answer.status == 303
    again = on_agenda(visitor, school)
    assert fourth in again and first not in again
    assert "Minutes" in visitor.get(f"/school/{school}/huddle").words
    assert "led by a user (Zone staff)" in lead(dashboard, school, 1).get(f"{huddle}/minutes").words


def test_who_plans_a_huddle_says_who_is_on_its_agenda(dashboard: Dashboard, school: str) -> None:
    visitor = lead(dashboard, school)
    before, others = on_agenda(visitor, school), "Children who follow if time allows"
    huddle = begun_today(dashboard, visitor, school, 2)
    assert on_agenda(visitor, school) == before[:2]
    waiting = on_agenda(visitor, school, others)
    assert waiting[0] == before[2]
    text = visitor.get(f"/school/{school}/huddle").text
    row = text[text.index(f'id="child-{before[2]}"') :]
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', row[: row.index("</form>")]))
    answer = visitor.post(f"{huddle}/child/{before[2]}", **fields, step="add")
    assert answer.headers["location"] == f"/school/{school}/huddle"
    # There are two places: one of them is given away.
    assert on_agenda(visitor, school) == [before[0], before[2]]
    # The same button twice is one event.
    visitor.post(f"{huddle}/child/{before[2]}", **fields, step="add")
    events = [one for one in dashboard.site.journal.events if isinstance(one, HuddleEvent)]
    assert [one.event_kind for one in events] == ["planned", "added"]
    # A child who is on no agenda is put on it from their own page.
    ((other,),) = dashboard.rows(
        """
        select list.child_durable_key
        from mart.mart_child_list as list
        inner join core.dim_child_identity as identity using (child_durable_key)
        where list.school_id = $s and identity.upn is not null
            and list.child_durable_key not in (select child_durable_key from mart.mart_huddle_agenda)
        order by all
        limit 1
        """,
        f"zone/{zone_of(dashboard, school)}",
        s=school,
    )
    assert f"{huddle}/child/{other}" in visitor.get(f"/school/{school}/child/{other}").text
    assert "Not on the agenda" in visitor.get(f"{huddle}/child/{other}").words
    sent(visitor, f"{huddle}/child/{other}", "add")
    # Who was added by those who plan it has a place, whoever else has one.
    assert other in on_agenda(visitor, school)
    sent(visitor, f"{huddle}/child/{other}", "put_back")
    assert other not in visitor.get(f"/school/{school}/huddle").text
    assert on_agenda(visitor, school, others) == [before[1], *waiting[1:]]


def test_what_was_decided_is_taken_back_and_decided_anew(dashboard: Dashboard, school: str) -> None:
    visitor = lead(dashboard, school)
    huddle = begun_today(dashboard, visitor, school, 3)
    first = on_agenda(visitor, school)[0]
    page = f"{huddle}/child/{first}"
    decided(visitor, page, "watch")
    assert "This huddle decided: Watch , entered by you" in visitor.get(page).words
    form = visitor.get(page).text
    fields = hidden_before(form, 'value="take_back"')
    answer = visitor.post(page, **fields, step="take_back")
    assert answer.headers["location"] == page
    assert on_agenda(visitor, school)[0] == first
    # A response that is reviewed at the huddle goes on, or is replaced by another.
    for steps, said in (("open", "Respond"), ("review", "Change"), ("close", "Close")):
        address = f"{page}/open"
        if steps != "open":
            (key,) = set(re.findall(r"/response/([0-9a-f]{32})/review", visitor.get(page).text))
            address = f"{page}/response/{key}/{steps}"
        closing = {"status_code": "outcome_met"} if steps == "close" else {}
        given = OPENED if steps == "open" else REVIEWED | closing
        check = sent(visitor, address, "check", **DAY, **given)
        assert "Check your answers" in check.words, check.words
        assert visitor.post(address, **hidden(check), step="save").status == 303
        assert f"This huddle decided: {said}" in visitor.get(page).words


def test_forms_say_what_is_wrong(dashboard: Dashboard, school: str) -> None:
    visitor = lead(dashboard, school)
    plan = f"/school/{school}/huddle/plan"
    for given, problem in (
        (day("huddle_date", date(2026, 6, 25)) | {"places": "9"}, "The day of the huddle must be today or later"),
        (day("huddle_date", date(2027, 6, 28)) | {"places": "9"}, "The day of the huddle must be within a year"),
        (day("huddle_date", date(2026, 9, 1)) | {"places": "0"}, "Enter how many children there is time for, 1 to 60"),
        (day("huddle_date", date(2026, 9, 1)) | {"places": "61"}, "Enter how many children there is time for, 1 to 60"),
        (
            {"huddle_date-day": "31", "huddle_date-month": "6", "huddle_date-year": "2026", "places": "9"},
            "Enter the day",
        ),
    ):
        answer = sent(visitor, plan, "save", **given)
        assert answer.status == 400 and problem in answer.words and answer.title.startswith("Error: "), answer.words
        visitor.post(plan, **hidden(answer), step="discard")
    huddle = begun_today(dashboard, visitor, school, 3)
    answer = sent(visitor, plan, "save", **day("huddle_date", TODAY), places="9")
    assert "Another huddle of this school is on that day" in answer.words
    page = f"{huddle}/child/{on_agenda(visitor, school)[0]}"
    assert "Choose what was decided" in decided(visitor, page, "").words
    # What a response decides is decided by an entry of it.
    assert "Choose what was decided" in decided(visitor, page, "respond").words
    for until, status in ((date(2026, 6, 26), 400), (date(2027, 6, 28), 400), (date(2026, 6, 27), 303)):
        assert decided(visitor, page, "watch", **day("due_date", until)).status == status
    held = sent(visitor, f"{huddle}/held", "save")
    assert held.status == 400 and "Say who was there" in held.words


def test_two_at_once_are_told_of_each_other(dashboard: Dashboard, school: str) -> None:
    mine = lead(dashboard, school)
    theirs = lead(dashboard, school, 1)
    huddle = begun_today(dashboard, mine, school, 3)
    page = f"{huddle}/child/{on_agenda(mine, school)[0]}"
    form = mine.get(page).text
    fields = hidden_before(form, 'value="save"')
    assert decided(theirs, page, "no_action").status == 303
    answer = mine.post(page, **fields, decision_code="watch", step="save")
    assert answer.status == 409 and "Somebody else said something of this child meanwhile" in answer.words
    assert "This huddle decided: No action , entered by a user (Zone staff)" in answer.words
    fields = hidden_before(answer.text, 'value="save"')
    assert mine.post(page, **fields, decision_code="watch", step="save").status == 303
    assert "This huddle decided: Watch" in mine.get(page).words
    # The huddle as a whole, likewise.
    change = mine.get(f"{huddle}/change")
    assert sent(theirs, f"{huddle}/change", "save", **day("huddle_date", TODAY), places="9").status == 303
    answer = mine.post(f"{huddle}/change", **hidden(change) | day("huddle_date", TODAY), places="5", step="save")
    assert answer.status == 409 and "Somebody else changed this huddle meanwhile" in answer.words
    assert (
        mine.post(f"{huddle}/change", **hidden(answer) | day("huddle_date", TODAY), places="5", step="save").status
        == 303
    )


def test_only_who_sees_the_children_by_name_writes_there(dashboard: Dashboard, school: str) -> None:
    author = lead(dashboard, school)
    huddle = begun_today(dashboard, author, school, 3)
    child = on_agenda(author, school)[0]
    forms = [
        f"{huddle}/held",
        f"{huddle}/change",
        f"{huddle}/cancel",
        f"{huddle}/child/{child}",
        f"/school/{school}/huddle/plan",
    ]
    manager = dashboard.visitor("county")
    for form in forms:
        assert manager.get(form).status == 404
        assert author.get(form).status == 200
        if form.startswith(huddle):
            assert author.get(form.replace(huddle, f"/school/{school}/huddle/{'0' * 32}")).status == 404
    assert "Minutes name children" in manager.get(f"{huddle}/minutes").words
    ((other,),) = dashboard.rows(
        "select school_id from mart.mart_child_list where school_id <> $s order by all limit 1", s=school
    )
    # Another school's address does not open this school's huddle.
    assert author.get(f"/school/{other}/huddle/{huddle.rpartition('/')[2]}/minutes").status == 404
    assert author.get(f"{huddle}/child/{'0' * 32}").status == 404


def test_a_decision_waits_for_the_day_and_a_cancelled_huddle_is_over(dashboard: Dashboard, school: str) -> None:
    visitor = lead(dashboard, school)
    child = on_agenda(visitor, school)[0]
    ((key,),) = set(dashboard.rows("select huddle_key from mart.mart_huddle_agenda where school_id = $s", s=school))
    huddle = f"/school/{school}/huddle/{key}"
    page = visitor.get(f"{huddle}/child/{child}")
    assert "Decisions are noted on the day of the huddle or after it" in page.words
    token = hidden(page)
    answer = visitor.post(f"{huddle}/child/{child}", **token, decision_code="watch", step="save")
    assert (answer.status, answer.headers["location"]) == (303, f"/school/{school}/huddle?over=1")
    assert visitor.get(f"{huddle}/held").status == 404
    assert sent(visitor, f"{huddle}/cancel", "save").status == 303
    assert "No huddle is planned" in visitor.get(f"/school/{school}/huddle").words
    assert visitor.get(f"{huddle}/child/{child}").status == 404
    assert visitor.get(f"{huddle}/change").status == 404


def test_a_cancelled_huddle_is_not_marked_as_held(dashboard: Dashboard, school: str) -> None:
    visitor = lead(dashboard, school)
    huddle = begun_today(dashboard, visitor, school, 3)
    held_form = hidden(visitor.get(f"{huddle}/held"))
    assert sent(visitor, f"{huddle}/cancel", "save").status == 303
    before = dashboard.site.journal.events
    assert visitor.get(f"{huddle}/held").status == 404
    answer = visitor.post(f"{huddle}/held", **held_form, **{"was_there-school": "yes"}, step="save")
    assert (answer.status, answer.headers["location"]) == (303, f"/school/{school}/huddle?over=1")
    assert dashboard.site.journal.events == before and before[-1].event_kind == "cancelled"


def test_a_huddle_that_is_over_while_forms_are_open_says_so_and_a_response_stands_without_it(
    dashboard: Dashboard, school: str
) -> None:
    mine, theirs = lead(dashboard, school), lead(dashboard, school, 1)
    huddle, agenda = begun_today(dashboard, mine, school, 3), f"/school/{school}/huddle"
    first, second = on_agenda(mine, school)[:2]
    page = f"{huddle}/child"
    decision = hidden_before(mine.get(f"{page}/{first}").text, 'value="save"')
    forms = {does: hidden(mine.get(f"{huddle}/{does}")) for does in ("change", "cancel")}
    held_form = hidden(mine.get(f"{huddle}/held"))
    check = sent(mine, f"{page}/{second}/open", "check", **OPENED, **DAY)
    assert sent(theirs, f"{huddle}/cancel", "save").status == 303
    before = len(dashboard.site.journal.events)
    answers = [mine.post(f"{page}/{first}", **decision, decision_code="watch", step="save")]
    answers += [mine.post(f"{huddle}/{does}", **form, step="save") for does, form in forms.items()]
    answers += [mine.post(f"{huddle}/held", **held_form, **{"was_there-school": "yes"}, step="save")]
    for answer in answers:
        assert (answer.status, answer.headers["location"]) == (303, f"{agenda}?over=1")
    assert "so nothing of it is saved" in mine.get(f"{agenda}?over=1").words
    assert len(dashboard.site.journal.events) == before
    for _ in range(2):
        answer = mine.post(f"{page}/{second}/open", **hidden(check), step="save")
        assert answer.status == 303
        child = mine.get(answer.headers["location"]).words
        assert "Your entry is saved" in child and "so this is no decision of it" in child
    assert [event.event_kind for event in dashboard.site.journal.events[before:]] == ["opened"]


def test_a_form_that_was_left_is_found_again_and_is_dropped_with_its_child(dashboard: Dashboard, school: str) -> None:
    visitor = lead(dashboard, school)
    huddle = begun_today(dashboard, visitor, school, 3)
    child = on_agenda(visitor, school)[0]
    answer = decided(visitor, f"{huddle}/child/{child}", "", agency_code="police")
    assert answer.status == 400
    assert re.search(r'value="police" selected', visitor.get(f"{huddle}/child/{child}").text)
    drafts = Drafts(dashboard.settings)
    assert child in drafts.children()
    drafts.drop_about({child})
    assert drafts.children() == set()
    assert huddles.last_said(dashboard.site.journal.events, huddle.rpartition("/")[2], child) == ""


def test_what_is_cut_off_between_a_response_and_its_decision_is_made_whole_by_the_same_form(
    dashboard: Dashboard, school: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = lead(dashboard, school)
    huddle = begun_today(dashboard, visitor, school, 3)
    page = f"{huddle}/child/{on_agenda(visitor, school)[0]}"
    check = sent(visitor, f"{page}/open", "check", **OPENED, **DAY)

    def cut_off(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(huddles, "say", cut_off)
        answer = visitor.post(f"{page}/open", **hidden(check), step="save")
    assert answer.status == 503
    kinds = [event.event_kind for event in dashboard.site.journal.events]
    assert kinds == ["planned", "opened"]
    for _ in range(2):
        assert visitor.post(f"{page}/open", **hidden(check), step="save").status == 303
    kinds = [event.event_kind for event in dashboard.site.journal.events]
    assert kinds == ["planned", "opened", "decided"]
    assert "This huddle decided: Respond" in visitor.get(page).words


def test_a_decision_that_cannot_be_written_says_so_and_one_after_the_session_is_kept(
    dashboard: Dashboard, school: str
) -> None:
    visitor = lead(dashboard, school)
    huddle = begun_today(dashboard, visitor, school, 3)
    page = f"{huddle}/child/{on_agenda(visitor, school)[0]}"
    lock = entries.log_of(dashboard.settings).with_suffix(".lock")
    lock.rename(lock.with_suffix(".aside"))
    lock.mkdir()
    assert decided(visitor, page, "watch", agency_code="health").status == 503
    lock.rmdir()
    assert re.search(r'value="health" selected', visitor.get(page).text)
    form = hidden_before(visitor.get(page).text, 'value="save"')
    dashboard.later[0] += 21 * 60
    answer = visitor.post(page, **form, decision_code="no_action", agency_code="police", step="save")
    assert answer.status in (302, 303) and answer.headers["location"].startswith("/sign-in")
    again = lead(dashboard, school)
    assert re.search(r'value="police" selected', again.get(page).text)
    assert [event.event_kind for event in dashboard.site.journal.events] == ["planned"]


def test_an_erased_childs_decisions_go_and_the_huddle_stays(dashboard: Dashboard, school: str) -> None:
    visitor = lead(dashboard, school)
    huddle = begun_today(dashboard, visitor, school, 3)
    first, second = on_agenda(visitor, school)[:2]
    for child in (first, second):
        assert decided(visitor, f"{huddle}/child/{child}", "watch").status == 303
    told = subject_access.entered_about(dashboard.settings, [first])
    assert [(one["event_kind"], one["decision_code"]) for one in told] == [("decided", "watch")]
    assert not {"recorded_by", "child_durable_key"} & told[0].keys()
    with workspace.workspace(dashboard.settings) as connection:
        workspace.want_texts(connection, "key", f"select 'key|{first}' as text")
        entered.erase(dashboard.settings, connection, [])
    events = [event for event in dashboard.site.journal.events if isinstance(event, HuddleEvent)]
    assert [(event.event_kind, event.child_durable_key) for event in events] == [("planned", None), ("decided", second)]
    assert first not in entries.log_of(dashboard.settings).read_text()
    assert "This huddle decided" not in visitor.get(f"{huddle}/child/{first}").words


def test_nothing_that_a_form_carries_unseen_brings_words_into_the_journal(dashboard: Dashboard, school: str) -> None:
    visitor = lead(dashboard, school)
    huddle = begun_today(dashboard, visitor, school, 3)
    page = f"{huddle}/child/{on_agenda(visitor, school)[0]}"
    fields = hidden_before(visitor.get(page).text, 'value="save"')
    for name in ("form_id", "seen"):
        answer = visitor.post(page, **fields | {name: "his mother said"}, decision_code="watch", step="save")
        assert answer.status == 403
    assert [event.event_kind for event in dashboard.site.journal.events] == ["planned"]
    assert visitor.post(page, **fields, decision_code="watch", step="save").status == 303
