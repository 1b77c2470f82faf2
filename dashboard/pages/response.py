"""Opening, reviewing, closing and correcting a response to a child: ask, check the answers, save."""

import secrets
from typing import Any

from starlette.responses import RedirectResponse, Response

from dashboard import entries, notes
from dashboard.days import day_words
from dashboard.entries import Author, Case, Choices, Entry, Fields, Overtaken, Subject
from dashboard.pages import deciding
from dashboard.pages.child import child_row, event_words, has_upn
from dashboard.pages.huddle import HuddleOver
from dashboard.published import Row
from dashboard.site import Forbidden, NotFound, Page, Place, Visit
from orchestration.home.drafts import NOTE, filled_in
from orchestration.home.entries import Kind, ResponseEvent

DOES: dict[str, Kind] = {"review": "reviewed", "close": "closed"}
HEADINGS: dict[Kind, str] = {
    "opened": "Open a response",
    "reviewed": "Review a response",
    "closed": "Close a response",
    "withdrawn": "Take an entry back",
}


def ask(visit: Visit) -> Page:
    """The form, as it was left if it was left. Raises NotFound for who may not write there, or no such response."""
    place, child = _place_and_child(visit)
    case, choices = (
        entries.case(place.tables, visit.entered, child["child_durable_key"]),
        entries.choices(visit.analysts),
    )
    subject = _subject(visit, case)
    if subject.kind == "withdrawn":
        entry = entries.read(subject, {}, choices, visit.user_key, visit.today)
        return _checked(visit, place, child, case, choices, subject, entry)
    kept = visit.site.drafts.find(visit.user_key, visit.request.url.path)
    reader = visit.notes_at(place)
    fields = notes.begun(kept or entries.begun(subject, choices, visit.today), reader, subject, visit.entered)
    return _form(visit, place, child, case, choices, subject, Entry(fields, {}), {"is_draft": bool(kept)})


def answer(visit: Visit, fields: Fields) -> Page | Response:
    """Show what is wrong, the answers to be checked, or, where these were sent, save them and go back to the child."""
    place, child = _place_and_child(visit)
    address = visit.request.url.path
    if fields.get("step") == "discard":
        visit.site.drafts.drop(visit.user_key, address)
        return RedirectResponse(_back(visit, place, child), 303)
    case, choices = (
        entries.case(place.tables, visit.entered, child["child_durable_key"]),
        entries.choices(visit.analysts),
    )
    form_id = fields.get("form_id", "")
    if event := entries.of_form(visit.entered, form_id):
        # Sent twice: it was saved, whatever the response has become by it.
        return _saved(visit, place, child, case, event)
    subject = _subject(visit, case)
    entry = entries.read(subject, filled_in(fields), choices, visit.user_key, visit.today)
    entry = notes.read(entry, visit.notes_at(place), subject, visit.entered)
    given = entry.fields
    visit.site.drafts.keep(visit.user_key, address, given)
    if entry.problems or fields.get("step") == "change":
        return _form(visit, place, child, case, choices, subject, entry)
    if fields.get("step") != "save":
        return _checked(visit, place, child, case, choices, subject, entry)
    if not form_id:
        raise Forbidden
    author = Author(visit.user_key, child["child_durable_key"], place.code, visit.release.release_id)
    try:
        if given.get("seen", "") != case.mark:
            raise Overtaken
        event = entries.save(visit.site.settings, visit.site.journal, author, subject, entry, case, form_id)
    except Overtaken:
        return _overtaken(visit, place, child, choices, subject, entry)
    return _saved(visit, place, child, case, event)


def _saved(visit: Visit, place: Place, child: Row, case: Case, event: ResponseEvent) -> Response:
    """Back to the child; at a huddle, which decided it, on to the next."""
    onward = f"{_of_child(place, child)}?saved=1#outcomes"
    if "huddle" in visit.request.path_params:
        try:
            onward = deciding.note(visit, case, event, event.form_id)
        except HuddleOver:
            # What was entered of the response stands by itself.
            onward = f"{_of_child(place, child)}?saved=without-huddle#outcomes"
    visit.site.drafts.drop(visit.user_key, visit.request.url.path)
    return RedirectResponse(onward, 303)


def _back(visit: Visit, place: Place, child: Row) -> str:
    """Where the form was opened: on the page of the child, or at a huddle."""
    if "huddle" in visit.request.path_params:
        return deciding.seat(visit).page_of(child["child_durable_key"])
    return _of_child(place, child)


def _place_and_child(visit: Visit) -> tuple[Place, Row]:
    place = visit.place("school", visit.request.path_params["school"])
    child = child_row(visit, place, visit.request.path_params["child"])
    if child is None or not place.may_enter or not has_upn(place, child["child_durable_key"]):
        raise NotFound
    return place, child


def _of_child(place: Place, child: Row) -> str:
    return f"/school/{place.code}/child/{child['child_durable_key']}"


