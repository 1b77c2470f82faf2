"""Everything that dbt builds, from reference data to marts, in the private build file."""

import json
import shutil
from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, dbt_assets
from dagster_dbt.asset_utils import get_asset_check_key_for_test
from duckdb import DuckDBPyConnection

from orchestration import releases
from orchestration.build import data_tests, database, fingerprint, increments, journal
from orchestration.build import dbt as dbt_project
from orchestration.defs.resources import Build
from orchestration.home import progress
from orchestration.home.as_of import as_of
from orchestration.settings import Settings


@dbt_assets(manifest=dbt_project.project().manifest_path, project=dbt_project.project())
def warehouse(context: dg.AssetExecutionContext, dbt: DbtCliResource, build: Build) -> Iterator[Any]:
    """Seeds, models, snapshots and their data tests; unit tests are for development, not for a night."""
    # Asked once: gate and release go by the day that the build notes.
    settings, day, code = build.settings, as_of(context), fingerprint.code()
    previous = releases.in_force(settings)
    with database.connect(settings) as connection:
        saying = journal.begin(settings, connection, day, previous.release_id if previous else None)
        if saying.is_look_back:
            context.log.warning(journal.look_back(settings, day))
        made_anew = [] if increments.may_grow(connection, code) else ["--full-refresh"]
    variables = json.dumps(
        {
            "as_of_date": day.isoformat(),
            "said_at": saying.said_at.isoformat(sep=" "),
            "is_look_back": saying.is_look_back,
        }
    )
    target = settings.build / "dbt"
    shutil.rmtree(target, ignore_errors=True)
    with dbt_project.in_environment(settings):
        invocation = dbt.cli(
            ["build", "--exclude-resource-type", "unit_test", "test", "--vars", variables, *made_anew],
            context=context,
            target_path=target,
        )
    done = 0
    for event in invocation.stream():
        if isinstance(event, (dg.Output, dg.AssetMaterialization)):
            done += 1
            progress.say(f"warehouse: {done} of {len(context.selected_asset_keys)} tables built")
        yield event
    with database.connect(settings) as connection:
        increments.note(connection, code)
        progress.say("warehouse: running the data tests")
        yield from _tested(context, connection, settings)


def _tested(context: dg.AssetExecutionContext, connection: DuckDBPyConnection, settings: Settings) -> Iterator[Any]:
    """A check or an observation for each data test. Raises dg.Failure, once all have run, naming those that failed."""
    project = dbt_project.project()
    manifest = json.loads(project.manifest_path.read_text())
    translator = DagsterDbtTranslator()
    failed = []
    for verdict in data_tests.run(connection, settings):
        passed = verdict.failures == 0
        severity = dg.AssetCheckSeverity.ERROR if verdict.is_blocking else dg.AssetCheckSeverity.WARN
        told = {"failing rows": verdict.failures}
        check = get_asset_check_key_for_test(manifest, translator, verdict.unique_id, project)
        if check and check in context.selected_asset_check_keys:
            yield dg.AssetCheckResult(
                asset_key=check.asset_key, check_name=check.name, passed=passed, severity=severity, metadata=told
            )
        else:
            for model in verdict.models:
                key = translator.get_asset_spec(manifest, model, project).key
                yield dg.AssetObservation(key, description=verdict.name, metadata={**told, "passed": passed})
        if not passed and verdict.is_blocking:
            failed.append(f"{verdict.name} ({verdict.failures} rows)")
    if failed:
        raise dg.Failure(f"{len(failed)} data tests failed: {', '.join(failed)}")
