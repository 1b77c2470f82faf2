"""Several processes serve one home: one log, one session wherever it comes, and one that is killed is begun anew."""

import http.client
import os
import re
import signal
import threading
import time
from pathlib import Path

import pytest

from dashboard import allocators
from orchestration.home import audit, page_views
from orchestration.settings import Settings
from tests.support.visitors import Visitor
from tests.support.workers import children_of, serving

READERS = 6
PAGES = 15


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads processes from /proc")
def test_two_processes_keep_one_log_and_one_that_is_killed_comes_back(own: Settings) -> None:
    with serving(own, 2) as (process, port):
        told = Path(f"/proc/{process.pid}/environ").read_text().split("\0")
        # What glibc reads of it, it takes apart in place.
        assert allocators.KEPT.keys() <= {one.partition("=")[0] for one in told}
        users = re.findall(r'name="user_key" value="([0-9a-f]+)"', Visitor(port).get("/sign-in").text)
        visitors = []
        for user in users:
            visitor = Visitor(port)
            assert visitor.sign_in(user).status == 303
            if visitor.get("/county").status == 200:
                visitors.append(visitor)
        assert len(visitors) >= READERS
        shown, failed = [len(visitors)], []

        def read(visitor: Visitor) -> None:
            for _ in range(PAGES):
                try:
                    status = visitor.ask("/county").status
                except (OSError, http.client.HTTPException) as problem:
                    # Whoever was being answered by the process that was killed asks again.
                    failed.append(type(problem).__name__)
                    continue
                assert status == 200
                shown[0] += 1

        readers = [threading.Thread(target=read, args=(visitor,)) for visitor in visitors[:READERS]]
        for reader in readers:
            reader.start()
        time.sleep(0.5)
        before = children_of(process.pid)
        os.kill(min(before), signal.SIGKILL)
        for reader in readers:
            reader.join()
        until = time.monotonic() + 60
        while len(after := children_of(process.pid)) < 2 and time.monotonic() < until:
            time.sleep(0.2)
        assert len(after) == 2 and max(before) in after and min(before) not in after
        assert shown[0] > READERS * PAGES / 2
        for visitor in visitors:
            assert visitor.ask("/why").status == 200, "signed in with the one is signed in with the other"
    log = page_views.log_of(own)
    views = audit.read(log)
    assert list(audit.breaks(log)) == []
    # Each page that was sent has its line; of one that was on its way to the killed process there may be a line more.
    assert shown[0] <= len(views) <= shown[0] + len(failed)
