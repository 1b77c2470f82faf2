"""What the pages say after entries is what the next release says, row for row, whatever was entered, in any order."""

import shutil
import stat
from datetime import date
from pathlib import Path
from random import Random

import duckdb
import pytest

from dashboard import laid, overlay_logs, serve
from dashboard.published import Published
from orchestration.entries import extract
from orchestration.home.entries import Journal, ResponseEvent, log_of
from orchestration.settings import Settings
from tests.support import needles
from tests.support.authors import NOTE, Authors, zones
from tests.support.dashboards import settings_of
from tests.support.said import LAID_OVER, different, in_another_order, said
from tests.support.warehouse import DAY, Warehouse

TODAY = date.fromisoformat(DAY)


@pytest.fixture
def own(clean: Warehouse, tmp_path: Path) -> Warehouse:
    """A home that may be changed, with its build."""
    return Warehouse(Path(shutil.copytree(clean.home, tmp_path / "home", symlinks=True)), clean.county)


def laid_over(settings: Settings) -> dict[str, int]:
    """How many entries each zone's file is told of: a journal of years must not be laid over anew with every entry."""
    published, journal = Published(settings), Journal(settings).events
    release = published.in_force()
    for audience in zones(release):
        with published.tables_today(release, audience, journal, TODAY):
            pass
    published.close()
    return {audience: len(found.events) for (_, audience), found in published._concerning.items()}


def case_system_goes_on(county: Path, folder: Path) -> Path:
    """The case system's log of the same day with a review more of every third response, one of them corrected twice."""
    (log,) = county.glob("extracts/responses/*.csv")
    out = folder / log.name
    duckdb.sql(
        f"""
        copy (
            with log as (from read_csv('{log}', header = true, all_varchar = true)),

            reviewed as (
                select * replace (
                    "Event Ref" || 'x' as "Event Ref", 'reviewed' as "Event", '20/06/2026' as "Date",
                    '2026-06-20 12:00:00' as "Recorded", 'no_progress' as "Status", null as "Corrects"
                )
                from log
                where "Event" = 'opened' and "Corrects" is null
                qualify row_number() over (order by "Event Ref") % 3 = 0
            )

            from log
            union all
            from reviewed
            union all
            select * replace ("Event Ref" || 'y' as "Event Ref", "Event Ref" as "Corrects", 'progress' as "Status")
            from reviewed
        ) to '{out}' (header)
        """
    )
    return out


