"""The job, the nightly schedule, and the sensor that starts a run when files have arrived whole."""

import hashlib
import json

import dagster as dg

from orchestration import deliveries
from orchestration.deliveries import completeness
from orchestration.home import as_of
from orchestration.settings import Settings

build_job = dg.define_asset_job(
    "build",
    selection=dg.AssetSelection.all(),
    description="Deliveries, gates, dbt, release gate, release.",
    executor_def=dg.in_process_executor,
)

nightly = dg.ScheduleDefinition(
    name="nightly",
    job=build_job,
    cron_schedule="0 2 * * *",
    execution_timezone=as_of.COUNCIL.key,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    tags_fn=lambda context: {as_of.TAG: as_of.day_of(context.scheduled_execution_time.timestamp()).isoformat()},
    description="Every night at two, so that the age of every flag is right in the morning.",
)


@dg.sensor(job=build_job, minimum_interval_seconds=30, default_status=dg.DefaultSensorStatus.RUNNING)
def landed(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Starts a run for files in the landing folder once none has changed since the tick before.

    The run's key is what waits: another file, or the same one written anew, is another arrival and starts another run,
    whatever its bytes. A file that somebody holds open for writing does not hold up the others.
    """
    files = deliveries.discover(Settings())
    waiting = completeness.marks(files)
    # The history of Dagster keeps the cursor, and a file may be called by a child's name.
    seen, before = hashlib.sha256(json.dumps(waiting).encode()).hexdigest(), context.cursor
    context.update_cursor(seen)
    if not waiting:
        return dg.SkipReason("Nothing in the landing folder.")
    if seen != before:
        return dg.SkipReason(f"{len(files)} files; waiting until they are complete.")
    arrived = completeness.marks(completeness.wait(lambda: files, 0).complete)
    if not arrived:
        return dg.SkipReason(f"{len(files)} files; somebody is still writing to them, or they cannot be opened.")
    # Without the path: a file that is taken out of landing to be read is no new arrival.
    key = hashlib.sha256(json.dumps(sorted(arrived.values())).encode()).hexdigest()
    tags = {as_of.TAG: as_of.today().isoformat()}
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=key, tags=tags)])
