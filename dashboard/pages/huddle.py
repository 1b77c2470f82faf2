"""The agenda of a school's next huddle, to be read. Deciding and noting come later; their place is left."""

from dashboard.site import Page, Visit

AGENDA = """
    select * from mart.mart_huddle_agenda where school_id = $place order by agenda_position
"""
NAMES = """
    select child_durable_key, forename, surname from core.dim_child_identity
    where child_durable_key in (select child_durable_key from mart.mart_huddle_agenda where school_id = $place)
"""


def huddle(visit: Visit) -> Page:
    """Whom the huddle talks about, in order, and why."""
    place = visit.place("school", visit.request.path_params["school"])
    agenda = place.rows(AGENDA)
    named = place.rows(NAMES) if place.tables.has_names else []
    names = {row["child_durable_key"]: row for row in named}
    nobody = {"forename": None, "surname": None}
    rows = [row | {name: names.get(row["child_durable_key"], nobody)[name] for name in nobody} for row in agenda]
    return Page(
        "huddle.html",
        f"Huddle agenda, {place.name}",
        {
            "huddle_date": rows[0]["huddle_date"] if rows else None,
            "last_huddle_date": rows[0]["last_huddle_date"] if rows else None,
            "with_place": [row for row in rows if row["has_place"]],
            "others": [row for row in rows if not row["has_place"]],
        },
        place=place,
        children_count=len(rows),
    )
