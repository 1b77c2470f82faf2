"""A dashboard as an operator starts it: processes of their own, that may be killed."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.settings import PROJECT, Settings
from tests.support.visitors import Visitor
from tests.support.warehouse import DAY, KEY, command


def is_served(port: int) -> bool:
    """Whether a process answers."""
    try:
        return Visitor(port).ask("/healthz").text == "ok\n"
    except OSError:
        return False


def children_of(pid: int) -> set[int]:
    """The processes that serve: what a process began."""
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


@contextmanager
def serving(settings: Settings, workers: int) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        command("serve-dashboard", "--dev-login", "--port", str(port), "--workers", str(workers), "--today", DAY),
        cwd=PROJECT,
        env={**os.environ, "EARLYHELP_HOME": str(settings.home), "EARLYHELP_KEY": KEY},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            if is_served(port) and len(children_of(process.pid)) == workers:
                break
            assert process.poll() is None, process.stdout and process.stdout.read()
            time.sleep(0.1)
        yield process, port
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
