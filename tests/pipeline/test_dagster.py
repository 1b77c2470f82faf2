"""The same pipeline in Dagster: nothing dropped, checks that block, a nightly schedule, a sensor that waits."""

from pathlib import Path

import dagster as dg
import pytest

from expectations.contract import sources
from expectations.suites.release import SUITE
from orchestration.definitions import defs
from orchestration.settings import PROJECT


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return defs()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EARLYHELP_HOME", str(tmp_path))
    monkeypatch.setenv("EARLYHELP_KEY", "k" * 64)
    return tmp_path


def test_every_raw_table_every_model_and_the_release_are_assets(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    keys = {"/".join(key.path) for key in graph.get_all_asset_keys()}
    models = {path.stem for path in (PROJECT / "models").rglob("*.sql")}
    assert models
    assert models <= {key.split("/")[-1] for key in keys}
    assert "release" in keys
    assert {"synergy/pupils", "school_census/pupils", "family_matters/members", "attainment/ks2"} <= keys


def test_each_source_has_a_gate_and_the_release_gate_blocks(definitions: dg.Definitions) -> None:
    checks = {
        key.name: definitions.resolve_asset_graph().get(key)
        for key in definitions.resolve_asset_graph().asset_check_keys
    }
    gates = {name for name in checks if name.endswith("_delivery_gate")}
    assert gates == {f"{source}_delivery_gate" for source in sources()}
    assert all(checks[name].blocking for name in gates)
    assert all(checks[rule.name].blocking for rule in SUITE.rules)


def test_raw_tables_feed_staging_and_staging_feeds_marts(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    dashboard = next(key for key in graph.get_all_asset_keys() if key.path[-1] == "mart_zone_dashboard")
    upstream = {"/".join(key.path) for key in graph.get_ancestor_asset_keys(dashboard)}
    assert {"synergy/enrolments", "school_census/sessions"} <= upstream


def test_the_release_waits_for_every_model_and_for_the_release_gate(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    models = {path.stem for path in (PROJECT / "models").rglob("*.sql")}
    upstream = graph.get_ancestor_asset_keys(dg.AssetKey("release"))
    assert models <= {key.path[-1] for key in upstream}
    judged = {key.asset_key for key in graph.asset_check_keys if key.name in {rule.name for rule in SUITE.rules}}
    assert len(judged) == 1
    assert judged <= graph.get(dg.AssetKey("release")).parent_keys


def test_the_job_runs_every_night(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("nightly")
    assert schedule.cron_schedule == "0 2 * * *"
    assert schedule.job_name == "build"


def test_the_sensor_waits_until_files_are_complete_and_asks_for_the_same_bytes_once(
    definitions: dg.Definitions, home: Path
) -> None:
    sensor = definitions.resolve_sensor_def("landed")
    instance = dg.DagsterInstance.ephemeral()

    def tick(cursor: str | None):
        context = dg.build_sensor_context(instance=instance, cursor=cursor, definitions=definitions)
        return sensor.evaluate_tick(context)

    assert tick(None).skip_message == "Nothing in the landing folder."
    file = home / "landing/synergy/synergy_pupils_2026-06-19.csv"
    file.parent.mkdir(parents=True)
    file.write_text("half a fi")
    first = tick(None)
    assert not first.run_requests
    file.write_text("half a file, now whole")
    second = tick(first.cursor)
    assert not second.run_requests, "the file changed since the tick before"
    third = tick(second.cursor)
    assert len(third.run_requests) == 1
    assert tick(third.cursor).run_requests[0].run_key == third.run_requests[0].run_key
    assert third.cursor and "landing" not in third.cursor, "a file's name may be a child's"
