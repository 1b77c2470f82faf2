"""A process that hangs is killed and begun anew, as one that dies is."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestration.settings import PROJECT
from tests.support.workers import children_of

SERVES = """
import socket, time, logging
from dashboard import workers

logging.basicConfig()
workers.HUNG_SECONDS = 1.5

def serve(listening, beat):
    while True:
        beat()
        time.sleep(0.1)

workers.run(serve, socket.socket(), 2)
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads processes from /proc")
def test_a_process_that_hangs_is_begun_anew() -> None:
    master = subprocess.Popen([sys.executable, "-c", SERVES], cwd=PROJECT, stderr=subprocess.PIPE, text=True)
    try:
        until = time.monotonic() + 30
        while len(before := children_of(master.pid)) < 2 and time.monotonic() < until:
            time.sleep(0.1)
        time.sleep(3)
        assert children_of(master.pid) == before, "whoever is well goes on"
        hung = min(before)
        os.kill(hung, signal.SIGSTOP)
        while (hung in children_of(master.pid) or len(children_of(master.pid)) < 2) and time.monotonic() < until:
            time.sleep(0.1)
        after = children_of(master.pid)
        assert len(after) == 2 and hung not in after and max(before) in after
    finally:
        master.terminate()
        _, told = master.communicate(timeout=30)
    assert "did not answer" in told
