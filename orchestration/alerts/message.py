"""The messages: which run, what stopped it, which release is in force, what to do.

They leave the machine, so they are made of what the warehouse itself is called by: names of steps and checks, ids of
runs and releases, times. Messages of errors stay in the log: a cell may stand in them.
"""

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestration import releases
from orchestration.settings import Settings


@dataclass(frozen=True)
class Message:
    """What is sent: a subject of one line, and a text."""

    subject: str
    text: str


def build_failed(settings: Settings, run_id: str, stopped_by: Iterable[str]) -> Message:
    """A build of Dagster failed; `stopped_by` are names of steps and checks."""
    named = (
        "".join(f"  {name}\n" for name in sorted(set(stopped_by)))
        or "  the run itself, before its first step or between two\n"
    )
    return Message(
        "Early Help Warehouse: a build failed",
        f"Run {run_id} published nothing. It was stopped by:\n{named}"
        f"{_in_force(settings)}{_where(settings)}"
        "The reasons stand in Dagster, at that run. Failed builds are tried again three times, then each night.\n",
    )


def overdue(settings: Settings, hours: float, moment: datetime) -> Message | None:
    """That no release was published in the `hours` before `moment` (UTC); None where one was."""
    if published_since(settings, moment - timedelta(hours=hours)):
        return None
    return Message(
        "Early Help Warehouse: nothing was published",
        f"No release was published in the last {hours:g} hours.\n{_in_force(settings)}{_where(settings)}"
        "See `earlyhelp status`, the log logs/last_run.log in the home, and Dagster's runs.\n",
    )


def trial(settings: Settings) -> Message:
    return Message(
        "Early Help Warehouse: a trial", f"Alerts reach you.\n{_in_force(settings)}{_where(settings)}Nothing to do.\n"
    )


def published_since(settings: Settings, moment: datetime) -> bool:
    """Whether the release in force was published at or after `moment` (UTC)."""
    release = releases.in_force(settings)
    return release is not None and _published_at(release) >= moment.replace(tzinfo=None)


def _published_at(release: releases.Release) -> datetime:
    return datetime.fromisoformat(release.manifest["published_at"])


def _in_force(settings: Settings) -> str:
    release = releases.in_force(settings)
    if release is None:
        return "No release is in force yet.\n"
    as_of, at = release.manifest["as_of_date"], _published_at(release)
    return f"Release {release.release_id}, as of {as_of}, published {at:%Y-%m-%d %H:%M} UTC, is in force.\n"


def _where(settings: Settings) -> str:
    return f"Machine: {socket.gethostname()}. Home: {settings.home}.\n"
