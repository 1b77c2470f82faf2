"""Every form of the dashboard, walked through in a browser by the keys alone: asked, wrong, checked, saved.

Whoever walks is told of each page as it stands there, by its name, and looks at it as they like.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from orchestration.home import entries
from tests.support.browser import Tab
from tests.support.dashboards import Dashboard
from tests.support.desks import Desk, tab_to
from tests.support.forms import DAY, HIDDEN, OPENED, hidden
from tests.support.visitors import Visitor

Steps = Iterator[tuple[str, Tab]]

UNANSWERED = """
    select list.school_id, list.child_durable_key, users.user_key
    from mart.mart_child_list as list
    inner join core.brg_user__scope as users
        on list.school_durable_key = users.school_durable_key and users.has_access and users.role_code = 'school'
    where
        list.indicators_raised_count > 1
        and list.child_durable_key not in (select child_durable_key from core.fct_response)
    order by list.school_id, list.child_durable_key limit 1
"""
LONGEST_AGENDA = """
    select school_id, any_value(zone_code) from mart.mart_huddle_agenda
    where reason_code <> 'review_overdue'
    group by school_id order by count(*) desc, school_id limit 1
"""


def words(tab: Tab) -> str:
    return str(tab.run("document.querySelector('main').innerText"))


def body(tab: Tab) -> str:
    return str(tab.run("document.body.innerHTML"))


def go(tab: Tab, link: str) -> None:
    """Follow a link of the page by the keys."""
    tab_to(tab, link, 160)
    tab.press("Enter", then_loads=True)


def choose(tab: Tab, *fields: str) -> None:
    """The first answer of each of these questions, or a box to be ticked."""
    for field in fields:
        tab_to(tab, field, 160)
        tab.press("Space")


def write(tab: Tab, **fields: str) -> None:
    """Write into fields, whose content is chosen as the focus comes to them."""
    for field, value in fields.items():
        tab_to(tab, field.replace("__", "-"), 160)
        tab.run("document.activeElement.select()")
        tab.say("Input.insertText", text=value)


def press(tab: Tab, step: str = "") -> None:
    """Go on to the form's button of a step, and press it."""
    for _ in range(160):
        tab.press("Tab")
        if tab.run("document.activeElement.matches('main button') ? document.activeElement.value : null") == step:
            tab.press("Enter", then_loads=True)
            return
    raise AssertionError(f"no button {step} was reached")


def entry(desk: Desk) -> Steps:
    """Open a response, review, correct, close it, take the last entry back, with what goes wrong on the way."""
    dashboard = desk.dashboard
    ((school, child, user),) = dashboard.rows(UNANSWERED)
    tab, page = desk.tab(user), f"/school/{school}/child/{child}"
    tab.open(page)
    go(tab, f"{page}/open")
    yield "Open a response", tab
    press(tab, "check")
    assert "Choose a response" in words(tab)
    yield "Open a response: something is wrong", tab
    choose(tab, "response_code")
    tab.press("Down")
    press(tab, "check")
    assert "Check your answers" in words(tab)
    yield "Open a response: check your answers", tab
    _opens_meanwhile(dashboard, user, page)
    press(tab, "save")
    assert "Something was entered meanwhile" in words(tab)
    yield "Open a response: something was entered meanwhile", tab
    press(tab, "change")
    yield "Open a response: change your answers", tab
    go(tab, page)
    go(tab, f"{page}/open")
    assert "You began this before" in words(tab)
    yield "Open a response: as it was left", tab
    press(tab, "check")
    with _no_room(dashboard):
        press(tab, "save")
        assert "It could not be saved" in body(tab)
        yield "An entry that cannot be written", tab
    tab.open(f"{page}/open")
    press(tab, "check")
    press(tab, "save")
    assert "Your entry is saved" in words(tab)
    yield "A child: your entry is saved", tab
    response = re.findall(r"/response/(\w+)/review", body(tab))[0]
    for does, saved in (("review", "Continue"), ("close", "Closed")):
        go(tab, f"{page}/response/{response}/{does}")
        yield f"{does.capitalize()} a response", tab
        press(tab, "check")
        yield f"{does.capitalize()} a response: something is wrong", tab
        choose(tab, "status_code", "current_progress", "overall_progress")
        press(tab, "check")
        yield f"{does.capitalize()} a response: check your answers", tab
        press(tab, "save")
        assert "Your entry is saved" in words(tab) and (saved in words(tab) or does == "review")
    event = re.findall(r"/event/(\w+)/correct", body(tab))[0]
    go(tab, f"{page}/event/{event}/correct")
    yield "Correct an entry", tab
    write(tab, event_date__day="31")
    press(tab, "check")
    yield "Correct an entry: something is wrong", tab
    write(tab, event_date__day="26")
    press(tab, "check")
    yield "Correct an entry: check your answers", tab
    press(tab, "save")
    event = re.findall(r"/event/(\w+)/withdraw", body(tab))[0]
    go(tab, f"{page}/event/{event}/withdraw")
    yield "Take an entry back", tab
    press(tab, "save")
    assert "Your entry is saved" in words(tab) and "Taken back" in words(tab)


