"""What a form about a response must say, and the event that it becomes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from dashboard.days import day_of, day_words, parts_of
from dashboard.published import Row, Tables
from orchestration.home import pseudonym_key
from orchestration.home.entries import Event, Events, Journal, Kind, ResponseEvent, Stamp
from orchestration.settings import Settings

Fields = dict[str, str]

WORDS: dict[Kind, str] = {"opened": "Opened", "reviewed": "Reviewed", "closed": "Closed", "withdrawn": "Taken back"}
LONGEST_BACK = 366
"""Days that an entry may lie back, from today or from what it corrects: further back is a slip of the year."""
LONGEST_AHEAD = 366
"""Days within which the next review must lie: a later one is a slip."""

FIELDS = ("response_code", "status_code", "current_progress", "overall_progress", "agency_code", "is_lead")
DAYS = ("event_date", "review_due_date")


@dataclass(frozen=True)
class Choices:
    """The codes that a form offers, each with its name, in their order; they are reference data of the release."""

    responses: dict[str, str]
    statuses: dict[str, str]
    final_statuses: dict[str, str]
    current_progress: dict[str, str]
    overall_progress: dict[str, str]
    agencies: dict[str, str]
    review_within_days: dict[str, int]


CHOICES = {
    "responses": "select response_code, response_name from reference.ref_response order by display_order",
    "statuses": "select status_code, status_name from reference.ref_response_status where not is_final "
    "order by display_order",
    "final_statuses": "select status_code, status_name from reference.ref_response_status where is_final "
    "order by display_order",
    "current_progress": "select progress_code, progress_name from reference.ref_progress where scale = 'current' "
    "order by display_order",
    "overall_progress": "select progress_code, progress_name from reference.ref_progress where scale = 'overall' "
    "order by display_order",
    "agencies": "select agency_code, agency_name from reference.ref_agency order by display_order",
    "review_within_days": "select response_code, review_within_days from reference.ref_response",
}


def choices(analysts: Tables) -> Choices:
    """What the release's reference data offer."""
    return Choices(**{name: dict(map(_pair, analysts.rows(sql))) for name, sql in CHOICES.items()})


def _pair(row: Row) -> tuple[Any, Any]:
    key, value = row.values()
    return key, value


EVENTS = """
    select * from core.fct_response_event
    where child_durable_key = $child
    order by recorded_at nulls first, event_source, event_order, response_event_key
"""
"""SQL: the events about a child in the order in which they were recorded, those that were corrected among them."""

RESPONSES = "select * from core.fct_response where child_durable_key = $child"


@dataclass(frozen=True)
class Case:
    """What is known of a child's responses: the events, in the order of their recording, and where each stands.

    `at_event_id` is the last line of the journal that was read.
    """

    events: list[Row]
    responses: dict[str, Row]
    at_event_id: str

    @property
    def last_event_key(self) -> str:
        """The last event about the child; empty before the first."""
        return str(self.events[-1]["response_event_key"]) if self.events else ""

    @property
    def mark(self) -> str:
        """What a form carries of what its author saw. How many events there were tells of one that comes in later and
        was recorded earlier, as the case system's do: by it the last event is no other."""
        return f"{self.last_event_key}-{len(self.events)}" if self.events else ""

    def event(self, key: str) -> Row | None:
        """An event that stands."""
        return next((one for one in self.events if one["response_event_key"] == key and one["is_standing"]), None)

    def since(self, mark: str) -> list[Row]:
        """What was recorded after what an author saw; all there is where that is not known here, or what came since was
        recorded before it."""
        key = mark.partition("-")[0]
        place = next((n for n, one in enumerate(self.events) if one["response_event_key"] == key), -1)
        return self.events[place + 1 :] or self.events


def case(tables: Tables, journal: Events, child: str) -> Case:
    """The child's responses as the page's tables have them, with the journal laid over."""
    return Case(
        tables.rows(EVENTS, child=child),
        {row["response_key"]: row for row in tables.rows(RESPONSES, child=child)},
        journal[-1].event_id if journal else "",
    )


@dataclass(frozen=True)
class Subject:
    """What a form is about: what it does, to which response (None: a new one), in the place of which event."""

    kind: Kind
    response: Row | None = None
    corrects: Row | None = None


@dataclass(frozen=True)
class Entry:
    """What a form says, checked. `problems` are words by field; what has any cannot be saved."""

    fields: Fields
    values: dict[str, Any]
    problems: dict[str, str] = field(default_factory=dict)


def begun(subject: Subject, choices: Choices, today: date) -> Fields:
    """What a form holds before anybody wrote: what was entered, of a correction; else what stands, and today."""
    row = subject.corrects or subject.response or {}
    fields = {name: str(row.get(name) or "") for name in FIELDS}
    fields["is_lead"] = ""
    if subject.corrects:
        return fields | parts_of("event_date", row["event_date"]) | parts_of("review_due_date", row["review_due_date"])
    if subject.kind == "opened":
        fields["status_code"] = next(iter(choices.statuses), "")
    else:
        # How it goes now is the question: the last answer is no default.
        fields |= {"status_code": "", "current_progress": "", "overall_progress": ""}
    return fields | parts_of("event_date", today) | parts_of("review_due_date", None)


