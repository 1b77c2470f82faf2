"""What is kept of erasures: the list by which an erased child is known again, and what was struck from files.

Under EARLYHELP_HOME/erasures: `list.jsonl` (keyed hashes, which name nobody), `struck.jsonl` (files that were written
anew) and, while an erasure is not finished, `pending.jsonl`.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from orchestration.home import audit, durable, pseudonym_key
from orchestration.home.disclosures import Action
from orchestration.settings import Settings

Hash = tuple[str, str]
"""A kind of identifier and the keyed hash of one."""


@dataclass(frozen=True)
class RewrittenFile:
    """A file written anew without rows: `rows_erased` and `rows_forbidden` of it in all, since it was delivered."""

    sha256: str
    replaced_sha256: str
    delivered_sha256: str
    rows_erased: int
    rows_forbidden: int = 0


@dataclass(frozen=True)
class Pending:
    """An erasure that was begun: of whom, how many children, why, by which action, and since when (UTC, ISO form)."""

    action: Action
    children_count: int
    reason: str
    begun_at: str
    hashes: list[Hash]


def folder_of(settings: Settings) -> Path:
    return settings.home / "erasures"


def kept(settings: Settings) -> list[Path]:
    """The files that a build made again takes over: not the note of an erasure at work, which is this home's own."""
    return [path for name in ("list", "struck") if (path := folder_of(settings) / f"{name}.jsonl").exists()]


def listed(settings: Settings) -> set[Hash]:
    """The keyed hashes by which erased children are known."""
    return {(line["kind"], line["hash"]) for line in audit.read(folder_of(settings) / "list.jsonl")}


class ErasedChildren:
    """The list, asked by a child's key and read anew when it has grown: for whoever asks with every page."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._read: tuple[int, frozenset[str]] = (0, frozenset())

    def __contains__(self, child_durable_key: object) -> bool:
        path = folder_of(self._settings) / "list.jsonl"
        size = path.stat().st_size if path.exists() else 0
        if not size:
            return False
        known = self._read
        if known[0] != size:
            # It is only ever added to. Kept as a whole: other requests look here at the same time.
            known = self._read = (size, frozenset(value for kind, value in listed(self._settings) if kind == "key"))
        return pseudonym_key.erased_child(self._settings, str(child_durable_key)) in known[1]


def add_to_list(settings: Settings, hashes: Iterable[Hash]) -> None:
    """Put hashes on the list for good; those on it already are not written twice."""
    new = sorted(set(hashes) - listed(settings))
    if new:
        audit.append(folder_of(settings) / "list.jsonl", [{"kind": kind, "hash": value} for kind, value in new])


def rewritten_files(settings: Settings) -> dict[str, RewrittenFile]:
    """What was struck, by the sha256 of the file as it is now."""
    return {line["sha256"]: RewrittenFile(**line) for line in audit.read(folder_of(settings) / "struck.jsonl")}


def record_rewritten(settings: Settings, files: Iterable[RewrittenFile]) -> None:
    """Remember what was struck from files, before the old bytes go."""
    known = audit.read(folder_of(settings) / "struck.jsonl")
    if new := [line for line in map(asdict, files) if line not in known]:
        audit.append(folder_of(settings) / "struck.jsonl", new)


def successors(settings: Settings) -> dict[str, str]:
    """For the sha256 of every file that was written anew, that of the file that stands for it now."""
    after = {line["replaced_sha256"]: line["sha256"] for line in audit.read(folder_of(settings) / "struck.jsonl")}
    found = {}
    for sha256 in after:
        last = sha256
        while last in after and after[last] != last:
            last = after[last]
        found[sha256] = last
    return found


def begin(settings: Settings, pending: Pending) -> None:
    """Say that an erasure has begun: from now on nothing is published until it is finished.

    In one step with whom it is of, so that a run cut short here leaves the whole intent or none.
    """
    folder_of(settings).mkdir(parents=True, exist_ok=True, mode=0o700)
    lines = [*_lines(_pending(settings)), asdict(pending)]
    durable.write_text(_pending(settings), "".join(f"{json.dumps(line)}\n" for line in lines))


def pending(settings: Settings) -> list[Pending]:
    """The erasures that were begun and not finished: the next run finishes all of them."""
    return [
        Pending(**line | {"hashes": [(kind, value) for kind, value in line["hashes"]]})
        for line in _lines(_pending(settings))
    ]


def finish(settings: Settings) -> None:
    """Say that all are done."""
    _pending(settings).unlink(missing_ok=True)
    durable.sync(folder_of(settings))


def guard(settings: Settings) -> None:
    """Stop a build while an erasure is not finished: it would publish a child who is half gone. Raises ValueError."""
    if begun := pending(settings):
        raise ValueError(
            f"An erasure was begun at {begun[0].begun_at} UTC and is not finished; nothing is published until it is. "
            "Run `earlyhelp erase --yes`: without a child it finishes what was begun."
        )


def _pending(settings: Settings) -> Path:
    return folder_of(settings) / "pending.jsonl"


def _lines(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
