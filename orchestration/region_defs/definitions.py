"""Dagster's way into a region: a partition for each council that is built here, and the region's release above them.

What happens within a council's build is in its own home and its own Dagster: here is whether it was published.
"""

import dagster as dg

from orchestration.home import as_of, modes
from orchestration.jobs import nights
from orchestration.region import council_list, homes, publish
from orchestration.region.handed import LeftOut
from orchestration.settings import Settings


@dg.definitions
def defs() -> dg.Definitions:
    """Raises WrongList or NotBuiltHere where the list is wrong; Dagster's pages show why."""
    modes.keep_to_owner()
    settings = Settings()
    if settings.councils is None:
        raise council_list.WrongList("EARLYHELP_COUNCILS names no list of councils: docs/operators/councils.md.")
    listed = council_list.read(settings.councils)
    here = {entry.code: entry for entry in homes.built_here(listed)}

    @dg.asset(partitions_def=dg.StaticPartitionsDefinition(list(here)), group_name="councils")
    def council(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        """The release of one council, of all that was delivered to it."""
        night = nights.build(here[context.partition_key], as_of.as_of(context))
        metadata: dict[str, dg.RawMetadataValue] = {
            "outcome": night.outcome,
            "seconds": round(night.seconds),
            "printed": str(night.printed),
        }
        if night.outcome == nights.FAILED:
            # What a build printed may name a file that is called by a child: it stays in the council's home.
            raise dg.Failure(f"The build of {context.partition_key} ended with {night.exit_code}.", metadata)
        return dg.MaterializeResult(metadata=metadata)

    @dg.asset(deps=[council], group_name="region")
    def region() -> dg.MaterializeResult[None]:
        """Counts of all councils that can be united, those that hand theirs over among them."""
        outcome = publish.publish(settings, listed)
        left_out = [f"{one.entry.code}: {one.fault}" for one in outcome.looked if isinstance(one, LeftOut)]
        return dg.MaterializeResult(metadata={"release_id": outcome.release.release_id, "left_out": left_out})

    build = dg.define_asset_job("build", selection=[council], executor_def=dg.in_process_executor)
    unite = dg.define_asset_job("unite", selection=[region], executor_def=dg.in_process_executor)

    @dg.schedule(
        job=build,
        cron_schedule="0 2 * * *",
        execution_timezone=as_of.COUNCIL.key,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    def nightly(context: dg.ScheduleEvaluationContext) -> list[dg.RunRequest]:
        """Every night at two each council, one after the other."""
        day = as_of.day_of(context.scheduled_execution_time.timestamp()).isoformat()
        return [dg.RunRequest(f"{day} {code}", partition_key=code, tags={as_of.TAG: day}) for code in here]

    hourly = dg.ScheduleDefinition(
        name="hourly",
        job=unite,
        cron_schedule="30 2-8 * * *",
        execution_timezone=as_of.COUNCIL.key,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="As councils are through: the same releases again are nothing new.",
    )
    return dg.Definitions(assets=[council, region], jobs=[build, unite], schedules=[nightly, hourly])
