"""Readers of deliveries forked of a process that has imported their code, for tests that load file after file.

A home starts its reader as a program, which imports for half a second; a test that loads one small file waits for
little else. Here the same program is forked, with the arguments, environment and descriptor that it is started with:
a process of its own that reads within limits and may die. What is claimed of its start is tested on a started one.
"""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from orchestration.deliveries import reading
from orchestration.settings import PROJECT

MOST = 1 << 17
"""Bytes of a request: what stands in an environment is the most of it."""


@contextmanager
def used() -> Iterator[None]:
    """Meanwhile whoever loads deliveries in this process gets such a reader."""
    with patch.object(reading, "subprocess", SimpleNamespace(Popen=Forked, DEVNULL=subprocess.DEVNULL)):
        yield


class Forked:
    """A reader, as `reading` holds a process: it ends it and waits for its end."""

    def __init__(
        self, command: Sequence[str], cwd: Path, env: Mapping[str, str], pass_fds: Sequence[int], **_: Any
    ) -> None:
        (descriptor,) = pass_fds
        folder = command[command.index(str(descriptor)) + 1]
        asked = {"folder": folder, "cwd": str(cwd), "env": dict(env)}
        self._ended, held = os.pipe()
        try:
            socket.send_fds(_origin(), [json.dumps(asked).encode()], [descriptor, held])
        finally:
            os.close(held)
        self.pid = int(_origin().recv(MOST))

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> None:
        """Until the last descriptor of the process is closed."""
        os.read(self._ended, 1)
        os.close(self._ended)


@cache
def _origin() -> socket.socket:
    """The connection to the process that all are forked of; it ends when this one does."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        command = [sys.executable, "-m", "tests.support.warm_readers", str(theirs.fileno())]
        process = subprocess.Popen(command, cwd=PROJECT, pass_fds=[theirs.fileno()])
    atexit.register(process.wait)
    atexit.register(ours.close)
    return ours


def _serve(descriptor: int) -> None:
    # What a reader imports: those that are forked have it.
    from orchestration.deliveries.readers import process, steps, xlsx, xml  # noqa: F401

    with socket.socket(fileno=descriptor) as asker:
        while True:
            asked, passed, _, _ = socket.recv_fds(asker, MOST, 2)
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG if asked else 0)[0]:
                    pass
            if not asked:
                return
            pid = os.fork()
            if not pid:
                asker.close()
                _read(json.loads(asked), passed[0], process.main)
            for each in passed:
                os.close(each)
            asker.send(str(pid).encode())


def _read(asked: dict[str, Any], descriptor: int, main: Any) -> None:
    """What the program does from its start to its end, in the process that was forked."""
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    sys.argv = ["process", str(descriptor), asked["folder"], str(os.getppid())]
    code = 1
    try:
        main()
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
