"""What a form about a huddle must say, and the event that it becomes: planned, held, and what was decided on whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import md5
from typing import Any

from dashboard.days import day_of, day_words, parts_of
from dashboard.entries import Author, Entry, Fields, Overtaken
from dashboard.published import Row, Tables
from orchestration.home import macros
from orchestration.home.entries import Events, HuddleEvent, HuddleKind, Journal, Stamp
from orchestration.settings import Settings

LONGEST_AHEAD = 366
"""Days within which a huddle, or what it decides, must lie: later is a slip of the year."""
MOST_PLACES = 60
USUAL_DISTANCE = 49
"""Days from one huddle to the next that a form suggests: a half term with its holiday."""

HUDDLES = """
    select huddle_key, huddle_date, huddle_state, places from core.fct_huddle
    where school_durable_key in (select school_durable_key from core.dim_school where school_id = $place)
    order by huddle_date, huddle_key
"""
AGENDA = """
    select agenda.*, null as forename, null as surname from mart.mart_huddle_agenda as agenda
    where agenda.school_id = $place
    order by agenda.agenda_position
"""
NAMED_AGENDA = """
    select agenda.*, children.forename, children.surname from mart.mart_huddle_agenda as agenda
    left join core.dim_child_identity as children using (child_durable_key)
    where agenda.school_id = $place
    order by agenda.agenda_position
"""
REVIEWS = """
    select
        reviews.child_durable_key, reviews.decision_code, reviews.agency_code, reviews.due_date, reviews.huddle_date,
        reviews.response_key, reviews.decided_by_user_key,
        responses.response_code, responses.agency_code as response_agency_code, responses.lead_user_key,
        responses.review_due_date, children.forename, children.surname
    from core.fct_huddle_review as reviews
    left join core.fct_response as responses using (response_key)
    left join core.dim_child_identity as children on reviews.child_durable_key = children.child_durable_key
    where reviews.huddle_key = $huddle
    order by children.surname, children.forename, reviews.child_durable_key
"""
REVIEW = """
    select decision_code, decided_by_user_key from core.fct_huddle_review
    where huddle_key = $huddle and child_durable_key = $child
"""
LISTED = f"""
    select listings.child_durable_key, listings.event_kind, children.forename, children.surname
    from ({macros.rendered("huddles").huddle_listings("core.fct_huddle_child_event")}) as listings
    left join core.dim_child_identity as children using (child_durable_key)
    where listings.huddle_key = $huddle
    order by children.surname, children.forename, listings.child_durable_key
"""


@dataclass(frozen=True)
class Decisions:
    """What a huddle may decide: by itself, by code; or with an entry of a response, the code by what is entered."""

    names: dict[str, str]
    by_itself: dict[str, str]
    holds_days: dict[str, int]
    with_response: dict[str, str]
    usual_places: int


def decisions(analysts: Tables) -> Decisions:
    """What the release's reference data offer."""
    reference = analysts.rows("select * from reference.ref_huddle_decision")
    ((usual_places,),) = (row.values() for row in analysts.rows("select places from reference.ref_huddle_setting"))
    return Decisions(
        {row["decision_code"]: row["decision_name"] for row in reference},
        {row["decision_code"]: row["decision_name"] for row in reference if not row["response_event"]},
        {row["decision_code"]: row["holds_days"] for row in reference if row["holds_days"]},
        {row["response_event"]: row["decision_code"] for row in reference if row["response_event"]},
        usual_places,
    )


def planned(huddles: list[Row]) -> Row | None:
    """The next one: the agenda is of it."""
    return next((one for one in huddles if one["huddle_state"] == "planned"), None)


def last_said(journal: Events, huddle_key: str, child: str | None = None) -> str:
    """The last line about a huddle, or about a child at it; empty before the first."""
    return max((event.event_id for event in journal if _is_about(event, huddle_key, child)), default="")


def begun(huddle: Row | None, huddles: list[Row], usual_places: int, today: date) -> Fields:
    """What the form that plans a huddle holds before anybody wrote."""
    if huddle:
        return {"places": str(huddle["places"] or usual_places)} | parts_of("huddle_date", huddle["huddle_date"])
    held = [one["huddle_date"] for one in huddles if one["huddle_state"] == "held"]
    day = max(held, default=today) + timedelta(days=USUAL_DISTANCE)
    return {"places": str(usual_places)} | parts_of("huddle_date", max(day, today + timedelta(days=1)))


