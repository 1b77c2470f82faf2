"""A school beside its pyramid, its zone and the county."""

from dashboard.pages.area import FRESHNESS, trends
from dashboard.site import Page, Visit

HALF_TERMS = """
    select distinct as_of_date, half_term_label from mart.mart_school_overview
    where school_id = $place
    order by as_of_date desc
"""
OVERVIEW = """
    select
        school_name, phase_name, pyramid_name, zone_name, flag_code, flag_name, children_count, assessable_count,
        raised_count, not_assessable_count, raised_rate, pyramid_raised_rate, zone_raised_rate, county_raised_rate,
        change_in_raised_count
    from mart.mart_school_overview
    where school_id = $place and as_of_date = cast($day as date)
    order by display_order
"""


def school(visit: Visit) -> Page:
    """A school's counts."""
    place = visit.place("school", visit.request.path_params["school"])
    half_terms = place.rows(HALF_TERMS)
    days = [str(row["as_of_date"]) for row in half_terms]
    chosen = visit.chosen("half_term", days, days[0] if days else "")
    return Page(
        "school.html",
        place.name,
        {
            "half_terms": half_terms,
            "chosen": chosen,
            "label": next((row["half_term_label"] for row in half_terms if str(row["as_of_date"]) == chosen), ""),
            "is_newest": not days or chosen == days[0],
            "overview": place.rows(OVERVIEW, day=chosen) if chosen else [],
            "trends": trends(place),
            "freshness": place.rows(FRESHNESS),
        },
        place=place,
        chosen={"half_term": chosen},
    )
