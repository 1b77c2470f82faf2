"""The process that reads delivered files, one after the other, within limits; `reading` starts it and outlives it.

A file that takes more memory than may be ends it, and nothing else. It has no key, writes into one folder, and says
nothing to anybody but its parent.
"""

import errno
import gc
import json
import os
import re
import resource
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import duckdb

from orchestration.deliveries.archive import Archived
from orchestration.deliveries.candidate import Arrived, Matched, Unmatched
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.deliveries.readers.answer import READY, answer
from orchestration.deliveries.readers.rows import Rows
from orchestration.deliveries.readers.steps import read
from orchestration.home import parent
from orchestration.settings import Limits

OUT_OF_MEMORY = 137


def main() -> None:
    """Answer until the parent closes the connection. Arguments: its descriptor, the folder to write to, the parent."""
    descriptor, folder, parent_id = int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    limits = Limits()
    _confine(limits, parent_id)
    # Rows are millions of small objects that refer to nothing: the collector would walk through them again and again.
    gc.disable()
    gc.freeze()
    with (
        Connection(descriptor) as asker,
        duckdb.connect(
            config={
                "memory_limit": f"{limits.reader_bytes // 2}B",
                "temp_directory": str(folder / "spill"),
                "threads": 2,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        ) as connection,
    ):
        asker.send_bytes(READY)
        while True:
            try:
                asked = json.loads(asker.recv_bytes())
            except EOFError:
                return
            answer = _answer(asked, limits, folder, connection)
            # What a large file took is not all given back: the next one shall have the same room as in a new process.
            has_grown = _most_held() > limits.reader_bytes // 2
            asker.send_bytes(json.dumps(answer | {"has_grown": has_grown}).encode())
            gc.collect()


def _most_held() -> int:
    """The most bytes that this program ever held.

    Linux counts into what getrusage says the memory of whoever started it: beside a large build each file would have
    had a reader of its own.
    """
    with suppress(OSError):
        if peak := re.search(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE):
            return int(peak[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _confine(limits: Limits, parent_id: int) -> None:
    """Give up what a reader of files has no need of; what passes the limits fails, and mostly ends this process."""
    os.umask(0o077)
    # A core would hold children's names.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (limits.reader_bytes, limits.reader_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (4 * limits.file_bytes, 4 * limits.file_bytes))
    parent.end_with(parent_id)
    if sys.platform == "linux":
        # Where the whole machine has too little memory, this process is to go, not the one that has the build open.
        with suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000")


def _answer(
    asked: dict[str, Any], limits: Limits, folder: Path, connection: duckdb.DuckDBPyConnection
) -> dict[str, Any]:
    """What is to be said of one file; {"no_room": …} when the disk is full."""
    path = Path(asked["path"])
    archived = Archived(path, asked["sha256"], asked["bytes"])
    now = datetime.now(UTC).replace(tzinfo=None)
    arrived = Arrived(Path(asked["name"]), archived, asked["source"], 0, now)
    rows = Rows(folder, arrived.delivery_id, limits)
    matched: Matched | None = None
    files: dict[str, Path] = {}
    problem: DeliveryProblem | None = None
    try:
        try:
            for known in read(arrived, limits, folder, connection, rows):
                matched = known
        finally:
            rows.close()
            files = rows.files
    except DeliveryProblem as found:
        problem = found
    except (MemoryError, duckdb.OutOfMemoryException):
        os._exit(OUT_OF_MEMORY)
    except (OSError, duckdb.IOException) as error:
        if _is(error, errno.ENOSPC):
            return {"no_room": str(folder)}
        problem = _too_many_rows() if _is(error, errno.EFBIG) else _unforeseen(error)
    # A reader's panic is no Exception.
    except BaseException as error:
        problem = _unforeseen(error)
    if matched is None:
        assert problem, "what cannot be matched raises"
        return answer(Unmatched(arrived, problem))
    return answer(replace(matched, rows=files, problem=problem))


def _is(error: Exception, number: int) -> bool:
    return getattr(error, "errno", None) == number or os.strerror(number) in str(error)


def _too_many_rows() -> DeliveryProblem:
    return DeliveryProblem("the rows of the file take more room than may be", "Split the file")


def _unforeseen(error: BaseException) -> DeliveryProblem:
    """What nobody foresaw, by its kind alone: its text may quote what it read."""
    return DeliveryProblem(
        f"the file breaks its reader ({type(error).__name__})",
        "Open it in the system it comes from and export it again",
    )


if __name__ == "__main__":
    main()
