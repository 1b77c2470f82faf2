"""Several processes that serve one socket, forked from one that has everything imported, so that they share it.

Spawned afresh, each would import and hold the same code once more: a quarter of what the dashboard takes.
"""

import gc
import multiprocessing
import multiprocessing.connection
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkProcess
from types import FrameType

AGAIN_SECONDS = 1
"""One that dies at once is not begun anew more often than this."""
PATIENCE_SECONDS = 15
"""How long those that are told to end may take, before they are killed."""

Serve = Callable[[socket.socket], None]


def run(serve: Serve, listening: socket.socket, workers: int) -> None:
    """Serve by so many processes until a signal ends it; one that dies is begun anew.

    Whoever calls has no thread beside its own: a fork takes none along, nor lets go of what they hold.
    """
    gc.collect()
    # What is collected later would be written to, and so be copied, in each process.
    gc.freeze()
    with _ended() as is_over:
        running = [_begin(serve, listening) for _ in range(workers)]
        while not is_over():
            multiprocessing.connection.wait([one.sentinel for one in running], timeout=AGAIN_SECONDS)
            if not is_over() and (died := [one for one in running if not one.is_alive()]):
                time.sleep(AGAIN_SECONDS)
                running = [one for one in running if one not in died]
                running += [_begin(serve, listening) for _ in died]
        _end(running)


def _begin(serve: Serve, listening: socket.socket) -> ForkProcess:
    worker = multiprocessing.get_context("fork").Process(target=_serve, args=(serve, listening, os.getpid()))
    worker.start()
    return worker


def _serve(serve: Serve, listening: socket.socket, parent: int) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    if os.getppid() == parent:
        serve(listening)


def _end(running: list[ForkProcess]) -> None:
    for worker in running:
        worker.terminate()
    until = time.monotonic() + PATIENCE_SECONDS
    for worker in running:
        worker.join(max(0.0, until - time.monotonic()))
        if worker.is_alive():
            worker.kill()
            worker.join()


@contextmanager
def _ended() -> Iterator[Callable[[], bool]]:
    """Whether a signal has said that it is over."""
    signals: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        signals.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(signals)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        sys.stdout.flush()
