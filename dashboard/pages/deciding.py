"""One child at a huddle: what is known, what is decided, and on to the next child in the order of the agenda."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import RedirectResponse, Response

from dashboard import huddles
from dashboard.entries import Author, Case, Entry, Fields, Overtaken
from dashboard.pages.child import EVIDENCE, RESPONSES, child_row, flag_words, has_upn, response_words, who
from dashboard.pages.huddle import HuddleOver, agenda_of, huddle_of
from dashboard.published import Row
from dashboard.site import Forbidden, NotFound, Page, Place, Visit
from orchestration.home.drafts import filled_in
from orchestration.home.entries import HuddleKind, ResponseEvent

LISTINGS: dict[str, HuddleKind] = {
    "add": "added",
    "postpone": "postponed",
    "put_back": "unlisted",
    "take_back": "undecided",
}
"""What a button says of a child at a huddle, without more to be asked."""


@dataclass(frozen=True)
class Seat:
    """A child at a huddle: the place, the child, the huddle, and whom it has still to talk about, in order."""

    place: Place
    child: Row
    huddle: Row
    left: list[Row]

    @property
    def key(self) -> str:
        return str(self.child["child_durable_key"])

    @property
    def agenda_page(self) -> str:
        return f"/school/{self.place.code}/huddle"

    def page_of(self, child: str) -> str:
        return f"{self.agenda_page}/{self.huddle['huddle_key']}/child/{child}"

    @property
    def own(self) -> Row | None:
        """The child's row of the agenda; None for one who is not on it, or was spoken about."""
        return next((row for row in self.left if row["child_durable_key"] == self.key), None)

    @property
    def following(self) -> str:
        """The page of the next child who is left; the first of them after the last, the agenda where nobody is."""
        position = self.own["agenda_position"] if self.own else 0
        others = [row for row in self.left if row["child_durable_key"] != self.key and not row["is_postponed"]]
        later = [row for row in others if row["agenda_position"] > position]
        found = next(iter(later or others), None)
        return self.page_of(found["child_durable_key"]) if found else f"{self.agenda_page}?saved=1"


def seat(visit: Visit) -> Seat:
    """The child and the huddle that the address names. Raises NotFound for who may not write there, or where there is
    no such huddle or child."""
    place = visit.place("school", visit.request.path_params["school"])
    child = child_row(visit, place, visit.request.path_params["child"])
    if child is None or not place.may_enter or not has_upn(place, child["child_durable_key"]):
        raise NotFound
    known = place.rows(huddles.HUDDLES)
    huddle = huddle_of(visit, known)
    if huddle["huddle_state"] == "cancelled":
        raise HuddleOver
    left = agenda_of(place) if huddle == huddles.planned(known) else []
    return Seat(place, child, huddle, left)


def ask(visit: Visit) -> Page:
    """The child, as far as a huddle needs it, and the form."""
    seat_ = seat(visit)
    kept = visit.site.drafts.find(visit.user_key, visit.request.url.path)
    seen = huddles.last_said(visit.entered, seat_.huddle["huddle_key"], seat_.key)
    return _form(visit, seat_, Entry({"seen": seen} | (kept or {}), {}))


def answer(visit: Visit, fields: Fields) -> Page | Response:
    """Show what is wrong, or save and go on: to the next child, or back to the agenda from where it was said.

    Where the huddle is over by now, to the agenda, which says so.
    """
    try:
        return _answer(visit, fields)
    except HuddleOver:
        return RedirectResponse(f"/school/{visit.request.path_params['school']}/huddle?over=1", 303)


def _answer(visit: Visit, fields: Fields) -> Page | Response:
    seat_, step, form_id = seat(visit), fields.get("step", ""), fields.get("form_id", "")
    address = visit.request.url.path
    onward = seat_.agenda_page if fields.get("from") == "agenda" else seat_.following
    if step == "discard":
        visit.site.drafts.drop(visit.user_key, address)
        return RedirectResponse(onward, 303)
    if huddles.was_sent(visit.entered, form_id):
        return RedirectResponse(onward, 303)
    if not form_id:
        raise Forbidden
    given = filled_in(fields)
    if step in LISTINGS:
        if LISTINGS[step] == "undecided":
            onward = seat_.page_of(seat_.key)
        _say(visit, seat_, LISTINGS[step], {}, form_id, None)
        return RedirectResponse(onward, 303)
    _may_decide(visit, seat_)
    offered = visit.known.decisions
    visit.site.drafts.keep(visit.user_key, address, given)
    entry = huddles.read_decision(given, offered, visit.known.agencies, seat_.huddle["huddle_date"])
    if entry.problems:
        return _form(visit, seat_, entry)
    try:
        _say(visit, seat_, "decided", entry.values, form_id, given.get("seen", ""))
    except Overtaken:
        return _overtaken(visit, given)
    visit.site.drafts.drop(visit.user_key, address)
    return RedirectResponse(onward, 303)


