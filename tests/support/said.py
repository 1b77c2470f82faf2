"""What pages say with entries laid over a release, table by table, to be held against the next release."""

from datetime import date

from dashboard.published import Published
from orchestration.home.entries import Journal
from orchestration.settings import Settings

LAID_OVER = (
    "core.fct_response_event",
    "core.fct_response",
    "core.fct_huddle_event",
    "core.fct_huddle_child_event",
    "core.fct_huddle",
    "core.fct_huddle_attendance",
    "core.fct_huddle_review",
    "core.fct_child_decision",
    "mart.mart_child_list",
    "mart.mart_huddle_agenda",
)
UNKNOWN_BEFORE = {
    # Which delivery an entry comes with is known when it has come.
    "delivery_key"
}
Content = dict[tuple[str, str], list[tuple[object, ...]]]
"""By audience and table: the rows."""


def said(settings: Settings, today: date, events: bool) -> Content:
    """What the files of places say of responses, with the journal laid over, a quarter after the other, or as they
    are."""
    # Laid over all of a county at once, which no page asks for.
    published, found = Published(settings, memory="2GB"), {}
    journal = Journal(settings).events if events else ()
    release = published.in_force()
    files = (entry for path, entry in release.manifest["files"].items() if path.endswith(".duckdb"))
    # Partner agencies' files tell nothing of responses.
    audiences = sorted(
        {entry["audience"] for entry in files if entry["audience"].partition("/")[0] in ("analyst", "zone", "school")}
    )
    for audience in audiences:
        # As it came: what lies over a file is filled anew, and by plans that are kept from the second time on.
        for so_far in (journal[: len(journal) * quarter // 4] for quarter in (1, 2, 3)):
            with published.tables_today(release, audience, so_far, today) as tables:
                for table in LAID_OVER:
                    tables.rows(f"select 1 from {table} limit 1")
        with published.tables_today(release, audience, journal, today) as tables:
            for table in LAID_OVER:
                described = tables.rows(f"describe {table}")
                columns = [row["column_name"] for row in described if row["column_name"] not in UNKNOWN_BEFORE]
                # What a school's file says of another school's agenda are the places of its own children on it.
                of_place = table == "mart.mart_huddle_agenda" and audience.startswith("school/")
                where = f"school_id = '{audience.partition('/')[2]}'" if of_place else "true"
                rows = tables.rows(f"select {', '.join(columns)} from {table} where {where} order by all")
                found[audience, table] = [tuple(row.values()) for row in rows]
    published.close()
    return found


def different(pages: Content, release: Content) -> dict[tuple[str, str], tuple[int, int]]:
    """By audience and table: how many rows only the pages have, and only the release."""
    assert pages.keys() == release.keys()
    found = {
        key: (len(set(pages[key]) - set(release[key])), len(set(release[key]) - set(pages[key]))) for key in release
    }
    assert all(len(pages[key]) == len(release[key]) for key in release if found[key] == (0, 0))
    return {key: counts for key, counts in found.items() if counts != (0, 0)}


def in_another_order(sql: str) -> str:
    """A log that takes later events first: what a page would be that has the rule wrong."""
    return sql.replace("event_order asc, event_id asc", "event_id desc").replace("recorded_at asc", "event_date desc")
