"""The release gate and the release: what stands between a build and its readers."""

from collections.abc import Iterator

import dagster as dg

from expectations import gate
from expectations.suites.release import SUITE
from orchestration import releases
from orchestration.build import database, journal
from orchestration.defs.warehouse import warehouse
from orchestration.deliveries.quarantine import record_checks
from orchestration.home import progress
from orchestration.releases import accepted_changes
from orchestration.settings import Settings

# The release gate judges the whole build; Dagster wants a check to hang on one asset, and this one is the last of all.
DASHBOARD = dg.AssetKey(["mart", "mart_zone_dashboard"])


@dg.multi_asset_check(
    specs=[
        dg.AssetCheckSpec(rule.name, asset=DASHBOARD, blocking=True, description=rule.description)
        for rule in SUITE.rules
    ]
)
def release_gate(
    context: dg.AssetCheckExecutionContext, settings: dg.ResourceParam[Settings]
) -> Iterator[dg.AssetCheckResult]:
    """Great Expectations decides whether this build may be published."""
    progress.say("release gate")
    previous = releases.in_force(settings)
    with database.connect(settings) as connection:
        if previous:
            releases.attach(connection, settings, previous, gate.BEFORE)
        accepted = accepted_changes.of_release(settings, previous.release_id if previous else None)
        results = gate.check_release(connection, context.run.run_id, journal.day_of_build(connection), accepted)
        record_checks(connection, results)
    for result in results:
        yield dg.AssetCheckResult(
            asset_key=DASHBOARD,
            check_name=result.rule,
            passed=result.outcome == "pass",
            severity=dg.AssetCheckSeverity.ERROR if result.is_blocking else dg.AssetCheckSeverity.WARN,
            metadata={"observed": result.observed, "expected": result.expected, "detail": result.detail or ""},
        )


@dg.asset(deps=[warehouse], kinds={"duckdb"}, group_name="release")
def release(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[None]:
    """One audited generation, switched in atomically; the release gate has passed."""
    progress.say("release")
    with database.connect(settings) as connection:
        day = journal.day_of_build(connection)
    published = releases.publish(settings, day, context.run.run_id)
    return dg.MaterializeResult(
        metadata={
            "release_id": published.release_id,
            "file": dg.MetadataValue.path(str(published.file)),
            "bytes": published.manifest["files"][published.file.name]["bytes"],
            "rows": sum(published.manifest["rows"].values()),
        }
    )
