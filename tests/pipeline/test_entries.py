"""What the pages say after entries is what the next release says, row for row, whatever was entered in whatever order."""

import shutil
from datetime import date
from pathlib import Path
from random import Random

import pytest

from dashboard.published import Published
from orchestration.home.entries import Journal
from orchestration.releases import store
from orchestration.settings import Settings
from tests.support.authors import Authors
from tests.support.dashboards import settings_of
from tests.support.warehouse import DAY, Warehouse

TODAY = date.fromisoformat(DAY)
LAID_OVER = (
    "core.fct_response_event",
    "core.fct_response",
    "core.fct_child_decision",
    "mart.mart_child_list",
    "mart.mart_huddle_agenda",
)
UNKNOWN_BEFORE = {
    # Which delivery an entry comes with is known when it has come.
    "delivery_key"
}
Content = dict[tuple[str, str], list[tuple[object, ...]]]


@pytest.fixture
def own(clean: Warehouse, tmp_path: Path) -> Warehouse:
    """A home that may be changed, with its build."""
    return Warehouse(Path(shutil.copytree(clean.home, tmp_path / "home", symlinks=True)), clean.county)


def said(settings: Settings, events: bool) -> Content:
    """What the files of places say of responses, with the journal laid over or as they are."""
    published, found = Published(settings), {}
    journal = Journal(settings).events if events else ()
    release = published.in_force()
    audiences = sorted(
        {entry["audience"] for path, entry in release.manifest["files"].items() if path.endswith(".duckdb")} - {"open"}
    )
    for audience in audiences:
        with published.tables_today(release, audience, journal, TODAY) as tables:
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


def test_pages_say_at_once_what_the_next_release_says(own: Warehouse) -> None:
    settings = settings_of(own.home)
    before = said(settings, events=False)
    authors = Authors(settings, Random(20), TODAY)
    assert authors.enter(rounds=5) > 1000
    pages = said(settings, events=True)
    own.build()
    release = said(settings, events=False)
    assert different(pages, release) == {}
    assert different(before, release).keys() >= {("analyst", table) for table in LAID_OVER}
    # What the release knows by now is laid over no more, and what comes after it is.
    assert different(said(settings, events=True), release) == {}
    authors.enter(rounds=2, share=0.3)
    pages = said(settings, events=True)
    own.build()
    assert different(pages, said(settings, events=False)) == {}
    print(f"{len(authors.sequences):,} responses, {sum(authors.sequences.values()):,} entries")
    assert store.in_force(settings)
