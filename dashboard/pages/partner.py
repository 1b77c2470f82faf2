"""What a partner agency may know by its agreement: who in a zone has a flag of it up, and since when.

The agency's file holds nothing else, so neither does the page: it has no way on to a child.
"""

from starlette.responses import RedirectResponse, Response

from dashboard.pages.paging import paged
from dashboard.site import NotFound, Page, Visit

CHILDREN = """
    select
        identity.surname, identity.forename, identity.birth_date, list.nc_year, list.school_name, list.as_of_date,
        list(
            {name: flags.flag_name, raised_date: raised.raised_date} order by flags.display_order
        ) as flags
    from core.fct_flag_raised as raised
    inner join core.dim_flag as flags using (flag_key)
    inner join mart.mart_child_list as list using (child_durable_key)
    inner join core.dim_child_identity as identity using (child_durable_key)
    group by all
    order by identity.surname, identity.forename, identity.birth_date, list.school_name
"""
FLAGS = "select flag_name, description from core.dim_flag order by display_order"


def zones(visit: Visit) -> Page | Response:
    """The zones whose children an agency may know of; who has one is taken there. Raises NotFound for all others."""
    found = sorted(
        {
            (school.zone_name or "", school.zone_code)
            for school in visit.schools.values()
            if school.zone_code and visit.may_see("partner", school.zone_code)
        }
    )
    if not found:
        raise NotFound
    if len(found) == 1:
        return RedirectResponse(f"/partner/{found[0][1]}", 303)
    return Page("partner_zones.html", "Zones", {"zones": found})


def zone(visit: Visit) -> Page:
    """Who in a zone has a flag of the agreement up; a hundred on a page, print has all of them."""
    place = visit.place("partner", visit.request.path_params["zone"])
    rows = place.tables.rows(CHILDREN)
    pages = paged(visit, len(rows))
    return Page(
        "partner.html",
        f"Children, {place.name}",
        {"rows": rows, "flags": place.tables.rows(FLAGS)} | pages,
        place=place,
        chosen={"page": str(pages["page"])},
        children_count=len(rows),
    )