def read(subject: Subject, fields: Fields, choices: Choices, user_key: str, today: date) -> Entry:
    """What was filled in, and what is wrong with it."""
    problems: dict[str, str] = {}
    values: dict[str, Any] = dict.fromkeys((*FIELDS[:-1], *DAYS, "lead_user_key"))
    if subject.kind == "withdrawn":
        assert subject.corrects, "what is taken back was entered"
        kept = {name: subject.corrects[name] for name in (*FIELDS[:-1], *DAYS, "lead_user_key")}
        return Entry(fields, kept)
    statuses = choices.final_statuses if subject.kind == "closed" else choices.statuses
    offered = {
        "response_code": (choices.responses, "Choose a response"),
        "status_code": (statuses, "Choose how it ended" if subject.kind == "closed" else "Choose a status"),
        "current_progress": (choices.current_progress, "Choose the progress since the last review"),
        "overall_progress": (choices.overall_progress, "Choose the progress since the response began"),
        "agency_code": (choices.agencies, "Choose an agency from the list"),
    }
    asked = {"response_code", "status_code"}
    if subject.kind != "opened":
        asked |= {"current_progress", "overall_progress"}
    for name, (codes, problem) in offered.items():
        given = fields.get(name, "")
        if given in codes:
            values[name] = given
        elif given or name in asked:
            problems[name] = problem
    if subject.kind == "opened":
        values["current_progress"] = values["overall_progress"] = None
    values["lead_user_key"] = user_key if fields.get("is_lead") else (subject.response or {}).get("lead_user_key")
    _read_days(subject, fields, today, values, problems)
    return Entry(fields, values, problems)


def _read_days(subject: Subject, fields: Fields, today: date, values: dict[str, Any], problems: dict[str, str]) -> None:
    day, problem = day_of(fields, "event_date", "the day")
    response = subject.response or {}
    before = response.get("opened_date") if subject.corrects else response.get("last_reviewed_date")
    before = before or response.get("opened_date")
    earliest = (subject.corrects["event_date"] if subject.corrects else today) - timedelta(days=LONGEST_BACK)
    if problem or day is None:
        problems["event_date"] = problem or "Enter the day"
    elif day > today:
        problems["event_date"] = "The day must be today or in the past"
    elif before and subject.kind != "opened" and day < before:
        # What lies before the last word would change nothing of how the response stands.
        problems["event_date"] = f"The day must be {day_words(before)}, the day of the entry before, or later"
    elif day < earliest:
        problems["event_date"] = f"The day must be {day_words(earliest)} or later"
    else:
        values["event_date"] = day
    due, problem = day_of(fields, "review_due_date", "the next review")
    if subject.kind == "closed":
        due = None
    elif problem:
        problems["review_due_date"] = problem
    elif due and day and due <= day:
        problems["review_due_date"] = "The next review must be after the day of this entry"
    elif due and due > today + timedelta(days=LONGEST_AHEAD):
        problems["review_due_date"] = "The next review must be within a year"
    values["review_due_date"] = due


@dataclass(frozen=True)
class Author:
    """Who enters something, of which child, where, looking at which release."""

    user_key: str
    child_durable_key: str
    school_id: str
    release_id: str


class Overtaken(Exception):
    """Somebody else entered something about the child since the author looked."""


def save(
    settings: Settings, journal: Journal, author: Author, subject: Subject, entry: Entry, seen: Case, form_id: str
) -> ResponseEvent:
    """Write an entry to the journal; of a form that was sent twice, the event that it became.

    Raises Overtaken, and writes nothing, when something else about the child was entered after `seen`; OSError when it
    cannot be written.
    """

    def make(before: Events, stamp: Stamp) -> ResponseEvent | None:
        if of_form(before, form_id):
            return None
        if any(one.event_id > seen.at_event_id for one in before if _is_about(one, author.child_durable_key)):
            raise Overtaken
        event_id, moment = stamp
        own_id = None if subject.response else f"D{event_id}"
        values = {name: value.isoformat() if isinstance(value, date) else value for name, value in entry.values.items()}
        return ResponseEvent(
            event_id=event_id,
            response_event_key=pseudonym_key.response_event_key(settings, event_id),
            response_id=own_id,
            response_key=subject.response["response_key"]
            if subject.response
            else pseudonym_key.response_key(settings, own_id or ""),
            child_durable_key=author.child_durable_key,
            release_id=author.release_id,
            # A correction speaks of the school that the event was of, wherever the child is by now.
            school_id=(subject.corrects or {}).get("school_id") or author.school_id,
            event_kind=subject.kind,
            recorded_at=moment.isoformat(timespec="microseconds"),
            recorded_by=author.user_key,
            corrects_response_event_key=subject.corrects["response_event_key"] if subject.corrects else None,
            expects_event_key=seen.last_event_key or None,
            form_id=form_id,
            **values,
        )

    event = journal.append(make) or of_form(journal.events, form_id)
    assert event, "it was just written, or it was there"
    return event


def _is_about(event: Event, child: str) -> bool:
    return isinstance(event, ResponseEvent) and event.child_durable_key == child


def of_form(events: Iterable[Event], form_id: str) -> ResponseEvent | None:
    """The event that a form became, if it did."""
    own = (event for event in events if isinstance(event, ResponseEvent))
    return next((event for event in own if event.form_id == form_id), None)
