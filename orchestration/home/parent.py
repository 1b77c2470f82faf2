"""Ends a process together with the one that started it, so that nothing of a killed run goes on writing."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""Linux: the signal that a process gets when the one that started it ends; see prctl(2)."""


def end_with(parent: int) -> None:
    """Let the kernel kill this process as soon as `parent`, the process that started it, has ended.

    Ends at once, by SystemExit, where `parent` was gone before the kernel was asked.
    """
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent:
        raise SystemExit(f"Process {parent}, which started this one, has ended. Nothing was changed.")
