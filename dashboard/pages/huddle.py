"""The agenda of a school's next huddle, what its huddles came to, and the minutes of each."""

import secrets
from datetime import timedelta

from dashboard import huddles
from dashboard.pages.child import who
from dashboard.published import Row
from dashboard.site import NotFound, Page, Place, Visit


class HuddleOver(NotFound):
    """The huddle was cancelled, held or moved while a form about it was open: there is no such form any more."""


STATES = {"planned": "Planned", "held": "Held", "cancelled": "Cancelled", "not_recorded": "Not put on record"}
SHOWN = 8
"""Huddles of the past that the page lists."""


def huddle(visit: Visit) -> Page:
    """Whom the next huddle talks about, in order, and why; what went before."""
    place = visit.place("school", visit.request.path_params["school"])
    rows = agenda_of(place)
    known = place.rows(huddles.HUDDLES)
    coming = huddles.planned(known)
    past = [one | {"state_name": STATES[one["huddle_state"]]} for one in reversed(known) if one != coming]
    return Page(
        "huddle.html",
        f"Huddle agenda, {place.name}",
        {
            "coming": coming,
            "is_today": bool(coming and coming["huddle_date"] <= visit.today),
            "last_huddle_date": rows[0]["last_huddle_date"] if rows else None,
            "with_place": [row for row in rows if row["has_place"]],
            "others": [row for row in rows if not row["has_place"] and not row["is_postponed"]],
            "postponed": [row for row in rows if row["is_postponed"]],
            "spoken_about_count": place.tables.decided_on(coming["huddle_key"]) if coming else 0,
            "past": past[:SHOWN],
            "is_saved": "saved" in visit.request.query_params,
            "is_over": "over" in visit.request.query_params,
            "may_enter": place.may_enter,
            "form_ids": {row["child_durable_key"]: secrets.token_urlsafe(16) for row in rows},
        },
        place=place,
        children_count=len(rows),
    )


def minutes(visit: Visit) -> Page:
    """What a huddle decided, who does what by when, who was there, who waits for the next one: to be printed."""
    place = visit.place("school", visit.request.path_params["school"])
    known = place.rows(huddles.HUDDLES)
    one = huddle_of(visit, known)
    reviews = place.tables.rows(huddles.REVIEWS, huddle=one["huddle_key"]) if place.tables.has_names else []
    listed = place.tables.rows(huddles.LISTED, huddle=one["huddle_key"]) if place.tables.has_names else []
    attended = place.tables.rows(
        "select agency_code from core.fct_huddle_attendance where huddle_key = $huddle", huddle=one["huddle_key"]
    )
    there = {row["agency_code"] for row in attended}
    later = [other for other in known if other["huddle_state"] == "planned" and other != one]
    return Page(
        "huddle_minutes.html",
        f"Minutes of a huddle, {place.name}",
        {
            "huddle": one | {"state_name": STATES[one["huddle_state"]]},
            "reviews": [_worded(visit, review) for review in reviews],
            "postponed": [row for row in listed if row["event_kind"] == "postponed"],
            "attended": [name for code, name in visit.known.agencies.items() if code in there],
            "next": later[0] if later else None,
            "may_enter": place.may_enter,
            "is_saved": "saved" in visit.request.query_params,
        },
        place=place,
        children_count=len(reviews),
    )


def agenda_of(place: Place) -> list[Row]:
    """The agenda of the next huddle, each child by name where the file has names."""
    return place.rows(huddles.NAMED_AGENDA if place.tables.has_names else huddles.AGENDA)


def huddle_of(visit: Visit, known: list[Row]) -> Row:
    """The huddle that the address names. Raises NotFound for one that is not the school's."""
    key = visit.request.path_params["huddle"]
    found = next((one for one in known if one["huddle_key"] == key), None)
    if found is None:
        raise NotFound
    return found


def _worded(visit: Visit, review: Row) -> Row:
    agency = review["agency_code"] or review["response_agency_code"]
    by = review["due_date"] or review["review_due_date"]
    decisions = visit.known.decisions
    holds_days = decisions.holds_days.get(review["decision_code"]) if not review["response_code"] else None
    if holds_days:
        by = review["due_date"] or review["huddle_date"] + timedelta(days=holds_days)
    lead = review["lead_user_key"]
    return review | {
        "decision_name": decisions.names.get(review["decision_code"], review["decision_code"]),
        "response_name": visit.known.responses.get(review["response_code"], review["response_code"]),
        "agency_name": visit.known.agencies.get(agency, agency),
        "lead": who(visit, lead) if lead else None,
        "by": by,
        "is_until": bool(holds_days),
    }
