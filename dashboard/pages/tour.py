"""The first tour: where everything is that a role may open, step by step. It is told of until it is taken."""

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from dashboard.entries import Fields
from dashboard.site import TOUR, NotFound, Page, Visit


@dataclass(frozen=True)
class Step:
    """What a page is called, where it is, and what to look for there."""

    name: str
    address: str
    words: str


def tour(visit: Visit) -> Page:
    """The steps of the user's own places."""
    return Page("tour.html", "First tour", {"steps": list(steps(visit))})


def mark(visit: Visit, fields: Fields) -> Response:
    """Note that the user took the tour, or does not want to be told of it again."""
    step = fields.get("step")
    if step == "done":
        visit.site.trainings.mark(visit.user_key, TOUR)
    elif step == "aside":
        visit.site.trainings.set_aside(visit.user_key, TOUR)
    else:
        raise NotFound
    return RedirectResponse("/training" if step == "done" else "/", 303)


def steps(visit: Visit) -> Iterator[Step]:
    """What there is to be seen, in the order in which work meets it; only what the user may open."""
    schools = sorted(
        (school for school in visit.schools.values() if visit.may_see("school", school.school_id)),
        # A user's own schools first: county and zone users see many.
        key=lambda school: (
            school.school_id not in {scope.school_id for scope in visit.scopes},
            school.school_name,
            school.school_id,
        ),
    )
    zones = sorted({(scope.zone_name or "", scope.zone_code) for scope in visit.scopes if scope.zone_code})
    if visit.is_administrator:
        yield Step("Access and use", "/admin", "Whose access ends, who has none and why, who uses it.")
        yield Step("Questions and answers", "/tickets", "What users ask: open a question and answer it.")
        yield Step("Who has done which training", "/training/done", "By training, role and user.")
    if any(scope.is_partner and scope.has_access for scope in visit.scopes):
        yield Step(
            "Children whom you may know of", "/partner", "Who has a flag of your agency's agreement up, since when."
        )
    if visit.may_see("county", "county"):
        yield Step("County and zones", "/county", "How many children have each flag up, and how that moves.")
    if visit.sees_whole_county:
        yield Step("Outcomes and use", "/county/outcomes", "What huddles decided, what followed, and who uses it.")
    for name, code in zones[:1]:
        if visit.may_see("zone", code or ""):
            yield Step(name, f"/zone/{code}", "Your zone beside the county, and the schools that you may open.")
    for school in schools[:1]:
        place = f"/school/{school.school_id}"
        yield Step(school.school_name, place, "One school beside its pyramid, its zone and the county.")
        yield Step("Children", f"{place}/children", "Whom to talk about first is at the top. A name opens the child.")
        if any(scope.has_access and scope.scope_level in ("school", "zone") for scope in visit.scopes):
            yield Step(
                "Writing down what is done",
                f"{place}/children",
                "Enter, at the end of a row, opens the form: codes and days, checked before they are saved.",
            )
        yield Step("Huddle", f"{place}/huddle", "Whom the next huddle talks about, in this order, and why.")
    yield Step("What you may see and why", "/why", "Your places, the lists that give them, and the day each ends.")
    yield Step("Help", "/help", "Help with this page stands at the top of every page; there you can also ask.")
