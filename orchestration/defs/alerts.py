"""Tells a person at once when a build of Dagster failed; `earlyhelp alert` tells of a night without any."""

import dagster as dg

from orchestration import alerts
from orchestration.alerts.channels import channels
from orchestration.defs.automation import build_job
from orchestration.settings import Settings


@dg.run_failure_sensor(
    monitored_jobs=[build_job], minimum_interval_seconds=30, default_status=dg.DefaultSensorStatus.RUNNING
)
def build_failed(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
    """Sends what stopped a build, by the names of steps and checks, every way that is set."""
    settings = Settings()
    if not channels(settings):
        return dg.SkipReason("Nobody is told: no EARLYHELP_ALERT_… is set.")
    alerts.send(settings, alerts.build_failed(settings, context.dagster_run.run_id, _stopped_by(context)))
    return None


def _stopped_by(context: dg.RunFailureSensorContext) -> list[str]:
    run_id, instance = context.dagster_run.run_id, context.instance
    steps = [event.step_key for event in context.get_step_failure_events() if event.step_key]
    evaluated = instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    checks = [entry.dagster_event.asset_check_evaluation_data for entry in evaluated if entry.dagster_event]
    failed = [
        check.check_name for check in checks if not check.passed and check.severity is dg.AssetCheckSeverity.ERROR
    ]
    return [*(f"step {step}" for step in steps), *(f"check {name}" for name in failed)]
