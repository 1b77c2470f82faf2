"""Planning a school's huddle, moving it, cancelling it, and putting on record that it was held and who was there."""

import secrets
from typing import Any

from starlette.responses import RedirectResponse, Response

from dashboard import huddles
from dashboard.entries import Author, Entry, Fields, Overtaken
from dashboard.pages.huddle import HuddleOver, huddle_of
from dashboard.published import Row
from dashboard.site import Forbidden, NotFound, Page, Place, Visit
from orchestration.home.drafts import filled_in
from orchestration.home.entries import HuddleKind

DOES: dict[str, HuddleKind] = {"plan": "planned", "change": "planned", "cancel": "cancelled", "held": "held"}
HEADINGS = {
    "plan": "Plan a huddle",
    "change": "Change the huddle",
    "cancel": "Cancel the huddle",
    "held": "Mark the huddle as held",
}
POSSIBLE = {
    "change": ("planned", "not_recorded"),
    "cancel": ("planned", "not_recorded", "held"),
    "held": ("planned", "not_recorded", "held"),
}
"""In which states of a huddle each can be said. What was held or cancelled is planned no more, and what was cancelled
was not held: another is planned for it. A huddle that was held may be put right."""
THERE = "was_there-"


def ask(visit: Visit) -> Page:
    """The form, as it was left if it was left. Raises NotFound for who may not write there, or no such huddle."""
    place, known, huddle, does = _asked(visit)
    kept = visit.site.drafts.find(visit.user_key, visit.request.url.path)
    fields = kept or _begun(visit, place, known, huddle, does)
    seen = huddles.last_said(visit.entered, huddle["huddle_key"]) if huddle else ""
    return _form(visit, place, huddle, does, Entry({"seen": seen} | fields, {}))


def answer(visit: Visit, fields: Fields) -> Page | Response:
    """Show what is wrong, or save and go to the agenda; of a huddle that was held, to its minutes."""
    address = visit.request.url.path
    form_id = fields.get("form_id", "")
    if fields.get("step") == "discard":
        visit.site.drafts.drop(visit.user_key, address)
        return RedirectResponse(_agenda(visit), 303)
    if huddles.was_sent(visit.entered, form_id):
        return _saved(visit)
    try:
        place, known, huddle, does = _asked(visit)
    except HuddleOver:
        return RedirectResponse(f"{_agenda(visit)}?over=1", 303)
    given = filled_in(fields)
    visit.site.drafts.keep(visit.user_key, address, given)
    entry = _read(visit, known, huddle, does, given)
    if entry.problems:
        return _form(visit, place, huddle, does, entry)
    if not form_id:
        raise Forbidden
    author = Author(visit.user_key, "", place.code, visit.release.release_id)
    seen = given.get("seen", "")
    try:
        huddles.say(
            visit.site.settings,
            visit.site.journal,
            author,
            DOES[does],
            huddle,
            entry.values,
            form_id,
            visit.today,
            seen,
        )
    except Overtaken:
        assert huddle, "nobody else can have said something of a new one"
        now = huddles.last_said(visit.site.journal.events, huddle["huddle_key"])
        return _form(visit, place, huddle, does, Entry(given | {"seen": now}, {}), {"is_overtaken": True}, 409)
    return _saved(visit)


def _asked(visit: Visit) -> tuple[Place, list[Row], Row | None, str]:
    place = visit.place("school", visit.request.path_params["school"])
    known = place.rows(huddles.HUDDLES)
    does = visit.request.path_params.get("does", "plan")
    if not place.may_enter or does not in DOES:
        raise NotFound
    if does == "plan":
        return place, known, None, does
    huddle = huddle_of(visit, known)
    if huddle["huddle_state"] not in POSSIBLE[does]:
        raise HuddleOver
    if does == "held" and huddle["huddle_date"] > visit.today:
        raise HuddleOver
    return place, known, huddle, does


def _begun(visit: Visit, place: Place, known: list[Row], huddle: Row | None, does: str) -> Fields:
    if does in ("plan", "change"):
        usual = visit.known.decisions.usual_places
        return huddles.begun(huddle, known, usual, visit.today)
    if does == "held" and huddle:
        there = place.tables.rows(
            "select agency_code from core.fct_huddle_attendance where huddle_key = $huddle",
            huddle=huddle["huddle_key"],
        )
        return {f"{THERE}{row['agency_code']}": "yes" for row in there}
    return {}


def _read(visit: Visit, known: list[Row], huddle: Row | None, does: str, given: Fields) -> Entry:
    if does in ("plan", "change"):
        return huddles.read_plan(given, huddle, known, visit.today)
    assert huddle, "it is one that there is"
    values: dict[str, Any] = {"huddle_date": huddle["huddle_date"]}
    if does == "held":
        there = [code for code in visit.known.agencies if given.get(f"{THERE}{code}")]
        if not there:
            return Entry(given, values, {"was_there": "Say who was there"})
        values["agency_codes"] = " ".join(there)
    return Entry(given, values)


def _form(
    visit: Visit,
    place: Place,
    huddle: Row | None,
    does: str,
    entry: Entry,
    more: dict[str, Any] | None = None,
    status: int | None = None,
) -> Page:
    context = {
        "heading": HEADINGS[does],
        "does": does,
        "huddle": huddle,
        "fields": entry.fields,
        "problems": entry.problems,
        "agencies": {f"{THERE}{code}": name for code, name in visit.known.agencies.items()},
        "agenda_page": _agenda(visit),
        "is_overtaken": False,
        "form_id": secrets.token_urlsafe(16),
    }
    status = status or (400 if entry.problems else 200)
    title = f"{'Error: ' if status == 400 else ''}{HEADINGS[does]}, {place.name}"
    return Page("huddle_plan.html", title, context | (more or {}), place=place, status=status)


def _saved(visit: Visit) -> Response:
    visit.site.drafts.drop(visit.user_key, visit.request.url.path)
    given = visit.request.path_params
    if given.get("does") == "held":
        return RedirectResponse(f"{_agenda(visit)}/{given['huddle']}/minutes?saved=1", 303)
    return RedirectResponse(f"{_agenda(visit)}?saved=1", 303)


def _agenda(visit: Visit) -> str:
    return f"/school/{visit.request.path_params['school']}/huddle"
