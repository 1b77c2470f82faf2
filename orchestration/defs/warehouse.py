"""Everything that the dbt project describes, from reference data to marts, in the private build file."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from duckdb import DuckDBPyConnection

from orchestration import releases
from orchestration.build import data_tests, database, dbt, journal
from orchestration.build import warehouse as tables
from orchestration.home import progress
from orchestration.home.as_of import as_of
from orchestration.settings import Settings

KEYS = {node["unique_id"]: dg.AssetKey([node["schema"], node["alias"]]) for node in dbt.nodes(*tables.KINDS)} | {
    unique_id: dg.AssetKey([source["source_name"], source["name"]])
    for unique_id, source in dbt.manifest()["sources"].items()
}
"""The asset of a node by its unique id; of a source, the raw table that landing makes."""


def _assets() -> list[dg.AssetSpec]:
    return [
        dg.AssetSpec(
            KEYS[node["unique_id"]],
            deps=sorted({KEYS[name] for name in node["depends_on"].get("nodes", [])}),
            description=node["description"],
            group_name=node["schema"],
            kinds={"dbt", "duckdb"},
            code_version=node["checksum"]["checksum"],
            metadata={"dagster/column_schema": _columns(node)},
            # Some alone may be asked for by hand.
            skippable=True,
        )
        for node in dbt.nodes(*tables.KINDS)
    ]


def _columns(node: dict[str, Any]) -> dg.TableSchema:
    return dg.TableSchema(
        [
            dg.TableColumn(name, column["data_type"] or "?", description=column["description"])
            for name, column in node["columns"].items()
        ]
    )


def _checks() -> dict[str, dg.AssetCheckSpec]:
    """A check for each data test by its unique id: on the table it is declared with, else on the last it reads."""
    place = {name: number for number, name in enumerate(tables.in_order())}
    checks = {}
    for node in dbt.nodes("test"):
        reads = sorted((name for name in node["depends_on"]["nodes"] if name in place), key=place.__getitem__)
        asset = node.get("attached_node") or reads[-1]
        checks[node["unique_id"]] = dg.AssetCheckSpec(
            node["name"],
            asset=KEYS[asset],
            additional_deps=[KEYS[name] for name in reads if name != asset],
            blocking=data_tests.is_blocking(node),
            description=node["description"] or None,
        )
    return checks


CHECKS = _checks()


@dg.multi_asset(specs=_assets(), check_specs=list(CHECKS.values()), can_subset=True)
def warehouse(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Seeds, models, snapshots and their data tests; unit tests are for development, not for a night."""
    # Asked once: gate and release go by the day that the build notes.
    day = as_of(context)
    previous = releases.in_force(settings)
    chosen = [name for name in tables.in_order() if KEYS[name] in context.selected_asset_keys]
    with database.connect(settings) as connection:
        moment = journal.begin(settings, connection, day, previous.release_id if previous else None)
        if moment.is_look_back:
            context.log.warning(journal.look_back(settings, day))
        run = tables.Run(day, moment.said_at, moment.is_look_back)
        for done, built in enumerate(tables.build(connection, settings, run, chosen), start=1):
            progress.say(f"warehouse: {done} of {len(chosen)} tables built")
            metadata = {
                "rows": built.rows,
                "seconds": round(built.seconds, 3),
                "made anew for": ", ".join(built.reasons) or "nothing: it is as it would become",
            }
            yield dg.MaterializeResult(asset_key=KEYS[built.unique_id], metadata=metadata)
        progress.say("warehouse: running the data tests")
        yield from _tested(context, connection, settings)


def _tested(
    context: dg.AssetExecutionContext, connection: DuckDBPyConnection, settings: Settings
) -> Iterator[dg.AssetCheckResult]:
    """A check for each data test. Raises dg.Failure, once all have run, naming those that failed."""
    failed = []
    for verdict in data_tests.run(connection, settings):
        check = CHECKS[verdict.unique_id]
        if check.key in context.selected_asset_check_keys:
            yield dg.AssetCheckResult(
                asset_key=check.asset_key,
                check_name=check.name,
                passed=verdict.failures == 0,
                severity=dg.AssetCheckSeverity.ERROR if verdict.is_blocking else dg.AssetCheckSeverity.WARN,
                metadata={"failing rows": verdict.failures},
            )
        if verdict.failures and verdict.is_blocking:
            failed.append(f"{verdict.name} ({verdict.failures} rows), see {verdict.path}")
    if failed:
        raise dg.Failure(f"{len(failed)} data tests failed: {'; '.join(failed)}")
