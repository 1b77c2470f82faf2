"""Raw tables: what every pending delivery held, after its gate."""

from collections import Counter
from collections.abc import Iterator

import dagster as dg

from expectations.contract.model import raw_columns, sources
from orchestration import deliveries
from orchestration.build import database
from orchestration.deliveries import tool_use
from orchestration.deliveries.landing import source_of
from orchestration.entries import extract
from orchestration.home import as_of, decisions, restrictions
from orchestration.rights import arrivals
from orchestration.settings import Settings

SOURCES = sources()
TABLES = sorted(tuple(name.split("__", 1)) for name in raw_columns())


def gate_name(source: str) -> str:
    return f"{source}_delivery_gate"


def first_table(source: str) -> dg.AssetKey:
    return dg.AssetKey(next(list(key) for key in TABLES if key[0] == source))


@dg.multi_asset(
    specs=[dg.AssetSpec(list(key), group_name="raw", kinds={"duckdb"}) for key in TABLES],
    check_specs=[
        dg.AssetCheckSpec(
            gate_name(source),
            asset=first_table(source),
            blocking=True,
            description="No delivery was rejected. Blocks when nothing else of the run was accepted.",
        )
        for source in SOURCES
    ],
)
def landing(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Archive, read, check and load every file that lies complete in the landing folder, the dashboard's use too."""
    tool_use.deliver_use(settings, as_of.today())
    extract.hand_over(settings, as_of.as_of(context))
    with database.connect(settings) as connection:
        outcomes = deliveries.load(settings, connection, context.run.run_id, screen=arrivals.keep_out)
        decisions.restore(settings, connection)
        restrictions.restore(settings, connection)
    left = Counter(source_of(settings, file) for file in deliveries.discover(settings))
    fresh = [outcome for outcome in outcomes if not outcome.repeated]
    accepted = any(outcome.status != "rejected" for outcome in fresh)
    for key in TABLES:
        yield dg.MaterializeResult(asset_key=list(key))
    for source in SOURCES:
        mine = [outcome for outcome in fresh if outcome.source == source]
        rejected = [outcome for outcome in mine if outcome.status == "rejected"]
        yield dg.AssetCheckResult(
            asset_key=first_table(source),
            check_name=gate_name(source),
            passed=not rejected,
            # A rejected delivery is in quarantine and goes no further by itself. The run stops only when there is
            # nothing else to publish: one school's broken file must not keep the county on old data.
            severity=dg.AssetCheckSeverity.WARN if accepted else dg.AssetCheckSeverity.ERROR,
            metadata={
                "detail": f"{len(rejected)} of {len(mine)} deliveries rejected; their reports say why and what to do",
                "deliveries": len(mine),
                "left_for_the_next_run": left[source],
                "rows_read": sum(outcome.rows_read for outcome in mine),
                "rows_accepted": sum(outcome.rows_accepted for outcome in mine),
                "rows_rejected": sum(outcome.rows_rejected for outcome in mine),
                "by_status": dict(Counter(outcome.status for outcome in mine)),
                "reports": [str(outcome.report_path) for outcome in rejected if outcome.report_path],
            },
        )
