"""How the memory of a process that serves is kept at hand for the next statement.

DuckDB makes room for 2,048 values of each column in each step of a statement, some 32 KiB, and lets go of it when the
step is done: a page of a few rows does so thousands of times. What its own allocator and the system's keep for each
thread by default is too small for that, and both read what they keep when a process begins.
"""

import os
import sys

COMMAND = "serve-dashboard"
KEPT = {
    "DUCKDB_JE_MALLOC_CONF": "tcache_max:65536,tcache_nslots_large:512,lg_tcache_nslots_mul:3,"
    "tcache_gc_incr_bytes:67108864",
    "GLIBC_TUNABLES": "glibc.malloc.tcache_count=500:glibc.malloc.tcache_max=32768",
}
"""By the variable that each reads. Whoever has set one of them meant it. Other systems read neither."""


def begin_again() -> None:
    """Begin the command of this process anew, in the same process, unless it has begun with what is KEPT."""
    if COMMAND in sys.orig_argv and not all(name in os.environ for name in KEPT):
        sys.stdout.flush()
        os.execve(sys.executable, sys.orig_argv, KEPT | os.environ)
