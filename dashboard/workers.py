"""Several processes that serve one socket, forked from one that has everything imported, so that they share it.

Spawned afresh, each would import and hold the same code once more: a quarter of what the dashboard takes.
"""

import asyncio
import gc
import logging
import multiprocessing
import multiprocessing.connection
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkProcess
from multiprocessing.sharedctypes import Synchronized
from types import FrameType

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

log = logging.getLogger(__name__)

AGAIN_SECONDS = 1
"""One that dies at once is not begun anew more often than this."""
PATIENCE_SECONDS = 15
"""How long those that are told to end may take, before they are killed."""
BEAT_SECONDS = 5
HUNG_SECONDS = 60
"""How often a process says that it is well; one that has not for so long, longer than any page takes, is killed."""

Beat = Callable[[], None]
Serve = Callable[[socket.socket, Beat], None]


@dataclass(frozen=True)
class _Worker:
    """A process, and the moment at which it last said that it was well, in seconds of the system's steady clock."""

    process: ForkProcess
    well_at: "Synchronized[float]"

    @property
    def is_alive(self) -> bool:
        return self.process.is_alive()

    @property
    def is_hung(self) -> bool:
        return time.monotonic() - self.well_at.value > HUNG_SECONDS


def run(serve: Serve, listening: socket.socket, workers: int) -> None:
    """Serve by so many processes until a signal ends it; one that dies is begun anew, and one that hangs is killed.

    `serve` calls the second of what it is given every now and then, as long as it answers. Whoever calls has no thread
    beside its own: a fork takes none along, nor lets go of what they hold.
    """
    gc.collect()
    # What is collected later would be written to, and so be copied, in each process.
    gc.freeze()
    with _ended() as is_over:
        running = [_begin(serve, listening) for _ in range(workers)]
        while not is_over():
            multiprocessing.connection.wait([one.process.sentinel for one in running], timeout=AGAIN_SECONDS)
            for hung in (one for one in running if one.is_alive and one.is_hung):
                log.error("a process that serves did not answer for %d seconds: it is begun anew", HUNG_SECONDS)
                hung.process.kill()
                hung.process.join()
            if not is_over() and (died := [one for one in running if not one.is_alive]):
                time.sleep(AGAIN_SECONDS)
                running = [one for one in running if one not in died]
                running += [_begin(serve, listening) for _ in died]
        _end(running)


def _begin(serve: Serve, listening: socket.socket) -> _Worker:
    context = multiprocessing.get_context("fork")
    well_at = context.Value("d", time.monotonic())
    process = context.Process(target=_serve, args=(serve, listening, well_at, os.getpid()))
    process.start()
    return _Worker(process, well_at)


def _serve(serve: Serve, listening: socket.socket, well_at: "Synchronized[float]", parent: int) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)

    def beat() -> None:
        well_at.value = time.monotonic()

    if os.getppid() == parent:
        serve(listening, beat)


def _end(running: list[_Worker]) -> None:
    for worker in running:
        worker.process.terminate()
    until = time.monotonic() + PATIENCE_SECONDS
    for worker in running:
        worker.process.join(max(0.0, until - time.monotonic()))
        if worker.is_alive:
            worker.process.kill()
            worker.process.join()


class Beating:
    """An application that says, by a thread of those that answer, that there is one: as long as it is served."""

    def __init__(self, app: ASGIApp, beat: Beat) -> None:
        self._app, self._beat = app, beat

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return
        beating = asyncio.create_task(self._go_on())
        try:
            await self._app(scope, receive, send)
        finally:
            beating.cancel()

    async def _go_on(self) -> None:
        while True:
            await run_in_threadpool(self._beat)
            await asyncio.sleep(BEAT_SECONDS)


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
