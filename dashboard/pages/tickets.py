"""Asking for help: a question about a screen, the answer of those who run the tool. It tells of no child."""

import secrets

from starlette.responses import RedirectResponse, Response

from dashboard.entries import Fields
from dashboard.pages.child import who
from dashboard.site import Forbidden, NotFound, Page, Visit
from dashboard.templating import SCREENS
from orchestration.home import tickets as kept
from orchestration.home.drafts import TEXT
from orchestration.home.tickets import KINDS, LONGEST_TEXT, MOST_A_DAY, MOST_WAITING, STATUSES, Ticket, TooMany

NO_ROOM = "It could not be saved: there is no room on the disk. Your words stand here: keep them, and try again later"
TOO_MANY = (
    f"No more is taken now: {MOST_WAITING} of your questions wait for an answer, or you asked {MOST_A_DAY} within a day"
)


def tickets(visit: Visit) -> Page:
    """The user's own questions, and for those who run the tool everybody's that are not closed."""
    return Page(
        "tickets.html",
        "Questions and answers",
        {
            "own": visit.site.tickets.of(visit.user_key),
            "in_hand": visit.site.tickets.in_hand() if visit.is_administrator else [],
            "askers": lambda ticket: who(visit, ticket.asked_by),
            **_words(),
        },
    )


def ask(visit: Visit) -> Page:
    """The form, about the screen that the address names, as it was left if its session ended."""
    kept_form = visit.site.drafts.find(visit.user_key, visit.request.url.path)
    screen = visit.request.query_params.get("screen", "")
    return _form(visit, kept_form or {"screen": screen if screen in SCREENS else ""}, {}, is_draft=bool(kept_form))


def send(visit: Visit, fields: Fields) -> Page | Response:
    """Take a question and show it as a ticket; or show what is wrong with it."""
    form_id, text = fields.get("form_id", ""), _text(fields)
    if not form_id:
        raise Forbidden
    problems = {}
    if fields.get("screen") not in SCREENS:
        problems["screen"] = "Choose the page that it is about"
    if fields.get("kind") not in KINDS:
        problems["kind"] = "Choose what it is"
    if wrong := kept.problem_of(text, visit.today):
        problems[TEXT] = wrong
    status = 400
    if not problems:
        try:
            number = visit.site.tickets.ask(visit.user_key, fields["screen"], fields["kind"], text, form_id)
            visit.site.drafts.drop(visit.user_key, visit.request.url.path)
            return RedirectResponse(f"/tickets/{number}?saved=1", 303)
        except TooMany:
            problems[TEXT] = TOO_MANY
        except OSError:
            problems[TEXT], status = NO_ROOM, 503
    return _form(visit, fields, problems, status)


def ticket(visit: Visit) -> Page:
    """One question with its answer, which its author has read by this. Raises NotFound for everybody else's."""
    found = _found(visit)
    if found.asked_by == visit.user_key and found.number in visit.answered:
        visit.site.tickets.tell(found.number)
    return _shown(visit, found, {}, {})


def act(visit: Visit, fields: Fields) -> Page | Response:
    """Answer a ticket, for those who run the tool, or close it, for them and its author."""
    found = _found(visit)
    step, text = fields.get("step"), _text(fields)
    try:
        if step == "close":
            visit.site.tickets.close(found.number)
        elif step == "answer" and visit.is_administrator:
            if wrong := kept.problem_of(text, visit.today):
                return _shown(visit, found, fields, {TEXT: wrong}, 400)
            is_first = visit.site.tickets.answer(found.number, visit.user_key, text)
            now = _found(visit)
            # Sent twice it is there once; somebody else's answer is shown, and stays.
            if not is_first and now.answer != text:
                return _shown(visit, now, fields, {TEXT: "Somebody else answered or closed it meanwhile"}, 409)
        else:
            raise NotFound
    except OSError:
        return _shown(visit, found, fields, {TEXT: NO_ROOM}, 503)
    return RedirectResponse(f"/tickets/{found.number}", 303)


def _found(visit: Visit) -> Ticket:
    number = visit.request.path_params["ticket"]
    # SQLite's whole numbers end there.
    found = visit.site.tickets.find(int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else None
    if found is None or not (visit.is_administrator or found.asked_by == visit.user_key):
        raise NotFound
    return found


def _text(fields: Fields) -> str:
    return fields.get(TEXT, "").replace("\r\n", "\n").strip()


def _words() -> dict[str, object]:
    return {"screens": SCREENS, "kinds": KINDS, "statuses": STATUSES, "longest": LONGEST_TEXT}


def _form(visit: Visit, fields: Fields, problems: Fields, status: int = 200, is_draft: bool = False) -> Page:
    return Page(
        "tickets_ask.html",
        f"{'Error: ' if problems else ''}Ask for help",
        {
            "fields": fields,
            "problems": problems,
            "is_draft": is_draft,
            "form_id": fields.get("form_id") or secrets.token_urlsafe(16),
            **_words(),
        },
        status=status,
    )


def _shown(visit: Visit, found: Ticket, fields: Fields, problems: Fields, status: int = 200) -> Page:
    return Page(
        "tickets_one.html",
        f"{'Error: ' if problems else ''}Question {found.number}",
        {
            "ticket": found,
            "asker": who(visit, found.asked_by),
            "places": sorted({scope.place_name for scope in visit.access.get(found.asked_by, [])}),
            "is_saved": "saved" in visit.request.query_params,
            "fields": fields,
            "problems": problems,
            **_words(),
        },
        status=status,
    )
