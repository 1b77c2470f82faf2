"""How the memory of a process that serves is kept at hand for the next statement.

DuckDB makes room for 2,048 values of each column in each step of a statement, some 32 KiB, and lets go of it when the
step is done: a page of a few rows does so thousands of times. What the system's allocator keeps for each thread by
default is too small for that. And both it and DuckDB's share memory out among arenas, each of which keeps what went
through it: pages come from another thread each time, so after a while every arena holds as much as all of them need.
One of each is enough for the few threads that answer at once. Both read this when a process begins.
"""

import os
import sys

COMMAND = "serve-dashboard"
KEPT = {
    "DUCKDB_JE_MALLOC_CONF": "narenas:1,dirty_decay_ms:500,muzzy_decay_ms:0",
    "GLIBC_TUNABLES": "glibc.malloc.arena_max=1:glibc.malloc.tcache_count=500:glibc.malloc.tcache_max=32768",
}
"""By the variable that each reads. Whoever has set one of them meant it. Other systems read neither."""


def begin_again() -> None:
    """Begin the command of this process anew, in the same process, unless it has begun with what is KEPT."""
    if COMMAND in sys.orig_argv and not all(name in os.environ for name in KEPT):
        sys.stdout.flush()
        os.execve(sys.executable, sys.orig_argv, KEPT | os.environ)
