"""What processes that this one starts are told in their environment: nothing else looks into it or changes it.

Within a process settings are made once and handed down; a process of its own makes them again of what it finds.
"""

import fcntl
import os
from collections.abc import Mapping

from orchestration.home import lock, parent
from orchestration.settings import PROJECT, Settings

PARENT, WRITERS = "EARLYHELP_PARENT", "EARLYHELP_WRITERS"
"""The process that started one, and the file `writers` of the lock, if that one holds the build."""


def project_environment() -> dict[str, str]:
    """For a process that is about the project alone: what this one was told, and where our modules lie."""
    path = os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, PARENT: str(os.getpid()), WRITERS: ""}


def environment(settings: Settings) -> dict[str, str]:
    """For a process that works on a home: every setting, and what it needs to `join` this one."""
    options = settings.model_dump(exclude_none=True, exclude={"limits"})
    variables = {f"EARLYHELP_{name}": value for name, value in options.items()}
    variables |= {f"EARLYHELP_LIMIT_{name}": value for name, value in settings.limits.model_dump().items()}
    writers = str(lock.writers(settings)) if lock.is_held(settings) else ""
    return {
        **project_environment(),
        **{name.upper(): str(value) for name, value in variables.items()},
        WRITERS: writers,
    }


def environment_of(options: Mapping[str, str | None]) -> dict[str, str]:
    """For a process that works on another home: these options, without a key that this process was given by value."""
    mine = {name: value for name, value in project_environment().items() if name not in {*options, "EARLYHELP_KEY"}}
    return mine | {name: value for name, value in options.items() if value is not None}


def work_with(options: Mapping[str, str | None]) -> None:
    """Let this process, and those it starts, find these options in the environment, and none of those that are None."""
    for name, value in options.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def environment_without_key(settings: Settings) -> dict[str, str]:
    """The same, for a process that has no need of the pseudonym key."""
    return {name: value for name, value in environment(settings).items() if not name.startswith("EARLYHELP_KEY")}


def hand_on(settings: Settings, **more: str) -> None:
    """Let processes that a library starts by itself find these settings, and `more`, in their environment."""
    os.environ.update(environment(settings) | more)
    for name in (PARENT, WRITERS):
        del os.environ[name]


def join() -> None:
    """Make this process one of the holder's that started it: it shares the lock, and ends when the holder does."""
    if PARENT not in os.environ:
        return
    if os.environ[WRITERS]:
        # Left open: the lock is given back when this process ends, however it does.
        fcntl.flock(os.open(os.environ[WRITERS], os.O_RDWR | os.O_CREAT, 0o600), fcntl.LOCK_SH)
    # Afterwards, so that a holder that ended before the lock was shared is found gone.
    parent.end_with(int(os.environ[PARENT]))
