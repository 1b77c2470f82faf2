"""One run of the build job in this process, as the command line starts it."""

import gc
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.imports import great_expectations
from orchestration import deliveries, releases
from orchestration.build import database, fingerprint
from orchestration.home import disk, erasures, logs, progress
from orchestration.home.as_of import ALLOW_FUTURE_TAG, TAG
from orchestration.home.lock import build_lock
from orchestration.releases import keys
from orchestration.rights import arrivals
from orchestration.settings import Settings

if TYPE_CHECKING:
    from dagster import DagsterInstance, ExecuteInProcessResult
    from dagster_shared.error import SerializableErrorInfo


@dataclass(frozen=True)
class Outcome:
    """How a run ended: what it published (or None), where its log lies, what stopped it (empty if nothing did)."""

    run_id: str
    published: releases.Release | None
    log: Path
    stopped_by: list[str]


def is_current(settings: Settings, as_of: date, pending: int) -> bool:
    """Whether a run would change nothing: no file waits; the release has this day, code, deliveries and decisions.

    And its files have the newest keys, and no erasure is half done.
    """
    release = releases.in_force(settings)
    return (
        not pending
        and not erasures.pending(settings)
        and release is not None
        and release.manifest["as_of_date"] == as_of.isoformat()
        and release.manifest["code_sha256"] == fingerprint.code()
        and release.manifest["inputs_sha256"] == fingerprint.inputs(settings)
        and all(
            entry["key_id"] in (None, keys.newest(settings, entry["audience"]))
            for entry in release.manifest["files"].values()
        )
    )


def take_known(settings: Settings) -> str | None:
    """Take in what waits if all of it stands already; returns the id of the run that did, or None."""
    run_id = str(uuid.uuid4())
    if not settings.build_file.exists():
        return None
    with database.connect(settings) as connection:
        return run_id if deliveries.load_known(settings, connection, run_id, arrivals.keep_out) else None


def run(settings: Settings, as_of: date) -> Outcome:
    """Run landing, gates, dbt, release gate and release; the log of Dagster and dbt goes to a file under the home.

    Whoever calls has seen to it that a day after today is meant.
    """
    run_id = str(uuid.uuid4())
    with build_lock(settings), logs.of_run(settings, run_id) as log:
        before = releases.in_force(settings)
        progress.say("starting")
        # Imported here: they take seconds, and --help should not wait for them.
        with _nothing_to_collect():
            # For the gates.
            great_expectations()

            from orchestration import definitions
            from orchestration.defs.resources import settings_under_lock

            job = definitions.defs().get_job_def("build")

        with _without_history() as instance, _outputs_gathered_once():
            result = job.execute_in_process(
                instance=instance,
                run_id=run_id,
                resources={"settings": settings_under_lock(lambda: settings)},
                tags={TAG: as_of.isoformat(), ALLOW_FUTURE_TAG: "yes"},
                raise_on_error=False,
            )
            stopped_by = list(_failures(settings, result))
        after = releases.in_force(settings)
    is_new = after is not None and (before is None or after.release_id != before.release_id)
    return Outcome(run_id, after if is_new else None, log, stopped_by)


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """Do not look for garbage among what is imported: it stays, and the collector walks through it again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def _without_history() -> Iterator["DagsterInstance"]:
    """An instance that keeps no events and asks for none: ops.* keeps what a run did, the result has its events.

    Runs of the schedule and the sensor have their history in DAGSTER_HOME; Dagster writes each event by itself, 13 s
    for those of a hamlet on disk, and asks for those before of each table and of each claim.
    """
    from dagster import DagsterInstance, EventRecordsResult

    with DagsterInstance.ephemeral() as instance:
        storage: Any = instance.event_log_storage
        storage.store_event = lambda event: None
        storage.get_asset_records = lambda asset_keys=None: []
        storage.fetch_observations = lambda *asked, **limits: EventRecordsResult([], cursor="", has_more=False)
        yield instance


@contextmanager
def _outputs_gathered_once() -> Iterator[None]:
    """Have Dagster gather the tables of a step once: it does for each table anew, among the outputs of all claims too.

    What a step has is settled before it begins.
    """
    from dagster._core.execution.context.system import StepExecutionContext

    context: Any = StepExecutionContext
    gathered = context.get_output_asset_keys
    context.get_output_asset_keys = cache(gathered)
    try:
        yield
    finally:
        context.get_output_asset_keys = gathered


def _failures(settings: Settings, result: "ExecuteInProcessResult") -> Iterator[str]:
    from dagster._core.events import EngineEventData
    from dagster._core.execution.plan.objects import StepFailureData

    for event in result.all_events:
        # A resource that cannot be had (the lock, the key) fails the run before its first step.
        data = event.event_specific_data if event.is_step_failure or event.is_resource_init_failure else None
        if isinstance(data, StepFailureData | EngineEventData) and (error := data.error):
            cause = cause_of(settings, error)
            if cause is None:
                continue  # the check itself is told below
            yield f"{event.step_key}: {cause}" if event.step_key else cause
    for evaluation in result.get_asset_check_evaluations():
        if not evaluation.passed and evaluation.severity.value == "ERROR":
            detail = evaluation.metadata.get("detail")
            yield f"check {evaluation.check_name}" + (f": {detail.value}" if detail and detail.value else "")


def cause_of(settings: Settings, error: "SerializableErrorInfo") -> str | None:
    """What stopped a step, without what Dagster wraps around it; None for a check that failed.

    Whoever raised an error from another named the table or the test that it happened to: theirs is the word. What to do
    about a full disk or a damaged build is read of the first error.
    """
    while error.cause and (error.cls_name or "").startswith("Dagster"):
        error = error.cause
    first = error
    while first.cause:
        first = first.cause
    if first.cls_name == "DagsterAssetCheckFailedError":
        return None
    explained = disk.explained(settings, first.message) or database.damage(settings, first.message)
    return explained or re.sub(r"^[\w.]*\b(Failure|BuildError): ", "", error.message.strip())
