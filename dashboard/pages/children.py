"""The children of a school: the case study's list, those meant first at its head, filtered and sorted by address."""

from urllib.parse import urlencode

from dashboard.pages.paging import paged
from dashboard.published import Row
from dashboard.site import Page, Place, Visit

RESULTS = "attainment"
"""The source of the last result."""

FLAGS = """
    select flag_code, flag_name from core.dim_flag
    where not is_summary and display_order is not null
    order by display_order
"""
NAMES = """
    select list.*, identity.forename, identity.surname
    from mart.mart_child_list as list
    left join core.dim_child_identity as identity using (child_durable_key)
"""
NO_NAMES = "select list.*, null as forename, null as surname from mart.mart_child_list as list"
AT_SCHOOL = """
    child_durable_key in (
        select places.child_durable_key
        from core.brg_child__school as places
        inner join core.dim_school as schools using (school_key)
        where schools.school_id = $place
    )
"""
"""SQL: who is on the school's register today, some of them beside their main school."""
YEAR = "coalesce(try_cast(nc_year as integer), 0)"

SORTS = {
    "tier": f"tier_order, indicators_raised_count desc, {YEAR}, surname, forename, child_durable_key",
    "name": "surname, forename, child_durable_key",
    "year": f"{YEAR}, surname, forename, child_durable_key",
    "flags": f"indicators_raised_count desc, tier_order, {YEAR}, surname, forename, child_durable_key",
    "review": "review_due_date nulls last, tier_order, surname, forename, child_durable_key",
}
SHOWN = (
    *("child_durable_key", "forename", "surname", "school_id", "school_name", "tier_name", "nc_year", "as_of_date"),
    *("last_assessment_name", "last_assessment_date", "sex", "indicators_raised_count", "response_name"),
    *("status_name", "current_progress", "overall_progress", "is_outcome_due", "review_due_date"),
)
"""What the list shows of a child, beside the state of each flag."""
WITHOUT_UPN = "select child_durable_key from core.dim_child_identity where upn is null"
"""SQL: children about whom nothing can be entered."""
OPEN_RESPONSES = """
    select child_durable_key, response_key from core.fct_response
    where is_open
    qualify row_number() over (partition by child_durable_key order by opened_date desc, response_key) = 1
"""
"""SQL: the open response that the list shows of a child."""
RESPONSES = {
    "all": "true",
    "open": "response_code is not null",
    "none": "response_code is null",
    "due": "coalesce(is_outcome_due, false)",
}


def children(visit: Visit) -> Page:
    """The list, all of its rows: the page shows a hundred, print every one."""
    place = visit.place("school", visit.request.path_params["school"])
    flags = flags_of(place)
    everybody = place.rows(f"select nc_year from mart.mart_child_list where {AT_SCHOOL}")
    at_school = {row["nc_year"] for row in everybody}
    chosen = {
        "flag": visit.chosen("flag", [code for code, _ in flags], ""),
        "year": visit.chosen("year", visit.known.years, ""),
        "tier": visit.chosen("tier", visit.known.tiers, ""),
        "response": visit.chosen("response", RESPONSES, "all"),
        "sort": visit.chosen("sort", SORTS, "tier"),
    }
    states = [f"{code}_state" for code, _ in flags]
    rows = _listed(place, chosen, states)
    open_responses = {row["child_durable_key"]: row["response_key"] for row in place.tables.rows(OPEN_RESPONSES)}
    without_upn = {row["child_durable_key"] for row in place.tables.rows(WITHOUT_UPN)} if place.may_enter else set()
    pages = paged(visit, len(rows))

    def address(**changed: str) -> str:
        given = {name: value for name, value in (chosen | changed).items() if value not in ("", "all")}
        return f"?{urlencode(given)}"

    return Page(
        "children.html",
        f"Children, {place.name}",
        {
            "flags": flags,
            "states": states,
            "years": [year for year in visit.known.years if year in at_school or year == chosen["year"]],
            "tiers": visit.known.tiers.items(),
            "chosen": chosen,
            "rows": rows,
            "sees_results": visit.sees_in_detail(place, RESULTS),
            "everybody_count": len(everybody),
            "address": address,
            "open_responses": open_responses,
            "closed_to_entries": without_upn,
        }
        | pages,
        place=place,
        chosen={name: value for name, value in (chosen | {"page": str(pages["page"])}).items() if value},
        children_count=len(rows),
    )


def flags_of(place: Place) -> list[tuple[str, str]]:
    """Code and name of each flag that is judged, in their order."""
    return [(row["flag_code"], row["flag_name"]) for row in place.tables.rows(FLAGS)]


def listed_from(place: Place) -> str:
    """SQL: the child list of the place's file, named where the file names children."""
    return NAMES if place.tables.has_names else NO_NAMES


def _listed(place: Place, chosen: dict[str, str], states: list[str]) -> list[Row]:
    # The column is one of those that the file's own flags name; all else is handed over as a value.
    flag = f"{chosen['flag']}_state = 'raised'" if chosen["flag"] else "true"
    return place.rows(
        f"""
        select {", ".join([*SHOWN, *states])} from ({listed_from(place)})
        where
            {AT_SCHOOL}
            and {flag}
            and $year in ('', nc_year)
            and $tier in ('', tier_code)
            and {RESPONSES[chosen["response"]]}
        order by {SORTS[chosen["sort"]]}
        """,
        year=chosen["year"],
        tier=chosen["tier"],
    )
