"""A pyramid's profile and the estimate of children at each level of need, where the user's file has them."""

from dashboard.pages.area import trends
from dashboard.site import Page, Visit

LEVELS = """
    select academic_year, level_name, children_estimate, lower_count, upper_count, interval_rate, least_count,
        most_count, children_count
    from mart.mart_pyramid_need
    where pyramid_code = $place
    qualify academic_year = max(academic_year) over ()
    order by level_order
"""
PROFILE = """
    select academic_year, as_of_date, children_count,
        idaci_decile_1_count + idaci_decile_2_count as most_deprived_count, idaci_not_known_count,
        good_level_of_development_rate, phonics_rate, ks2_expected_rate, ks4_english_maths_rate, attainment_8_mean
    from mart.mart_pyramid_profile
    where pyramid_code = $place
    order by academic_year desc
"""
SCHOOLS = """
    select school_id, school_name, phase_name, children_count, raised_count, raised_rate
    from mart.mart_school_overview
    where pyramid_code = $place and flag_code = 'any' and is_current
    order by school_name, school_id
"""


def pyramid(visit: Visit) -> Page:
    """A pyramid's profile."""
    place = visit.place("pyramid", visit.request.path_params["pyramid"])
    return Page(
        "pyramid.html",
        place.name,
        {
            "levels": place.rows(LEVELS),
            "profile": place.rows(PROFILE),
            "schools": place.rows(SCHOOLS),
            "trends": trends(place),
        },
        place=place,
    )
