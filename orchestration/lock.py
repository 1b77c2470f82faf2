"""One writer at a time: whoever builds holds a lock file; the next waits a while, then says who it waited for."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from orchestration.settings import Settings


class BuildBusyError(RuntimeError):
    """Another run holds the build."""


@contextmanager
def build_lock(settings: Settings) -> Iterator[None]:
    """Hold the build for the length of the block.

    The lock is the kernel's, on an open file, so a killed run frees it. Raises BuildBusyError after
    `settings.lock_wait_seconds`.
    """
    settings.build.mkdir(parents=True, exist_ok=True)
    path = settings.build / "lock"
    with path.open("a+") as file:
        deadline = time.monotonic() + settings.lock_wait_seconds
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    file.seek(0)
                    raise BuildBusyError(
                        f"Another run (process {file.read().strip() or 'unknown'}) has held {path} for the "
                        f"{settings.lock_wait_seconds:.0f} s this one waited. Let it end and run again, or set "
                        "EARLYHELP_LOCK_WAIT_SECONDS to wait longer. Nothing was changed."
                    ) from None
                time.sleep(0.1)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)
