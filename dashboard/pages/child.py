"""One child: each flag in words, what it rests on, how old that is; its history; responses; who may see the child."""

from collections import Counter
from datetime import date
from urllib.parse import urlsplit

from dashboard import access, entries, guard, huddles
from dashboard.access import UNKNOWN
from dashboard.charts import Timeline, timeline
from dashboard.pages.children import RESULTS, SHOWN, flags_of, listed_from
from dashboard.published import Row
from dashboard.site import NotFound, Page, Place, Visit

EVIDENCE = """
    select
        flags.flag_code, flags.flag_name, flags.description, flags.flag_role, evidence.flag_state, evidence.reason,
        evidence.source, evidence.source_name, evidence.extract_date, evidence.covers_from_date,
        evidence.covers_to_date, evidence.age_days, evidence.explanation, evidence.rule_reason
    from mart.mart_flag_evidence as evidence
    inner join core.dim_flag as flags using (flag_code)
    where evidence.child_durable_key = $child
    order by flags.display_order
"""
SPELLS = """
    select flags.flag_name, spells.raised_date, spells.cleared_date, spells.is_current, spells.end_reason
    from core.fct_flag_spell as spells
    inner join core.dim_flag as flags using (flag_key)
    where spells.child_durable_key = $child
    order by spells.raised_date desc, flags.display_order
"""
RESPONSES = """
    select
        responses.response_key, responses.response_code, responses.status_code, responses.current_progress,
        responses.overall_progress, responses.is_open, responses.opened_date, responses.last_reviewed_date,
        responses.review_due_date, responses.closed_date, responses.reviews_count, responses.agency_code,
        responses.lead_user_key
    from core.fct_response as responses
    where responses.child_durable_key = $child
    order by responses.opened_date desc, responses.response_key
"""
OUTCOMES = """
    select
        outcomes.response_key, outcomes.half_terms_after, outcomes.flags_before_count, outcomes.flags_after_count,
        outcomes.flags_change, outcomes.comparable_flags_change, outcomes.comparable_children_count,
        outcomes.reason_code
    from mart.mart_outcome as outcomes
    where outcomes.child_durable_key = $child
    order by outcomes.opened_date desc, outcomes.half_terms_after
"""
OF_LIST = (*SHOWN, "zone_code", "involved_agencies", "last_decision_name", "last_decided_date", "columns('_state$')")
"""What pages about one child show of its row of the list, the state of each flag among it."""
IS_AT_SCHOOL = """
    exists (
        select 1 from core.brg_child__school as places
        inner join core.dim_school as schools using (school_key)
        where places.child_durable_key = $child and schools.school_id = $place
    )
"""
IDENTITY = "select birth_date, upn from core.dim_child_identity where child_durable_key = $child"
BEFORE = 200
"""Days drawn before the first flag."""


def child(visit: Visit) -> Page:
    """The page of a child who is at the school today. Raises NotFound for any other."""
    place = visit.place("school", visit.request.path_params["school"])
    key = visit.request.path_params["child"]
    row = child_row(visit, place, key)
    if row is None:
        raise NotFound
    spells, responses = place.tables.rows(SPELLS, child=key), place.tables.rows(RESPONSES, child=key)
    by_response = place.tables.rows(OUTCOMES, child=key)
    flags = flags_of(place)
    reader = visit.notes_at(place)
    entered = place.tables.rows(entries.EVENTS, child=key)
    noted = reader.notes_on(entered, visit.entered)
    events = [event_words(visit, one) | {"note": noted.get(one["response_event_key"])} for one in entered]
    identity = place.tables.row(IDENTITY, child=key) if place.tables.has_names else None
    return Page(
        "child.html",
        f"A child, {place.name}",
        {
            "child": row,
            "own_page": f"/school/{place.code}/child/{key}",
            "is_saved": "saved" in visit.request.query_params,
            "is_without_huddle": visit.request.query_params.get("saved") == "without-huddle",
            "events": list(reversed(events)),
            "are_notes_shown": reader.may_write,
            "sees_results": visit.sees_in_detail(place, RESULTS),
            "back": _back(visit, place, key),
            "birth_date": identity["birth_date"] if identity else None,
            "may_enter": place.may_enter and bool(identity and identity["upn"]),
            "coming": huddles.planned(place.rows(huddles.HUDDLES)),
            "flags": [flag_words(visit, place, flag) for flag in place.tables.rows(EVIDENCE, child=key)],
            "spells": spells,
            "responses": [response_words(visit, one, by_response) for one in responses],
            "chart": _drawn(flags, spells, responses, row["as_of_date"]),
            "seers": seers(visit, place, row, flags),
            "mine": [scope for scope in visit.scopes if scope.has_access],
        },
        place=place,
        children_count=1,
        child_durable_key=key,
    )


