"""The data tests that dbt declares and DuckDB runs: a broken claim stops the release, and is told by its name."""

import json
import shutil
import subprocess
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.build import data_tests, database, dbt, warehouse
from orchestration.settings import Settings
from tests.support.warehouse import KEY, Warehouse

BREAK = """
update core.fct_attendance_day set sessions_present = sessions_present + 1, attendance_date_key = 19000101
where rowid = (select min(rowid) from core.fct_attendance_day);
update ops.node_state set inputs = '{}';
"""
"""Rows that no run writes; what the tables were made of is forgotten, so that every claim is asked again."""
BROKEN = {
    "assert_attendance_identities_hold": 1,
    "relationships_fct_attendance_day_attendance_date_key__date_key__ref_dim_date_": 1,
}

TWICE = """
insert into core.fct_huddle by name
select * replace (md5('second') as huddle_key, 'dashboard' as event_source)
from core.fct_huddle where huddle_state <> 'cancelled' limit 1;
insert into core.fct_huddle_child_event by name
select * replace (
    md5(decision.decision_code) as huddle_child_event_key, 'dashboard' as event_source,
    decision.decision_code as decision_code, event_order + 1 as event_order
)
from (select * from core.fct_huddle_child_event where event_kind = 'decided' limit 1) as event
cross join (select decision_code from reference.ref_huddle_decision) as decision
where event.decision_code {alike} decision.decision_code
limit 1;
insert into core.fct_response_event by name
select * replace (
    md5('lost') as response_event_key, 'dashboard' as event_source, 'unknown' as child_durable_key
)
from core.fct_response_event limit 1;
"""
"""A huddle in the case system and on the dashboard, what was decided on a child there in both; an entry of no child."""


@pytest.fixture
def copy(clean: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    shutil.copytree(clean.home, tmp_path / "home", symlinks=True)
    monkeypatch.setenv("EARLYHELP_KEY", KEY)
    return Warehouse(tmp_path / "home", clean.county)


def test_claims_broken_in_a_table_that_grows_stop_the_release_and_are_named(copy: Warehouse) -> None:
    before = copy.release_file.resolve()
    with duckdb.connect(str(copy.home / "build" / "early_help.duckdb")) as connection:
        connection.execute(BREAK)
    done = copy.here("build", "--as-of", "2026-06-27")
    assert done.returncode == 1
    assert f"{len(BROKEN)} data tests failed" in done.stdout + done.stderr
    for name, rows in BROKEN.items():
        assert f"{name} ({rows} rows)" in done.stdout + done.stderr
    assert copy.release_file.resolve() == before


def test_every_data_test_that_dbt_declares_is_run_and_says_what_dbt_says(copy: Warehouse) -> None:
    settings = Settings(home=copy.home)
    with database.connect(settings) as connection:
        connection.execute(BREAK)
        warehouse.prepare(connection, settings, warehouse.Run(date(2026, 6, 26), datetime(2026, 6, 26)))
        verdicts = {verdict.unique_id: verdict for verdict in data_tests.run(connection, settings)}
    assert set(verdicts) == {node["unique_id"] for node in dbt.nodes("test")}
    broken = {name: verdict.failures for name, verdict in verdicts.items() if verdict.failures}
    assert {verdicts[unique_id].name: count for unique_id, count in broken.items()} == BROKEN
    assert broken == _as_dbt_counts(settings, copy.home / "dbt")


def _as_dbt_counts(settings: Settings, target: Path) -> dict[str, int]:
    command = [dbt.EXECUTABLE, "--quiet", "test", "--exclude-resource-type", "unit_test", *dbt.places(target)]
    subprocess.run(command, env=dbt.environment(settings), capture_output=True)
    results = json.loads((target / "run_results.json").read_text())["results"]
    assert len(results) > 600
    return {result["unique_id"]: result["failures"] for result in results if result["failures"]}


@pytest.mark.parametrize("alike, decisions", [("<>", 1), ("=", 0)])
def test_what_case_system_and_dashboard_say_otherwise_is_told_and_stops_nothing(
    copy: Warehouse, alike: str, decisions: int
) -> None:
    settings = Settings(home=copy.home)
    expected = {
        "assert_a_school_has_one_huddle_a_day": 1,
        "assert_case_system_and_dashboard_decide_alike": decisions,
        "assert_every_entry_of_the_dashboard_has_its_child": 1,
    }
    told = _asked_after(settings, TWICE.replace("{alike}", alike), *expected)
    assert {name: one.failures for name, one in told.items()} == expected
    assert not any(one.is_blocking for one in told.values())


def test_a_month_of_another_authority_stops_the_release(copy: Warehouse) -> None:
    claim = "assert_nccis_is_of_one_authority"
    another = """
        update raw.nccis__young_people set database_id = '839'
        where _delivery_id = (select max(_delivery_id) from raw.nccis__young_people);
    """
    told = _asked_after(Settings(home=copy.home), another, claim)[claim]
    assert told.failures == 2 and told.is_blocking


def _asked_after(settings: Settings, change: str, *claims: str) -> dict[str, data_tests.Verdict]:
    """What these claims say after a change by hand: that they held is forgotten, and no other is asked again."""
    ids = [node["unique_id"] for node in dbt.nodes("test") if node["name"] in claims]
    with database.connect(settings) as connection:
        connection.execute(change)
        connection.execute("delete from ops.node_state where unique_id in (select unnest(?::varchar[]))", [ids])
        warehouse.prepare(connection, settings, warehouse.Run(date(2026, 6, 26), datetime(2026, 6, 26)))
        return {one.name: one for one in data_tests.run(connection, settings) if one.name in claims}
