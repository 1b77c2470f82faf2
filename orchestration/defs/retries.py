"""A build that failed is tried again, later each time; and runs that ended long ago are forgotten."""

from datetime import UTC, datetime, timedelta

import dagster as dg

from orchestration.defs.automation import build_job

WAITS = (timedelta(minutes=5), timedelta(minutes=20), timedelta(minutes=60))
"""How long after its end a build that failed is tried again: the first time, the second, the third and last."""

KEPT = timedelta(days=90)
FEW = 50
"""So many old runs are removed at a time: each removal takes its own transaction."""


@dg.sensor(job=build_job, minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.RUNNING)
def again(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Starts the build once more when the last one failed, whatever had started it.

    What it was to take in is then in landing still, or archived already: either way a build takes it up. The run's key
    names the run that failed, so each failure has one successor.
    """
    records = context.instance.get_run_records(dg.RunsFilter(job_name=build_job.name), limit=len(WAITS) + 1)
    failed = 0
    for record in records:
        if record.dagster_run.status is not dg.DagsterRunStatus.FAILURE:
            break
        failed += 1
    if not failed:
        return dg.SkipReason("The last build did not fail.")
    if failed > len(WAITS):
        return dg.SkipReason(f"{failed} builds failed one after the other: a person must look. The night tries anew.")
    last = records[0]
    due = datetime.fromtimestamp(last.end_time or last.update_timestamp.timestamp(), UTC) + WAITS[failed - 1]
    if datetime.now(UTC) < due:
        return dg.SkipReason(f"Build {last.dagster_run.run_id} failed; the next try is at {due:%H:%M} UTC.")
    return dg.RunRequest(run_key=f"again after {last.dagster_run.run_id}")


@dg.sensor(minimum_interval_seconds=3600, default_status=dg.DefaultSensorStatus.RUNNING, job=build_job)
def history(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Removes runs, with all they logged, that ended more than 90 days ago; never starts one."""
    ended = dg.RunsFilter(
        statuses=[dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED],
        updated_before=datetime.now(UTC) - KEPT,
    )
    old = context.instance.get_run_records(ended, limit=FEW)
    for record in old:
        run_id = record.dagster_run.run_id
        context.instance.compute_log_manager.delete_logs(prefix=[run_id])
        context.instance.delete_run(run_id)
    return dg.SkipReason(f"{len(old)} old runs removed.")
