"""Whether what a home holds is an invented county, and so nobody's: known of every file by the hash of its bytes.

An invented county lists what it wrote (`synthetic.LISTING`). Whoever delivers from it enters the files that are on the
list, so that a file of a real source, or an invented one that somebody changed, is never taken for one.
"""

from collections.abc import Iterable
from pathlib import Path

from orchestration.home import audit, durable, erasures, provenance
from orchestration.settings import Settings
from synthetic import LISTING

DEEPEST = 3
"""How many folders up a file's county may be: an extract lies in the folder of its source, among the extracts."""


def log_of(settings: Settings) -> Path:
    return settings.home / "invented.jsonl"


def record(settings: Settings, files: Iterable[Path]) -> None:
    """Enter those of some files, as they lie where they were delivered from, that the list of a county names."""
    lists: dict[Path, set[str]] = {}
    found = set()
    for file in files:
        for folder in file.resolve().parents[:DEEPEST]:
            if folder not in lists:
                lists[folder] = _listed(folder / LISTING)
            if lists[folder] and (digest := durable.sha256(file)) in lists[folder]:
                found.add(digest)
    _enter(settings, found)


def pass_on(settings: Settings, delivered: Iterable[str], made: Iterable[Path]) -> None:
    """Enter files that the warehouse itself made, if all that was `delivered`, by sha256, is of an invented county.

    What staff enter, or are shown, about children whom nobody is, is nobody's either.
    """
    if are_all(settings, delivered):
        _enter(settings, map(durable.sha256, made))


def _enter(settings: Settings, digests: Iterable[str]) -> None:
    new = sorted(set(digests) - _recorded(settings))
    if new:
        now, by = provenance.now(), provenance.actor()
        audit.append(log_of(settings), [{"sha256": digest, "delivered_at": now, "delivered_by": by} for digest in new])


def are_all(settings: Settings, files: Iterable[str]) -> bool:
    """Whether files, by sha256, are all of an invented county; of no file nothing shows it.

    A file that was written anew without an erased child is what it was made of.
    """
    anew = erasures.rewritten_files(settings)
    delivered = {anew[digest].delivered_sha256 if digest in anew else digest for digest in files}
    return bool(delivered) and delivered <= _recorded(settings)


def _listed(listing: Path) -> set[str]:
    if not listing.is_file():
        return set()
    return {line.split(maxsplit=1)[0] for line in listing.read_text(encoding="utf-8").splitlines() if line.strip()}


def _recorded(settings: Settings) -> set[str]:
    return {str(line["sha256"]) for line in audit.read(log_of(settings))}