def test_pages_say_at_once_what_the_next_release_says(
    own: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(own.home)
    authors = Authors(settings, Random(20), TODAY)
    assert authors.enter(rounds=2) > 400
    assert authors.meet() > 60
    assert own.here("deliver", case_system_goes_on(own.county, tmp_path)).returncode == 0
    own.build()
    before = said(settings, TODAY, events=False)
    # What the release knows by now is laid over no more, and what comes after it is.
    assert different(said(settings, TODAY, events=True), before) == {}
    assert not any(laid_over(settings).values())
    assert authors.enter(rounds=2) > 400
    assert authors.meet() > 60
    # What was planned, decided and held so far is what the next authors see.
    assert authors.enter(rounds=2) > 400
    assert authors.meet() + authors.meet(0.5) > 90
    pages = said(settings, TODAY, events=True)
    # What was filled too often begins anew, with plans of its own.
    with monkeypatch.context() as seldom:
        seldom.setattr(laid, "MOST_TIMES_FILLED", 2)
        assert different(said(settings, TODAY, events=True), pages) == {}
    broken_logs = {name: in_another_order(sql) for name, sql in overlay_logs.LOGS.items()}
    monkeypatch.setattr(overlay_logs, "LOGS", broken_logs)
    broken = said(settings, TODAY, events=True)
    # A look back takes in nothing of its own, and what was entered since comes with the next night all the same.
    assert extract.hand_over(settings, date(2026, 3, 1)) == []
    assert extract.hand_over(settings, TODAY)
    own.build()
    release = said(settings, TODAY, events=False)
    assert different(pages, release) == {}
    # Of notes no table is made, neither over a release nor in the next, and no extract.
    assert sum(bool(getattr(event, "note", None)) for event in Journal(settings).events) > 100
    assert needles.holding([NOTE], own.home) == [str(log_of(settings))]
    assert not any(NOTE in str(rows) for rows in pages.values())
    assert different(before, release).keys() >= {("analyst", table) for table in LAID_OVER}
    # The comparison sees a page that takes the events of a response in another order.
    assert {("analyst", "core.fct_response"), ("analyst", "core.fct_huddle_review")} <= different(
        broken, release
    ).keys()
    again = own.here("build", "--as-of", DAY)
    assert "Nothing new" in again.stdout, "a night without entries delivers none again: " + again.stdout + again.stderr
    print(
        f"{len(authors.sequences):,} responses, {sum(authors.sequences.values()):,} entries, "
        f"{authors.decided:,} decisions of huddles"
    )


def log_with(exported: Path, own: Warehouse, folder: Path) -> Path:
    """The case system's log with the events of the dashboard after its own."""
    (log,) = own.county.glob("extracts/responses/*.csv")
    both = folder / log.name
    duckdb.sql(
        f"""
        copy (
            select
                "Event Ref" as event_id, "Response Ref" as response_id, "UPN" as upn, "DOB" as birth_date,
                "DfE Number" as school_id, "Event" as event_kind, "Date" as event_date, "Recorded" as recorded_at,
                "Response" as response_code, "Status" as status_code, "Current Progress" as current_progress,
                "Overall Progress" as overall_progress, "Review Due" as review_due_date, "Corrects" as corrects_event_id
            from read_csv('{log}', header = true, all_varchar = true)
            union all by name
            from read_csv('{exported}', header = true, all_varchar = true)
        ) to '{both}' (header)
        """
    )
    return both


RECORD_OF = {
    "huddles": (
        '"Huddle Ref" as huddle_id, "DfE Number" as school_id, "Date" as huddle_date, "State" as state',
        "huddle_id",
    ),
    "reviews": (
        '"Huddle Ref" as huddle_id, "UPN" as upn, "DOB" as birth_date, "Decision" as decision_code, '
        '"Response Ref" as response_id',
        "(huddle_id, upn)",
    ),
}
"""Of the case system's two records of huddles: its columns as the dashboard calls them, and what a row is known by."""


def record_with(exported: Path, what: str, own: Warehouse, folder: Path) -> Path:
    """The case system's record of huddles, or of what they decided, with what the dashboard has in place of its own."""
    (record,) = own.county.glob(f"extracts/huddles/huddles_{what}_*.csv")
    both, (columns, key) = folder / record.name, RECORD_OF[what]
    duckdb.sql(
        f"""
        copy (
            with exported as (from read_csv('{exported}', header = true, all_varchar = true)),
            record as (select {columns} from read_csv('{record}', header = true, all_varchar = true))
            from record where {key} not in (select {key} from exported)
            union all by name from exported
        ) to '{both}' (header)
        """
    )
    return both


def test_the_case_system_gets_what_was_entered_in_its_own_columns_and_may_send_it_back(
    own: Warehouse, tmp_path: Path
) -> None:
    settings = settings_of(own.home)
    Authors(settings, Random(21), TODAY).enter(rounds=2, share=0.2)
    Authors(settings, Random(25), TODAY).meet()
    own.build()
    # What was entered about nobody is nobody's: an invented county stays one.
    serve.check_release(settings, is_dev_login=True)
    before = said(settings, TODAY, events=False)
    out = {what: tmp_path / f"exported_{what}.csv" for what in ("responses", "huddles", "reviews")}
    done = {what: own.here("export-entries", "--what", what, "--out", out[what], "--reason", "Import") for what in out}
    assert {what: each.returncode for what, each in done.items()} == dict.fromkeys(out, 0), done
    events = Journal(settings).events
    of_responses = sum(isinstance(event, ResponseEvent) for event in events)
    assert f"{of_responses:,} events" in done["responses"].stdout and events[-1].event_id in done["responses"].stdout
    assert all(f"{what} in {out[what]}" in done[what].stdout for what in RECORD_OF)
    assert stat.S_IMODE(out["responses"].stat().st_mode) == 0o600
    back = {"responses": [log_with(out["responses"], own, tmp_path)]}
    back["huddles"] = [record_with(out[what], what, own, tmp_path) for what in RECORD_OF]
    for source, files in back.items():
        assert own.here("deliver", *files, "--source", source).returncode == 0
    own.build()
    found = different(before, said(settings, TODAY, events=False))
    # The case system speaks of more huddles now, before the dashboard; what it comes to is the same.
    assert {table for _, table in found} <= {"core.fct_huddle_event", "core.fct_huddle_child_event"}, found
    nothing = own.here(
        "export-entries", "--out", tmp_path / "more.csv", "--after", events[-1].event_id, "--reason", "x"
    )
    assert "Nothing was entered since" in nothing.stdout and not (tmp_path / "more.csv").exists()
    refused = own.here("export-entries", "--what", "reviews", "--after", "E1", "--out", tmp_path / "x", "--reason", "x")
    assert refused.returncode != 0 and "leave --after out" in refused.stdout + refused.stderr
