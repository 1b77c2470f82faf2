"""The job, the nightly schedule, and the sensor that starts a run when files have arrived whole."""

import hashlib
import json

import dagster as dg

from orchestration import as_of, deliveries
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
    tags_fn=lambda context: {as_of.TAG: as_of.day_of(context.scheduled_execution_time.timestamp()).isoformat()},
    description="Every night at two, so that the age of every flag is right in the morning.",
)


@dg.sensor(job=build_job, minimum_interval_seconds=30, default_status=dg.DefaultSensorStatus.STOPPED)
def landed(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Starts a run for files in the landing folder once none has changed since the tick before.

    The run's key is the hash of their contents: the same bytes do not start a second run.
    """
    files = deliveries.discover(Settings())
    seen = {str(path): [path.stat().st_size, path.stat().st_mtime_ns] for path in files}
    before = json.loads(context.cursor or "{}")
    context.update_cursor(json.dumps(seen))
    if not files:
        return dg.SkipReason("Nothing in the landing folder.")
    if seen != before:
        return dg.SkipReason(f"{len(files)} files; waiting until they are complete.")
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    tags = {as_of.TAG: as_of.today().isoformat()}
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=digest.hexdigest(), tags=tags)])
