"""Who may read what under the home: the one rule of modes and groups, set as files are made, compared, and mended.

All is its owner's alone. Two kinds of places stand apart where a council names a group. Readers may read the files of
releases that tell of nobody by name; the files of zones and schools hold names and are handed on one by one, so they
stay the owner's. Deliverers may drop files into landing/<source>/, and neither see nor take away what others dropped.
"""

import grp
import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_IMODE

from orchestration.settings import Settings

PUBLISHED = ("manifest.json", "early_help.duckdb", "open", "parquet")
"""What of a release's folder the readers' group may read. Anything else is the owner's until it is listed here."""

OTHERS = 0o077
HIDDEN = "."
"""How the name of a release begins that is not finished, and of a folder in landing that is the warehouse's own."""


@dataclass(frozen=True)
class Rule:
    """The modes of a place: exact where it is for others too, otherwise what it may have at most."""

    folder: int = 0o700
    file: int = 0o600
    group: int | None = None

    @property
    def is_exact(self) -> bool:
        return bool(self.folder & OTHERS)

    def of(self, path: Path) -> int:
        return self.folder if path.is_dir() else self.file


@dataclass(frozen=True)
class Finding:
    """A place that breaks the rule, and how; `remedy` is empty where `mend` will do, `mode` where that is right."""

    path: Path
    fault: str
    remedy: str = ""
    mode: str = ""


PRIVATE = Rule()


def keep_to_owner() -> None:
    """From now on this process, and each that it starts, makes files for its own account alone."""
    os.umask(OTHERS)


def rule(settings: Settings, path: Path) -> Rule:
    """The rule of a place under the home. Raises ValueError when a group that is named does not exist."""
    parts = path.relative_to(settings.home).parts
    if not parts:
        return _of_home(settings)
    is_hidden = any(part.startswith(HIDDEN) for part in parts)
    if parts[0] == settings.landing.name and len(parts) <= 2 and not is_hidden and settings.deliverers_group:
        # 3: what a deliverer drops is of the group, and nobody but its owner and the warehouse may move it away.
        return Rule(folder=0o710 if len(parts) == 1 else 0o3730, group=_gid(settings.deliverers_group))
    is_published = parts[0] == settings.releases.name and not is_hidden
    return _of_release(settings, parts[2:]) if is_published else PRIVATE


def _of_home(settings: Settings) -> Rule:
    groups = {_gid(name) for name in (settings.readers_group, settings.deliverers_group) if name}
    if len(groups) == 1:
        return Rule(folder=0o710, group=groups.pop())
    # A folder has one group: with two, everybody may pass through, to places that are closed to all but these.
    return Rule(folder=0o711) if groups else PRIVATE


def _of_release(settings: Settings, within: tuple[str, ...]) -> Rule:
    """`within` is the path in the release; empty for its own folder and the one of all releases."""
    if not settings.readers_group or (within and within[0] not in PUBLISHED):
        return PRIVATE
    return Rule(folder=0o2750, file=0o640, group=_gid(settings.readers_group))


def _gid(name: str) -> int:
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise ValueError(
            f"There is no group {name} on this machine: make it, or correct EARLYHELP_READERS_GROUP or "
            "EARLYHELP_DELIVERERS_GROUP."
        ) from None


def guard(settings: Settings) -> None:
    """Stop before a run that could not publish. Raises ValueError when the readers' group is not there for us."""
    if settings.readers_group and os.geteuid() != 0 and _gid(settings.readers_group) not in os.getgroups():
        raise ValueError(_not_a_member(settings.readers_group))
    rule(settings, settings.home)


def publish(settings: Settings, draft: Path) -> None:
    """Give the folders and files of a release that is about to be renamed into place the modes of a published one.

    Raises ValueError when the readers' group does not exist, PermissionError when this account is not a member of it.
    """
    for path in _below(draft):
        _set(path, _of_release(settings, path.relative_to(draft).parts))
    if settings.readers_group:
        for path in (settings.releases, settings.home):
            _set(path, rule(settings, path))


def prepare(settings: Settings, sources: list[str]) -> None:
    """Make the home and a landing folder for each source, by the rule; folders that are there are left as they are.

    Raises as `guard` does.
    """
    guard(settings)
    folders = [settings.home, settings.landing, *(settings.landing / source for source in sources)]
    for folder in folders:
        if not folder.exists():
            folder.mkdir(parents=True)
            _set(folder, rule(settings, folder))


def findings(settings: Settings) -> Iterator[Finding]:
    """Every place under the home that breaks the rule. Links are judged by what they lead to, where that lies here."""
    if not settings.home.exists():
        return
    owner = settings.home.stat().st_uid
    for path in _below(settings.home):
        try:
            found = path.lstat()
        except FileNotFoundError:
            continue  # a run that goes on has removed it
        wanted = rule(settings, path)
        if _is_dropped(settings, path):
            # Whoever dropped it chose its mode; its folder keeps all others away until it is taken in.
            if not os.access(path, os.R_OK):
                yield Finding(path, "cannot be read by this account", "let whoever drops files make them readable")
            continue
        if found.st_uid != owner:
            yield Finding(
                path,
                f"belongs to {_account(found.st_uid)}, the home to {_account(owner)}",
                f"chown {_account(owner)}",
            )
        if fault := _fault(S_IMODE(found.st_mode), found.st_gid, wanted, wanted.of(path)):
            yield Finding(path, fault, mode=f"{S_IMODE(found.st_mode):04o} instead of {wanted.of(path):04o}")


def repair(settings: Settings) -> list[Finding]:
    """Set the modes and groups of all places that break the rule; returns what is left, with its remedy."""
    for found in list(findings(settings)):
        if not found.remedy:
            _set(found.path, rule(settings, found.path))
    return list(findings(settings))


def _below(folder: Path) -> Iterator[Path]:
    """A folder and all that lies in it, links left out: their modes say nothing."""
    yield folder
    for root, folders, files in os.walk(folder):
        yield from (path for name in (*folders, *files) if not (path := Path(root, name)).is_symlink())


def _is_dropped(settings: Settings, path: Path) -> bool:
    return path.is_relative_to(settings.landing) and not path.is_dir()


def _fault(mode: int, group: int, wanted: Rule, exact: int) -> str | None:
    if beyond := mode & OTHERS & ~exact:
        return "is open to every account" if beyond & 0o007 else "is open to a group"
    if wanted.group not in (None, group):
        return "is not of the group it is for"
    if wanted.is_exact and mode != exact:
        return "is closed to the group it is for"
    return None


def _set(path: Path, wanted: Rule) -> None:
    mode = S_IMODE(path.lstat().st_mode)
    if wanted.group is not None and path.stat().st_gid != wanted.group:
        try:
            os.chown(path, -1, wanted.group)
        except PermissionError:
            raise PermissionError(f"{path}: {_not_a_member(grp.getgrgid(wanted.group).gr_name)}") from None
    # A file that nobody may write, such as those of the archive, stays so.
    path.chmod(wanted.of(path) if wanted.is_exact else mode & wanted.of(path))


def _not_a_member(group: str) -> str:
    return f"This account is not a member of group {group}: make it one (usermod -aG {group} …) and log in again."


def _account(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