def child_row(visit: Visit, place: Place, key: str) -> Row | None:
    """The row of the school's list about a child; None for one who is not at the school today.

    None for one who is erased, too: the release that names them stays in force until another is made, and by then what
    were entered or looked at meanwhile would be left of the child.
    """
    if key in visit.site.erased:
        return None
    return place.row(
        f"""
        select {", ".join(OF_LIST)} from ({listed_from(place)})
        where child_durable_key = $child and {IS_AT_SCHOOL}
        """,
        child=key,
    )


def _back(visit: Visit, place: Place, key: str) -> str:
    """The list as the user left it, filtered and sorted, at the child's row."""
    listed = f"/school/{place.code}/children"
    came_from = urlsplit(visit.request.headers.get("referer", ""))
    is_ours = guard.is_here(visit.request, f"{came_from.scheme}://{came_from.netloc}", visit.site.address)
    chosen = f"?{came_from.query}" if is_ours and came_from.path == listed and came_from.query else ""
    return f"{listed}{chosen}#child-{key}"


def flag_words(visit: Visit, place: Place, flag: Row) -> Row:
    """A flag as the user may read it: what another agency knows is named by agency, to a school never in detail.

    Where the file of the place tells no more than that a flag is up, nobody is told more.
    """
    is_of_others = flag["explanation"] is None or (
        place.audience.startswith("school/")
        and flag["source"] is not None
        and flag["source"] not in visit.known.sources_known_to_schools
    )
    words = {"raised": "Raised", "not_raised": "Not raised", "not_assessable": "Could not be assessed"}
    return flag | {
        "is_of_others": is_of_others,
        "state_name": words[flag["flag_state"]],
        "explanation": None if is_of_others else flag["explanation"],
    }


def response_words(visit: Visit, response: Row, outcomes: list[Row]) -> Row:
    """A response as it is shown, with those of some outcomes that are its own."""
    return response | {
        "response_name": visit.known.responses.get(response["response_code"], response["response_code"]),
        "status_name": visit.known.statuses.get(response["status_code"], response["status_code"]),
        "agency_name": visit.known.agencies.get(response["agency_code"], response["agency_code"]),
        "lead": who(visit, response["lead_user_key"]) if response["lead_user_key"] else None,
        "outcomes": [one for one in outcomes if one["response_key"] == response["response_key"]],
    }


def has_upn(place: Place, key: str) -> bool:
    """Whether what is entered about a child can be told to be about it by the next build."""
    identity = place.tables.row(IDENTITY, child=key)
    return bool(identity and identity["upn"])


def event_words(visit: Visit, event: Row) -> Row:
    """An event of a response as it is shown: what, by whom, and whether the release knew of it."""
    return event | {
        "words": entries.WORDS[event["event_kind"]],
        "by": who(visit, event["recorded_by_user_key"]),
        "is_new": event["delivery_key"] == UNKNOWN and event["event_source"] == "dashboard",
        "response_name": visit.known.responses.get(event["response_code"], event["response_code"]),
        "status_name": visit.known.statuses.get(event["status_code"], event["status_code"]),
    }


def who(visit: Visit, user_key: str | None) -> str:
    """Somebody by their role: the warehouse knows no user's name."""
    if user_key is None:
        return "the case system"
    if user_key == visit.user_key:
        return "you"
    scopes = visit.access.get(user_key)
    return f"a user ({scopes[0].role_name})" if scopes else "a user who is on no list any more"


def _drawn(flags: list[tuple[str, str]], spells: list[Row], responses: list[Row], end: date) -> Timeline | None:
    first = min((spell["raised_date"] for spell in spells), default=end)
    begin = date.fromordinal(first.toordinal() - BEFORE)
    days = [
        (response[column], what)
        for response in responses
        for column, what in (("opened_date", "opened"), ("last_reviewed_date", "reviewed"), ("closed_date", "closed"))
        if response[column] is not None
    ]
    bars = [(spell["flag_name"], spell["raised_date"], min(spell["cleared_date"], end)) for spell in spells]
    return timeline([name for _, name in flags], bars, days, begin, end)


def seers(visit: Visit, place: Place, child: Row, flags: list[tuple[str, str]]) -> list[tuple[str, str, int]]:
    """Who may see a child of a school today: role, by way of what, how many users."""
    raised = [code for code, _ in flags if child[f"{code}_state"] == "raised"]
    agreed = {partner for partner, flag in visit.known.agreed if flag in raised}
    found: Counter[tuple[str, str]] = Counter()
    for scopes in visit.access.values():
        partner = access.audience_of(scopes, visit.schools, "partner", child["zone_code"])
        if partner and partner.partition("/")[0] in agreed:
            found[scopes[0].role_name, "an agreement, that a flag is up"] += 1
        audience = access.audience_of(scopes, visit.schools, "school", place.code)
        if audience is not None:
            way = {"school": "this school", "zone": "its zone"}.get(
                audience.partition("/")[0], "the county, without names"
            )
            found[scopes[0].role_name, way] += 1
    return sorted((role, way, count) for (role, way), count in found.items())