def note(desk: Desk) -> Steps:
    """Write a note with a response, too long at first, and find it with its event; of a council that has notes."""
    ((school, child, user),) = desk.dashboard.rows(UNANSWERED)
    tab, page = desk.tab(user), f"/school/{school}/child/{child}"
    tab.open(f"{page}/open")
    yield "Open a response with a note", tab
    choose(tab, "response_code")
    write(tab, note="x" * 501)
    press(tab, "check")
    assert "Write at most 500 letters: these are 501" in words(tab)
    yield "Open a response with a note: something is wrong", tab
    write(tab, note="Agreed with home.\nA call on Mondays.")
    press(tab, "check")
    assert "A call on Mondays." in words(tab)
    yield "Open a response with a note: check your answers", tab
    press(tab, "save")
    assert "A call on Mondays." in words(tab)
    yield "A child: a note is saved", tab


@contextmanager
def _no_room(dashboard: Dashboard) -> Iterator[None]:
    """What lies in the place of the journal's lock lets nothing be written, as a full disk does."""
    lock = entries.log_of(dashboard.settings).with_suffix(".lock")
    aside = lock.rename(lock.with_suffix(".aside"))
    lock.mkdir()
    try:
        yield
    finally:
        lock.rmdir()
        aside.rename(lock)


def _opens_meanwhile(dashboard: Dashboard, user: str, page: str) -> None:
    """The same user, at another machine."""
    visitor = Visitor(dashboard.port)
    assert visitor.sign_in(user).status == 303
    check = visitor.post(f"{page}/open", **hidden(visitor.get(f"{page}/open")) | OPENED | DAY, step="check")
    assert visitor.post(f"{page}/open", **hidden(check), step="save").status == 303


def _is_decided_meanwhile(dashboard: Dashboard, user: str, page: str) -> None:
    visitor = Visitor(dashboard.port)
    assert visitor.sign_in(user).status == 303
    text = visitor.get(page).text
    form = text[: text.index('value="save"')]
    fields = dict(HIDDEN.findall(form[form.rindex("<form") :]))
    assert visitor.post(page, **fields, decision_code="no_action", step="save").status == 303