def note(visit: Visit, case: Case, event: ResponseEvent, form_id: str) -> str:
    """Put on record that a huddle decided what was just entered of a response; the address to go on to.

    Raises HuddleOver where it can decide nothing by now.
    """
    seat_ = seat(visit)
    _may_decide(visit, seat_)
    earlier = [
        one["response_code"]
        for one in case.events
        if one["response_key"] == event.response_key
        and one["response_event_key"] != event.response_event_key
        and one["is_standing"]
    ]
    is_other = event.event_kind == "reviewed" and earlier and earlier[-1] != event.response_code
    offered = visit.known.decisions.with_response
    values = {
        "decision_code": offered.get("changed" if is_other else event.event_kind),
        "response_key": event.response_key,
        "agency_code": event.agency_code,
        "due_date": event.review_due_date,
    }
    _say(visit, seat_, "decided", values, form_id, None)
    return seat_.following


def _may_decide(visit: Visit, seat_: Seat) -> None:
    if seat_.huddle["huddle_date"] > visit.today:
        raise HuddleOver


def _say(
    visit: Visit, seat_: Seat, kind: HuddleKind, values: Mapping[str, Any], form_id: str, seen: str | None
) -> None:
    author = Author(visit.user_key, seat_.key, seat_.place.code, visit.release.release_id)
    huddles.say(visit.site.settings, visit.site.journal, author, kind, seat_.huddle, values, form_id, visit.today, seen)


def _overtaken(visit: Visit, given: Fields) -> Page:
    """Somebody else said something of the child meanwhile: it is shown, and what the author chose is kept."""
    now = visit.site.journal.events
    place = visit.place("school", visit.request.path_params["school"], now)
    child = child_row(visit, place, visit.request.path_params["child"])
    known = place.rows(huddles.HUDDLES)
    huddle = huddle_of(visit, known)
    if child is None:
        raise NotFound
    left = agenda_of(place) if huddle == huddles.planned(known) else []
    seen = huddles.last_said(now, huddle["huddle_key"], child["child_durable_key"])
    return _form(visit, Seat(place, child, huddle, left), Entry(given | {"seen": seen}, {}), is_overtaken=True)


def _form(visit: Visit, seat_: Seat, entry: Entry, is_overtaken: bool = False) -> Page:
    place, key = seat_.place, seat_.key
    offered = visit.known.decisions
    decided_on = place.tables.decided_on(seat_.huddle["huddle_key"])
    mine = place.tables.row(huddles.REVIEW, huddle=seat_.huddle["huddle_key"], child=key)
    with_place = [row for row in seat_.left if row["has_place"]]
    status = 409 if is_overtaken else 400 if entry.problems else 200
    return Page(
        "huddle_child.html",
        f"{'Error: ' if status == 400 else ''}A child at a huddle, {place.name}",
        {
            "child": seat_.child,
            "huddle": seat_.huddle,
            "own": seat_.own,
            "position": decided_on + 1 if mine is None else None,
            "places": decided_on + len(with_place),
            "review": mine,
            "decision_name": offered.names.get(mine["decision_code"], mine["decision_code"]) if mine else None,
            "decided_by": who(visit, mine["decided_by_user_key"]) if mine else None,
            "flags": [flag_words(visit, place, flag) for flag in place.tables.rows(EVIDENCE, child=key)],
            "responses": [response_words(visit, one, []) for one in place.tables.rows(RESPONSES, child=key)],
            "offered": offered.by_itself,
            "holds_days": offered.holds_days,
            "agencies": visit.known.agencies,
            "may_decide": seat_.huddle["huddle_date"] <= visit.today,
            "is_listed": seat_.own is not None,
            "fields": entry.fields,
            "problems": entry.problems,
            "own_page": seat_.page_of(key),
            "following": seat_.following,
            "agenda_page": seat_.agenda_page,
            "is_overtaken": is_overtaken,
            "form_id": secrets.token_urlsafe(16),
        },
        place=place,
        children_count=1,
        child_durable_key=key,
        status=status,
    )
