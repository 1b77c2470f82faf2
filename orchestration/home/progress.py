"""Where a run says how far it is: the command line shows it, and who does not ask hears nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Sink = Callable[[str], None]

_sink: ContextVar[Sink | None] = ContextVar("progress_sink", default=None)


@contextmanager
def shown_on(sink: Sink) -> Iterator[None]:
    """Let progress go to `sink` (a function of one message) for the length of the block."""
    before = _sink.set(sink)
    try:
        yield
    finally:
        _sink.reset(before)


def say(message: str) -> None:
    """Report progress. Messages name files, models and counts, never a child."""
    sink = _sink.get()
    if sink:
        sink(message)
