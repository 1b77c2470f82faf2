"""Where a run says how far it is: the command line shows it, Dagster logs it, tests ignore it."""

from collections.abc import Callable
from contextvars import ContextVar

Sink = Callable[[str], None]

_sink: ContextVar[Sink | None] = ContextVar("progress_sink", default=None)


def show_on(sink: Sink | None) -> None:
    """From now on, in this process, progress goes to `sink` (a function of one message)."""
    _sink.set(sink)


def say(message: str) -> None:
    """Report progress. Messages name files, models and counts, never a child."""
    sink = _sink.get()
    if sink:
        sink(message)