def read_plan(fields: Fields, huddle: Row | None, huddles: list[Row], today: date) -> Entry:
    """A day and a number of places, and what is wrong with them."""
    problems: dict[str, str] = {}
    values: dict[str, Any] = {}
    day, problem = day_of(fields, "huddle_date", "the day of the huddle")
    others = {one["huddle_date"] for one in huddles if one["huddle_state"] != "cancelled" and one != huddle}
    if problem or day is None:
        problems["huddle_date"] = problem or "Enter the day of the huddle"
    elif day < today:
        problems["huddle_date"] = "The day of the huddle must be today or later"
    elif day > today + timedelta(days=LONGEST_AHEAD):
        problems["huddle_date"] = "The day of the huddle must be within a year"
    elif day in others:
        problems["huddle_date"] = "Another huddle of this school is on that day"
    values["huddle_date"] = day
    places = fields.get("places", "").strip()
    if places.isdecimal() and 1 <= int(places) <= MOST_PLACES:
        values["places"] = int(places)
    else:
        problems["places"] = f"Enter how many children there is time for, 1 to {MOST_PLACES}"
    return Entry(fields, values, problems)


def read_decision(fields: Fields, offered: Decisions, agencies: dict[str, str], huddle_date: date) -> Entry:
    """What was decided without an entry of a response, who does what follows and by when."""
    problems: dict[str, str] = {}
    values: dict[str, Any] = {"decision_code": None, "agency_code": None, "due_date": None}
    code = fields.get("decision_code", "")
    if code in offered.by_itself:
        values["decision_code"] = code
    else:
        problems["decision_code"] = "Choose what was decided"
    agency = fields.get("agency_code", "")
    if agency in agencies:
        values["agency_code"] = agency
    elif agency:
        problems["agency_code"] = "Choose an agency from the list"
    due, problem = day_of(fields, "due_date", "the day")
    if problem:
        problems["due_date"] = problem
    elif due and due <= huddle_date:
        problems["due_date"] = f"The day must be after {day_words(huddle_date)}, the day of the huddle"
    elif due and due > huddle_date + timedelta(days=LONGEST_AHEAD):
        problems["due_date"] = "The day must be within a year of the huddle"
    values["due_date"] = due
    return Entry(fields, values, problems)


def say(
    settings: Settings,
    journal: Journal,
    author: Author,
    kind: HuddleKind,
    huddle: Row | None,
    values: Mapping[str, Any],
    form_id: str,
    today: date,
    seen: str | None = None,
) -> HuddleEvent:
    """Write what is said of a huddle (None: a new one) or, where the author has one in mind, of a child at it.

    Of a form that was sent twice it is the event that it became. Raises Overtaken, and writes nothing, when something
    else was said of it after the line `seen`; OSError when it cannot be written.
    """
    child = author.child_durable_key or None

    def make(before: Events, stamp: Stamp) -> HuddleEvent | None:
        if _of_form(before, form_id):
            return None
        if huddle and seen is not None and last_said(before, huddle["huddle_key"], child) > seen:
            raise Overtaken
        event_id, moment = stamp
        own_id = None if huddle else f"D{event_id}"
        given: dict[str, Any] = {}
        for name, value in values.items():
            given[name] = value.isoformat() if isinstance(value, date) else value
        return HuddleEvent(
            event_id=event_id,
            # As surrogate_key of macros/keys.sql makes it of the reference.
            huddle_key=huddle["huddle_key"] if huddle else md5((own_id or "").encode()).hexdigest(),
            huddle_id=own_id,
            school_id=author.school_id,
            release_id=author.release_id,
            event_kind=kind,
            event_date=today.isoformat(),
            recorded_at=moment.isoformat(timespec="microseconds"),
            recorded_by=author.user_key,
            form_id=form_id,
            expects_event_id=seen or None,
            child_durable_key=child,
            **given,
        )

    event = journal.append(make) or _of_form(journal.events, form_id)
    assert event, "it was just written, or it was there"
    return event


def was_sent(journal: Events, form_id: str) -> bool:
    """Whether a form became an event already."""
    return bool(form_id) and _of_form(journal, form_id) is not None


def _is_about(event: object, huddle_key: str, child: str | None) -> bool:
    return (
        isinstance(event, HuddleEvent) and event.huddle_key == huddle_key and (event.child_durable_key or None) == child
    )


def _of_form(events: Events, form_id: str) -> HuddleEvent | None:
    own = (event for event in events if isinstance(event, HuddleEvent))
    return next((event for event in own if event.form_id == form_id), None)