def huddle(desk: Desk) -> Steps:
    """Move a huddle to today, postpone a child and put one back, decide with and without a response, mark it as held,
    plan the next and cancel it."""
    ((school, zone),) = desk.dashboard.rows(LONGEST_AGENDA)
    tab, agenda = desk.tab(desk.dashboard.user("zone", zone)), f"/school/{school}/huddle"
    tab.open(agenda)
    (address,) = set(re.findall(rf'href="({agenda}/\w+)/change"', body(tab)))
    go(tab, f"{address}/change")
    yield "Change a huddle", tab
    write(tab, huddle_date__day="25", huddle_date__month="6", huddle_date__year="2026", places="4")
    press(tab, "save")
    assert "The day of the huddle must be today or later" in words(tab)
    yield "Change a huddle: something is wrong", tab
    write(tab, huddle_date__day="26")
    press(tab, "save")
    assert "It is saved and shown on every page." in words(tab)
    yield "The agenda: it is saved", tab
    first, second, third, fourth = re.findall(r'id="child-(\w+)"', body(tab))[:4]
    go(tab, f"{address}/child/{first}")
    yield "A child at a huddle", tab
    press(tab, "save")
    assert "Choose what was decided" in words(tab)
    yield "A child at a huddle: something is wrong", tab
    _is_decided_meanwhile(desk.dashboard, desk.dashboard.user("zone", zone), f"{address}/child/{first}")
    choose(tab, "decision_code")
    press(tab, "save")
    assert "Somebody else said something of this child meanwhile" in words(tab)
    yield "A child at a huddle: something was said meanwhile", tab
    press(tab, "save")
    assert tab.path == f"{address}/child/{second}"
    press(tab, "postpone")
    assert tab.path == f"{address}/child/{third}"
    go(tab, f"{address}/child/{third}/open")
    yield "A child at a huddle: open a response", tab
    choose(tab, "response_code")
    press(tab, "check")
    yield "A child at a huddle: open a response, check your answers", tab
    press(tab, "save")
    assert tab.path == f"{address}/child/{fourth}"
    go(tab, agenda)
    yield "The agenda within the huddle", tab
    tab.open(f"{address}/child/{first}")
    assert "This huddle decided" in words(tab)
    yield "A child at a huddle: decided", tab
    press(tab, "take_back")
    choose(tab, "decision_code")
    tab.press("Down")
    press(tab, "save")
    tab.open(agenda)
    go(tab, f"{address}/held")
    yield "Mark a huddle as held", tab
    press(tab, "save")
    assert "Say who was there" in words(tab)
    yield "Mark a huddle as held: something is wrong", tab
    choose(tab, "was_there-school", "was_there-health")
    press(tab, "save")
    assert tab.path == f"{address}/minutes?saved=1"
    yield "Minutes: it is saved", tab
    tab.open(agenda)
    go(tab, f"{agenda}/plan")
    yield "Plan a huddle", tab
    write(tab, huddle_date__day="31", huddle_date__month="6", huddle_date__year="2026")
    press(tab, "save")
    yield "Plan a huddle: something is wrong", tab
    write(tab, huddle_date__day="18", huddle_date__month="9")
    press(tab, "save")
    assert "The next huddle is on 18 September 2026" in words(tab)
    (following,) = set(re.findall(rf'href="({agenda}/\w+)/cancel"', body(tab)))
    other = desk.tab(desk.dashboard.user("zone", zone))
    other.open(f"{following}/change")
    go(tab, f"{following}/cancel")
    yield "Cancel a huddle", tab
    press(tab, "save")
    assert "No huddle is planned" in words(tab)
    yield "The agenda: no huddle is planned", tab
    press(other, "save")
    assert "so nothing of it is saved" in words(other)
    yield "The agenda: the huddle is over", other


def asking(desk: Desk) -> Steps:
    """Ask for help, be answered, close the question; mark a training; be told that a form could not be taken."""
    tab, ict = desk.of("school"), desk.of("ict")
    tab.open("/tickets/ask")
    yield "Ask for help", tab
    press(tab)
    assert "There is a problem" in words(tab)
    yield "Ask for help: something is wrong", tab
    tab_to(tab, "screen")
    tab.press("Down")
    choose(tab, "kind")
    write(tab, text="Somebody of year 5 is not on our list since Monday.")
    press(tab)
    assert tab.path == "/tickets/1?saved=1"
    yield "A question: it is saved", tab
    ict.open("/tickets/1")
    yield "A question, to those who answer", ict
    press(ict, "answer")
    assert "There is a problem" in words(ict)
    yield "A question, to those who answer: something is wrong", ict
    write(ict, text="It is right from tomorrow on.")
    press(ict, "answer")
    yield "A question, to those who answer: answered", ict
    tab.open("/why")
    yield "What you may see, with word of an answer", tab
    tab.open("/tickets/1")
    press(tab, "close")
    yield "A question: closed", tab
    tab.open("/training")
    press(tab, "done")
    yield "Training: marked as done", tab
    tab.run("document.querySelector('main [name=form_token]').value = 'of another session'")
    press(tab, "forget")
    assert "could not be taken" in body(tab)
    yield "A form that could not be taken", tab
    tab.open("/tickets/ask")
    write(tab, text="And since when?")
    desk.dashboard.later[0] += 21 * 60
    press(tab)
    assert tab.path == "/sign-in?to=/tickets/ask"
    yield "A form that was sent after the session's end", tab


WALKS = {"entry": entry, "huddle": huddle, "asking": asking}
