"""What another account of this machine can do, shown by a real process of it. Needs root."""

import grp
import subprocess
from pathlib import Path

NOBODY = 65534


def groups() -> list[str]:
    """Groups of this machine that are neither root's nor nobody's."""
    return [group.gr_name for group in grp.getgrall() if group.gr_gid not in (0, NOBODY)]


def run(command: list[str], group: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command as an account that owns nothing and is a member of `group` alone."""
    gid = grp.getgrnam(group).gr_gid
    return subprocess.run(command, user=NOBODY, group=gid, extra_groups=[], cwd="/", capture_output=True)


def readable(folder: Path, group: str) -> set[Path]:
    """The files below a folder that such an account finds and can open."""
    found = run(["find", str(folder), "-type", "f", "-readable"], group).stdout.decode().splitlines()
    return {Path(path) for path in found if run(["cat", path], group).returncode == 0}
