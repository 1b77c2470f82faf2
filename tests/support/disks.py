"""Small file systems that a test mounts for real, to fill them or to take away the right to write."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Disk:
    """A mounted file system of its own."""

    folder: Path

    def fill(self, leave: int = 0) -> None:
        """Leave so many bytes free, to the next page."""
        self.free()
        room = shutil.disk_usage(self.folder).free - leave
        if room > 0:
            with self._filler.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, room)

    def free(self) -> None:
        self._filler.unlink(missing_ok=True)

    def take_away_writing(self) -> None:
        subprocess.run(["mount", "-o", "remount,ro", self.folder], check=True)

    @property
    def _filler(self) -> Path:
        return self.folder / "filler"


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[Disk]:
    """A new file system in memory on `folder`; the test is skipped where it may not mount one."""
    folder.mkdir()
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("needs the right to mount a small file system")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("this machine does not let a test mount a small file system")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", folder], check=True)
