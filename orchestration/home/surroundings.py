"""What surrounds a home and decides whether it is safe: the folders above it, its key file, the disk it lies on."""

import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE, S_ISVTX, S_IWOTH

from orchestration.home.modes import OTHERS, Finding
from orchestration.settings import Settings

BLOCK_DEVICES = Path("/sys/dev/block")


def findings(settings: Settings) -> Iterator[Finding]:
    """What lies outside the home and lets others at its data, each with its remedy."""
    yield from _folders_above(settings.home)
    if settings.key is None and settings.pseudonym_key_file.exists():
        yield from _key_file(settings)


def _folders_above(path: Path) -> Iterator[Finding]:
    for folder in path.parents:
        # Where the sticky bit stands, as on /tmp, nobody can put another folder in the place of this one.
        if folder.exists() and (mode := folder.stat().st_mode) & S_IWOTH and not mode & S_ISVTX:
            yield Finding(folder, f"lets every account put something else in the place of {path}", "chmod o-w")


def _key_file(settings: Settings) -> Iterator[Finding]:
    path = settings.pseudonym_key_file
    found = path.stat()
    if path.resolve().is_relative_to(settings.home):
        yield Finding(path, "lies inside the home: whoever has the data has the key", "move it, set EARLYHELP_KEY_FILE")
    if S_IMODE(found.st_mode) & OTHERS:
        yield Finding(
            path, f"holds the pseudonym key and is open to others ({S_IMODE(found.st_mode):04o})", "chmod 600"
        )
    if found.st_uid not in (os.geteuid(), 0):
        yield Finding(path, "holds the pseudonym key and belongs to another account", "chown it to this account")
    yield from _folders_above(path.resolve())


def is_encrypted(settings: Settings) -> bool:
    """Whether the machine's list of disks shows that the home lies on an encrypted one (dm-crypt, at any depth).

    A disk that encrypts itself, or one encrypted below a virtual machine, shows nothing.
    """
    home = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    device = home.stat().st_dev
    return _is_crypt(BLOCK_DEVICES / f"{os.major(device)}:{os.minor(device)}")


def _is_crypt(device: Path) -> bool:
    kind = device / "dm" / "uuid"
    if kind.exists() and kind.read_text().startswith("CRYPT-"):
        return True
    return any(map(_is_crypt, (device / "slaves").glob("*")))