def _subject(visit: Visit, case: Case) -> Subject:
    """What the address asks for. Raises NotFound for a response or an event that there is not."""
    given = visit.request.path_params
    if "response" in given:
        response, kind = case.responses.get(given["response"]), DOES.get(given["does"])
        if response is None or kind is None:
            raise NotFound
        return Subject(kind, response)
    if "event" in given:
        event = case.event(given["event"])
        if event is None or given["does"] not in ("correct", "withdraw"):
            raise NotFound
        kind = "withdrawn" if given["does"] == "withdraw" else event["event_kind"]
        return Subject(kind, case.responses[event["response_key"]], event)
    return Subject("opened")


def _page(
    visit: Visit, place: Place, child: Row, subject: Subject, template: str, context: dict[str, Any], status: int = 200
) -> Page:
    verb = "Correct an entry" if subject.corrects and subject.kind != "withdrawn" else HEADINGS[subject.kind]
    return Page(
        template,
        f"{'Error: ' if status == 400 else ''}{verb}, {place.name}",
        {
            "heading": verb,
            "child": child,
            "child_page": _back(visit, place, child),
            "subject": subject,
            "response_name": visit.known.responses.get((subject.response or {}).get("response_code", ""), ""),
            **context,
        },
        place=place,
        children_count=1,
        child_durable_key=child["child_durable_key"],
        status=status,
    )


def _form(
    visit: Visit,
    place: Place,
    child: Row,
    case: Case,
    choices: Choices,
    subject: Subject,
    entry: Entry,
    more: dict[str, Any] | None = None,
) -> Page:
    context = {
        "fields": entry.fields,
        "problems": entry.problems,
        "choices": choices,
        "seen": entry.fields.get("seen") or case.mark,
        "is_draft": False,
        "is_lead_known": bool((subject.response or {}).get("lead_user_key")),
        "is_note_asked": visit.notes_at(place).is_asked(subject, visit.entered),
        "longest_note": notes.LONGEST,
    }
    status = 400 if entry.problems else 200
    page = _page(visit, place, child, subject, "response.html", context | (more or {}), status)
    return page


def _checked(
    visit: Visit, place: Place, child: Row, case: Case, choices: Choices, subject: Subject, entry: Entry
) -> Page:
    context = {
        "answers": list(_worded(visit, place, choices, subject, entry)),
        "given": entry.fields | {"seen": entry.fields.get("seen") or case.mark},
        "form_id": secrets.token_urlsafe(16),
    }
    return _page(visit, place, child, subject, "response_check.html", context)


def _overtaken(visit: Visit, place: Place, child: Row, choices: Choices, subject: Subject, entry: Entry) -> Page:
    """Both, side by side: what somebody entered meanwhile, and what the author was about to save."""
    now = visit.site.journal.events
    case = entries.case(visit.place("school", place.code, now).tables, now, child["child_durable_key"])
    response = case.responses.get((subject.response or {}).get("response_key", ""))
    context = {
        "is_closed": response is not None and not response["is_open"] and not subject.corrects,
        "answers": list(_worded(visit, place, choices, subject, entry)),
        "others": [event_words(visit, one) for one in case.since(entry.fields.get("seen", ""))],
        "given": entry.fields | {"seen": case.mark},
        "form_id": secrets.token_urlsafe(16),
    }
    return _page(visit, place, child, subject, "response_overtaken.html", context, 409)


def _worded(visit: Visit, place: Place, choices: Choices, subject: Subject, entry: Entry) -> list[tuple[str, str, str]]:
    """The answers as they will be saved: what was asked, in words, what was answered, and the field."""
    values = entry.values
    statuses = choices.statuses | choices.final_statuses
    lead = values["lead_user_key"]
    rows = [
        ("event_date-day", "Day", day_words(values["event_date"])),
        ("response_code", "Response", choices.responses.get(values["response_code"] or "", "–")),
        ("status_code", "Status", statuses.get(values["status_code"] or "", "–")),
    ]
    if subject.kind != "opened":
        rows += [
            (
                "current_progress",
                "Progress since the last review",
                choices.current_progress.get(values["current_progress"] or "", "–"),
            ),
            (
                "overall_progress",
                "Progress since the response began",
                choices.overall_progress.get(values["overall_progress"] or "", "–"),
            ),
        ]
    rows += [
        ("agency_code", "Agency", choices.agencies.get(values["agency_code"] or "", "Not said")),
        ("is_lead", "Lead", "You" if lead == visit.user_key else "Somebody else" if lead else "Not said"),
    ]
    if subject.kind != "closed":
        due = day_words(values["review_due_date"])
        days = choices.review_within_days.get(values["response_code"] or "")
        rows.append(("review_due_date-day", "Next review", due or f"{days} days after this entry"))
    if visit.notes_at(place).is_asked(subject, visit.entered):
        rows.append((NOTE, "Note", values.get("note") or "None"))
    return rows
