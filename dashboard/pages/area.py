"""The county and a zone: how many children are flagged, what changes, what is expected, how fresh it is."""

from dashboard.charts import trend
from dashboard.published import Row
from dashboard.site import Page, Place, Visit

HALF_TERMS = """
    select distinct as_of_date, half_term_label from mart.mart_zone_dashboard
    where zone_code = $place
    order by as_of_date desc
"""
ZONES = """
    select
        zone_code, zone_name, is_county, flag_code, flag_name, display_order, children_count, assessable_count,
        raised_count, not_assessable_count, raised_share, change_in_raised_count
    from mart.mart_zone_dashboard
    where as_of_date = cast($day as date)
    order by is_county desc, zone_name, zone_code, display_order
"""
TREND = """
    select flag_code, flag_name, display_order, half_term_label, raised_count
    from mart.mart_trend
    where place_type = $kind and place_code = $place and rule_basis = 'in_force'
    order by display_order, as_of_date
"""
FORECAST = """
    select
        flag_code, half_term_label, forecast_count, lower_count, upper_count, interval_rate, reason
    from mart.mart_forecast
    where place_type = $kind and place_code = $place
    order by display_order, forecast_date
"""
FRESHNESS = """
    select
        source_name,
        max(last_extract_date) as last_extract_date,
        min(covers_to_date) as covers_to_date,
        count(*) filter (where not is_delivered) as missing_count,
        count(*) as schools_count,
        max(oldest_evidence_days) as oldest_evidence_days
    from mart.mart_freshness
    where $place in ('county', zone_code, school_id)
    group by source_name
    order by source_name
"""
SCHOOLS = """
    select school_id, school_name, phase_name, pyramid_name, children_count, raised_count, raised_rate,
        change_in_raised_count
    from mart.mart_school_overview
    where zone_code = $place and flag_code = 'any' and as_of_date = cast($day as date)
    order by school_name, school_id
"""


def county(visit: Visit) -> Page:
    """The county, with each zone that the user's file tells of."""
    return _area(visit, visit.place("county", "county"))


def zone(visit: Visit) -> Page:
    """A zone, with those of its schools that the user may open."""
    return _area(visit, visit.place("zone", visit.request.path_params["zone"]))


def _area(visit: Visit, place: Place) -> Page:
    half_terms = place.rows(HALF_TERMS)
    days = [str(row["as_of_date"]) for row in half_terms]
    chosen = visit.chosen("half_term", days, days[0] if days else "")
    counted = place.tables.rows(ZONES, day=chosen) if chosen else []
    schools = place.rows(SCHOOLS, day=chosen) if chosen and place.kind == "zone" else []
    flags = list({row["flag_code"]: row["flag_name"] for row in counted}.items())
    return Page(
        "area.html",
        place.name,
        {
            "half_terms": half_terms,
            "chosen": chosen,
            "label": next((row["half_term_label"] for row in half_terms if str(row["as_of_date"]) == chosen), ""),
            "is_newest": not days or chosen == days[0],
            "cards": [row for row in counted if row["zone_code"] == place.code],
            "flags": flags,
            "zones": _by_zone(counted, visit),
            "schools": [row | {"is_open": visit.may_see("school", row["school_id"])} for row in schools],
            "pyramids": _pyramids(visit, place),
            "trends": trends(place),
            "freshness": place.rows(FRESHNESS),
        },
        place=place,
        chosen={"half_term": chosen},
    )


def trends(place: Place) -> list[Row]:
    """Each flag's counts over the half terms and its forecast, with its chart."""
    by_flag: dict[str, Row] = {}
    for row in place.rows(TREND, kind=place.kind):
        flag = by_flag.setdefault(
            row["flag_code"],
            {"code": row["flag_code"], "name": row["flag_name"], "counts": [], "by_half_term": {}, "ahead": []},
        )
        flag["counts"].append(row)
        flag["by_half_term"][row["half_term_label"]] = row["raised_count"]
    for row in place.rows(FORECAST, kind=place.kind):
        if row["flag_code"] in by_flag and row["forecast_count"] is not None:
            by_flag[row["flag_code"]]["ahead"].append(row)
    for flag in by_flag.values():
        flag["chart"] = trend(
            flag["name"],
            [(row["half_term_label"], row["raised_count"]) for row in flag["counts"]],
            [
                (row["half_term_label"], row["forecast_count"], row["lower_count"], row["upper_count"])
                for row in flag["ahead"]
            ],
        )
    return list(by_flag.values())


def _by_zone(counted: list[Row], visit: Visit) -> list[Row]:
    zones: dict[str, Row] = {}
    for row in counted:
        zone = zones.setdefault(
            row["zone_code"],
            {
                "name": row["zone_name"],
                "children_count": row["children_count"],
                "address": _address(row, visit),
                "flags": {},
            },
        )
        zone["flags"][row["flag_code"]] = row
    return list(zones.values())


def _address(row: Row, visit: Visit) -> str | None:
    if row["is_county"]:
        return "/county"
    return f"/zone/{row['zone_code']}" if visit.may_see("zone", row["zone_code"]) else None


def _pyramids(visit: Visit, place: Place) -> list[tuple[str, str]]:
    """Code and name of the place's pyramids that the user may open, by name."""
    found = {
        school.pyramid_code: school.pyramid_name or school.pyramid_code
        for school in visit.schools.values()
        if school.pyramid_code and place.code in ("county", school.zone_code)
    }
    return sorted(
        ((code, name) for code, name in found.items() if visit.may_see("pyramid", code)), key=lambda one: one[1]
    )
