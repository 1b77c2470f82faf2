"""The same pipeline in Dagster: nothing dropped, checks that block, a nightly schedule, a sensor that waits."""

from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.sensor_definition import SensorExecutionData

from expectations.contract.model import sources
from expectations.suites.release import SUITE
from orchestration.definitions import defs
from orchestration.deliveries import intake
from orchestration.settings import PROJECT, Settings


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


def test_right_then_wrong_then_right_are_three_arrivals_for_the_sensor(
    definitions: dg.Definitions, home: Path, tmp_path: Path
) -> None:
    """The third has the bytes of the first; what is being read is no further arrival."""
    sensor = definitions.resolve_sensor_def("landed")
    instance = dg.DagsterInstance.ephemeral()
    cursor: str | None = None
    keys = []

    def tick() -> list[str]:
        nonlocal cursor
        context = dg.build_sensor_context(instance=instance, cursor=cursor, definitions=definitions)
        result = sensor.evaluate_tick(context)
        cursor = result.cursor
        return [request.run_key for request in result.run_requests or ()]

    file = home / "landing/synergy/synergy_pupils_2026-06-19.csv"
    file.parent.mkdir(parents=True)
    for content in ("right", "wrong", "right"):
        file.write_text(content)
        assert tick() == []
        keys += tick()
        (aside,) = intake.take(Settings(), [file])
        tick()
        assert tick() == keys[-1:]
        intake.settle(aside, "0" * 64)
    assert len(set(keys)) == 3


def test_a_file_that_is_held_open_does_not_hold_up_the_sensor(definitions: dg.Definitions, home: Path) -> None:
    sensor = definitions.resolve_sensor_def("landed")
    instance = dg.DagsterInstance.ephemeral()
    folder = home / "landing/synergy"
    folder.mkdir(parents=True)
    with (folder / "synergy_sen_2026-06-19.csv").open("w") as held:
        held.write("half")
        held.flush()
        context = dg.build_sensor_context(instance=instance, definitions=definitions)
        first = sensor.evaluate_tick(context)
        context = dg.build_sensor_context(instance=instance, cursor=first.cursor, definitions=definitions)
        assert "still writing" in sensor.evaluate_tick(context).skip_message
        (folder / "synergy_pupils_2026-06-19.csv").write_text("whole")
        context = dg.build_sensor_context(instance=instance, cursor=first.cursor, definitions=definitions)
        second = sensor.evaluate_tick(context)
        context = dg.build_sensor_context(instance=instance, cursor=second.cursor, definitions=definitions)
        assert len(sensor.evaluate_tick(context).run_requests) == 1


def test_the_sensor_waits_until_files_are_complete_and_asks_for_the_same_bytes_once(
    definitions: dg.Definitions, home: Path
) -> None:
    sensor = definitions.resolve_sensor_def("landed")
    instance = dg.DagsterInstance.ephemeral()

    def tick(cursor: str | None) -> SensorExecutionData:
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


def _failed_build(definitions: dg.Definitions, instance: dg.DagsterInstance) -> str:
    """A real run that fails before its first step: the home has no key that it was built with."""
    result = definitions.get_job_def("build").execute_in_process(instance=instance, raise_on_error=False)
    assert not result.success
    return result.run_id


def test_a_build_that_failed_is_tried_again_later_each_time_and_then_left_to_a_person(
    definitions: dg.Definitions, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sensor = definitions.resolve_sensor_def("again")
    instance = dg.DagsterInstance.ephemeral()
    (home / "build").mkdir()
    (home / "build/key.sha256").write_text("of another key")

    def tick() -> SensorExecutionData:
        return sensor.evaluate_tick(dg.build_sensor_context(instance=instance, definitions=definitions))

    assert tick().skip_message == "The last build did not fail."
    tried = []
    for _ in range(3):
        failed = _failed_build(definitions, instance)
        with monkeypatch.context() as waiting:
            assert "the next try is at" in tick().skip_message
            waiting.setattr("orchestration.defs.retries.WAITS", (timedelta(0),) * 3)
            (asked,) = tick().run_requests
        assert asked.run_key == f"again after {failed}"
        tried.append(asked.run_key)
    assert len(set(tried)) == 3, "each failure has a try of its own"
    _failed_build(definitions, instance)
    assert "a person must look" in tick().skip_message


def test_runs_that_ended_long_ago_are_forgotten(
    definitions: dg.Definitions, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sensor = definitions.resolve_sensor_def("history")
    with dg.DagsterInstance.local_temp() as instance:
        (home / "build").mkdir()
        (home / "build/key.sha256").write_text("of another key")
        run_id = _failed_build(definitions, instance)

        def tick() -> str:
            context = dg.build_sensor_context(instance=instance, definitions=definitions)
            return sensor.evaluate_tick(context).skip_message

        assert tick() == "0 old runs removed."
        assert instance.get_run_by_id(run_id)
        monkeypatch.setattr("orchestration.defs.retries.KEPT", timedelta(0))
        assert tick() == "1 old runs removed."
        assert instance.get_run_by_id(run_id) is None
