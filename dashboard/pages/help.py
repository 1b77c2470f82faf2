"""Help: a page for each screen, and the list of them. What a code means is asked of the release, not written here."""

from collections.abc import Callable

from starlette.requests import Request

from dashboard.published import Row
from dashboard.site import NotFound, Page, Site, Visit
from dashboard.templating import SCREENS

FLAGS = """
    select
        flags.flag_name as name, flags.description, rules.reason, rules.measure, rules.threshold,
        rules.strong_threshold, rules.valid_from_date
    from reference.ref_flag as flags
    inner join reference.ref_flag_rule as rules
        on flags.flag_code = rules.flag_code
        and rules.valid_from_date <= $day and rules.valid_to_date > $day
    where flags.is_on
    order by flags.display_order
"""
WORDS = {
    "not_assessable": """
        select reason_name as name, description from reference.ref_unassessable_reason order by reason_name
    """,
    "tiers": "select tier_name as name, description from reference.ref_tier order by tier_order",
    "responses": """
        select response_name as name, format('to be reviewed within {} days', review_within_days) as description
        from reference.ref_response order by display_order
    """,
    "statuses": """
        select status_name as name, if(is_final, 'ends a response', 'of a response that goes on') as description
        from reference.ref_response_status order by display_order
    """,
    "progress": """
        select
            progress_name as name,
            if(scale = 'current', 'since the last review', 'since the response began') as description
        from reference.ref_progress order by scale, display_order
    """,
    "agenda": "select reason_name as name, description from reference.ref_agenda_reason order by agenda_order",
    "decisions": """
        select decision_name as name, description from reference.ref_huddle_decision
        order by response_event is null, decision_name
    """,
    "levels": "select level_name as name, description from reference.ref_need_level order by level_order",
    "no_access": "select reason_name as name, description from reference.ref_no_access_reason order by reason_name",
}
"""SQL, by what is asked: each code that pages show by its name, and what it means."""

Words = Callable[[str], list[Row]]


def screens(site: Site, request: Request, visit: Visit | None) -> Page:
    """The list of all pages of help, and how to ask."""
    return Page("help.html", "Help", {"screens": sorted(SCREENS.items(), key=lambda one: one[1])})


def screen(site: Site, request: Request, visit: Visit | None) -> Page:
    """The help of one screen. Raises NotFound for a screen that there is not."""
    name = request.path_params["screen"]
    if name not in SCREENS:
        raise NotFound
    return Page(
        f"help/{name}.html",
        f"Help: {SCREENS[name]}",
        {"about": name, "heading": SCREENS[name], "words": words(visit), "flags": _flags(visit)},
    )


def words(visit: Visit | None) -> Words:
    """What the release says of the codes of a kind, in their order; nothing to whoever has not signed in."""
    return lambda kind: visit.analysts.rows(WORDS[kind]) if visit else []


def _flags(visit: Visit | None) -> Callable[[], list[Row]]:
    return lambda: [_worded(row) for row in visit.analysts.rows(FLAGS, day=visit.release_day)] if visit else []


def _worded(rule: Row) -> Row:
    """A flag with its thresholds in the measure's own unit; of one that is a yes or no there is none to tell."""
    if rule["measure"].startswith("is_"):
        return rule | {"raised_from": "Yes", "strong_from": "–"}
    unit = "{:.0%}" if rule["measure"].endswith("_rate") else "{:.0f}"
    given = {"raised_from": rule["threshold"], "strong_from": rule["strong_threshold"]}
    return rule | {name: "–" if value is None else unit.format(value) for name, value in given.items()}
