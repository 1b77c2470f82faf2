"""The county and a zone: how many children are flagged, what changes, what is expected, how fresh it is."""

from dataclasses import dataclass

from dashboard.charts import Trend, trend
from dashboard.published import Row
from dashboard.site import Page, Place, Visit

HALF_TERMS = """
    select distinct as_of_date, half_term_label from mart.mart_zone_dashboard
    where zone_code = $place
    order by as_of_date desc
"""
ZONES = """
    select
        zone_code, zone_name, is_county, flag_code, flag_name, population_name, display_order, children_count,
        assessable_count, raised_count, not_assessable_count, raised_share, change_in_raised_count
    from mart.mart_zone_dashboard
    where as_of_date = cast($day as date)
    order by is_county desc, zone_name, zone_code, display_order
"""
TREND = """
    select flag_code, flag_name, population_name, as_of_date, half_term_label, raised_count
    from mart.mart_trend
    where place_type = $kind and place_code = $place and rule_basis = 'in_force'
    order by display_order, as_of_date
"""
FORECAST = """
    select
        flag_code, forecast_date, half_term_label, forecast_count, lower_count, upper_count, interval_rate, reason
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
OUT_OF_SCHOOL = """
    select list.child_durable_key, {names}, list.age_years, list.sex, list.kind_name, list.since_date,
        list.suitability_name, list.has_attendance_order, list.last_school_name
    from mart.mart_not_in_school as list {identities}
    where list.zone_code = $place
    order by coalesce(list.is_missing_education, false) desc, surname, forename, list.child_durable_key
"""
"""Who lives in the zone and is in no school: by name where the file names children."""


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
    counted = _named(place.tables.rows(ZONES, day=chosen)) if chosen else []
    schools = place.rows(SCHOOLS, day=chosen) if chosen and place.kind == "zone" else []
    sees_list = place.kind == "zone" and visit.sees_in_detail(place, "not_in_school")
    out_of_school = place.rows(_out_of_school(place)) if sees_list else []
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
            "out_of_school": out_of_school,
            "trends": trends(place),
            "freshness": place.rows(FRESHNESS),
        },
        place=place,
        chosen={"half_term": chosen},
        children_count=len(out_of_school) or None,
    )


def _out_of_school(place: Place) -> str:
    if place.tables.has_names:
        names, identities = "forename, surname", "left join core.dim_child_identity using (child_durable_key)"
    else:
        names, identities = "null as forename, null as surname", ""
    return OUT_OF_SCHOOL.format(names=names, identities=identities)


@dataclass(frozen=True)
class FlagTrend:
    """One flag's counts over the half terms and its forecasts, by half term; `reason` says why nothing is forecast."""

    code: str
    name: str
    counts: dict[str, int]
    ahead: dict[str, Row]
    reason: str | None
    chart: Trend | None


@dataclass(frozen=True)
class Trends:
    """What a place's charts and the table beside them show."""

    flags: list[FlagTrend]
    half_terms: list[str]
    ahead: list[str]
    interval_rate: float | None


def trends(place: Place) -> Trends:
    """Each flag of a place over the half terms, with what is forecast where anything is."""
    counted, forecast = _named(place.rows(TREND, kind=place.kind)), place.rows(FORECAST, kind=place.kind)
    flags = []
    for code, name in {row["flag_code"]: row["flag_name"] for row in counted}.items():
        counts = {row["half_term_label"]: row["raised_count"] for row in counted if row["flag_code"] == code}
        own = [row for row in forecast if row["flag_code"] == code]
        ahead = {row["half_term_label"]: row for row in own if row["forecast_count"] is not None}
        points = [(one, row["forecast_count"], row["lower_count"], row["upper_count"]) for one, row in ahead.items()]
        reason = own[0]["reason"] if own and not ahead else None
        flags.append(FlagTrend(code, name, counts, ahead, reason, trend(name, list(counts.items()), points)))
    known = [row for row in forecast if row["forecast_count"] is not None]
    return Trends(
        flags,
        list(dict.fromkeys(row["half_term_label"] for row in sorted(counted, key=lambda row: row["as_of_date"]))),
        list(dict.fromkeys(row["half_term_label"] for row in sorted(known, key=lambda row: row["forecast_date"]))),
        known[0]["interval_rate"] if known else None,
    )


def _named(counted: list[Row]) -> list[Row]:
    """The rows with whom each flag is asked of, in its name too where flags of several populations are shown."""
    if len({row["population_name"] for row in counted}) < 2:
        return [row | {"asked": "all children"} for row in counted]
    named = []
    for row in counted:
        whom = row["population_name"][:1].lower() + row["population_name"][1:]
        named.append(row | {"flag_name": f"{row['flag_name']} ({whom})", "asked": f"all {whom}"})
    return named


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
