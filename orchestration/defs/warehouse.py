"""Everything that the dbt project describes, from reference data to marts, in the private build file."""

from collections.abc import Iterator

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets
from dagster_dbt.asset_utils import get_asset_check_key_for_test
from duckdb import DuckDBPyConnection

from orchestration import releases
from orchestration.build import data_tests, database, dbt, fingerprint, increments, journal
from orchestration.build import warehouse as tables
from orchestration.defs.resources import Build
from orchestration.home import progress
from orchestration.home.as_of import as_of
from orchestration.settings import Settings

TRANSLATOR = DagsterDbtTranslator()


@dbt_assets(manifest=dbt.manifest(), project=dbt.project(), dagster_dbt_translator=TRANSLATOR)
def warehouse(context: dg.AssetExecutionContext, build: Build) -> Iterator:
    """Seeds, models, snapshots and their data tests; unit tests are for development, not for a night."""
    # Asked once: gate and release go by the day that the build notes.
    settings, day, code = build.settings, as_of(context), fingerprint.code()
    previous = releases.in_force(settings)
    keys = {node["unique_id"]: TRANSLATOR.get_asset_key(node) for node in dbt.nodes(*tables.KINDS)}
    chosen = [unique_id for unique_id, key in keys.items() if key in context.selected_asset_keys]
    with database.connect(settings) as connection:
        saying = journal.begin(settings, connection, day, previous and previous.release_id)
        if saying.is_look_back:
            context.log.warning(journal.look_back(settings, day))
        run = tables.Run(day, saying.said_at, saying.is_look_back, increments.may_grow(connection, code))
        for done, built in enumerate(tables.build(connection, settings, run, chosen), start=1):
            progress.say(f"warehouse: {done} of {len(chosen)} tables built")
            context.log.info("%s: %s rows, %.2f s", built.name, built.rows, built.seconds)
            yield dg.MaterializeResult(
                keys[built.unique_id], metadata={"rows": built.rows or 0, "seconds": round(built.seconds, 3)}
            )
        increments.note(connection, code)
        progress.say("warehouse: running the data tests")
        yield from _tested(context, connection, settings)


def _tested(context: dg.AssetExecutionContext, connection: DuckDBPyConnection, settings: Settings) -> Iterator:
    """A check or an observation for each data test. Raises dg.Failure, once all have run, naming those that failed."""
    project, manifest = dbt.project(), dbt.manifest()
    failed = []
    for verdict in data_tests.run(connection, settings):
        passed = verdict.failures == 0
        severity = dg.AssetCheckSeverity.ERROR if verdict.is_blocking else dg.AssetCheckSeverity.WARN
        told = {"failing rows": verdict.failures}
        check = get_asset_check_key_for_test(manifest, TRANSLATOR, verdict.unique_id, project)
        if check in context.selected_asset_check_keys:
            yield dg.AssetCheckResult(
                asset_key=check.asset_key, check_name=check.name, passed=passed, severity=severity, metadata=told
            )
        else:
            for model in verdict.models:
                key = TRANSLATOR.get_asset_spec(manifest, model, project).key
                yield dg.AssetObservation(key, description=verdict.name, metadata={**told, "passed": passed})
        if not passed and verdict.is_blocking:
            failed.append(f"{verdict.name} ({verdict.failures} rows)")
    if failed:
        raise dg.Failure(f"{len(failed)} data tests failed: {', '.join(failed)}")
