"""Logs that are only ever added to, their lines chained by hash: what was edited, dropped, inserted or moved is found.

A line is a JSON object whose last field, `chain`, is the sha256 of the line before's chain and of the rest of the line.
The first chained line follows the sha256 of all bytes that stand before it: of none in a new log; in a log from before
there were chains, of its lines, which from then on cannot be changed either. What no chain can show, that its tail or
the whole of it is gone, is found by its head: the manifest of every release names that of each log (`heads`).

An append is whole on the disk, or nothing of it is. What a process that died there, or a power cut, left of a last line
is never taken for an entry: whoever opens the log next sets it aside, in `<log>.torn-<n>`, and says so.
"""

import fcntl
import hashlib
import itertools
import json
import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from orchestration.home import durable, provenance
from orchestration.settings import Settings

LOGS = (
    "archive/register.jsonl",
    "disclosures.jsonl",
    "review/decisions.jsonl",
    "restrictions.jsonl",
    "erasures/list.jsonl",
    "erasures/struck.jsonl",
    "knowledge.jsonl",
    "knowledge/withdrawals.jsonl",
    "key_ids.jsonl",
    "accepted_changes.jsonl",
    "invented.jsonl",
    "dashboard/views.jsonl",
    "dashboard/events.jsonl",
)
"""Every log of a home, below EARLYHELP_HOME."""

REWRITTEN = "rewritten"
"""The field of a line that says that the lines before it were written anew; it is no entry."""

CHAINED = re.compile(rb'(\{.+), "chain": "([0-9a-f]{64})"\}')

END = 65536
"""Bytes of a log's end among which its last line is looked for, before all of it is read."""

LINES = "select unnest(cast($lines as json[])) as line"
"""SQL: entries, handed over as one JSON array, as rows of one column."""

_NAMED: dict[Path, tuple[int, int]] = {}
"""By path the log, as the system knows it, whose name this process has written to the disk."""

Entry = dict[str, Any]
Found = TypeVar("Found")


@dataclass(frozen=True)
class Head:
    """Where a log ends: how many lines it has, and the chain of the last (of no line: the sha256 of nothing)."""

    lines: int
    chain: str


def append(path: Path, entries: Iterable[Entry]) -> None:
    """Write entries to the end of a log that its owner alone can read; on the disk when this returns.

    Two writers at once take turns. Raises OSError when there is no room, and then leaves the log as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _locked(path, _mended_chain) as (log, chain), durable.named(path):
        text = b"".join(_chained(entries, chain))
        _write(log, text)
        found = os.fstat(log)
    # The name of a log that only grew is on the disk: to wait for that, too, doubles what a page's line takes.
    file, is_new = (found.st_dev, found.st_ino), found.st_size == len(text)
    if is_new or _NAMED.get(path) != file:
        durable.sync(path.parent)
        _NAMED[path] = file


def read(path: Path) -> list[Entry]:
    """Every entry of a log, in the order it was written, without its chain; none where there is no log.

    Raises ValueError naming the line that is no entry, where a log that was whole has been changed.
    """
    entries = (_entry(path, number, line) for number, line in enumerate(_lines(path), start=1) if line)
    return [entry for entry in entries if REWRITTEN not in entry]


def rewrite(path: Path, change: Callable[[Entry], Entry | None], why: str) -> None:
    """Write a log anew with each entry as `change` has it, None for one that goes, where that changes anything.

    A last line says when, why, how many lines there were and are, and how the log ended before. What was set aside goes
    as well: it may tell of what goes. For erasures and retention alone, which publish a release, and with it the new
    head, before they are done.
    """
    if not path.exists():
        return
    with _locked(path, _mend) as (_, whole):
        old = [_entry(path, number, line) for number, line in enumerate(whole, start=1) if line]
        new = [line if REWRITTEN in line else change(line) for line in old]
        kept = [line for line in new if line is not None]
        if kept != old:
            summary = {
                "at": provenance.now(),
                "by": provenance.actor(),
                "why": why,
                "lines_before": len(old),
                "lines_after": len(kept),
                "head_before": _chain_at(whole, len(whole)),
                "breaks_before": [number for number, _ in _breaks(whole)],
            }
            text = b"".join(_chained([*kept, {REWRITTEN: summary}], _chain_at([], 0)))
            durable.write_bytes(path, text, mode=0o600)
    for torn in torn_lines(path):
        torn.unlink()


def head(path: Path) -> Head:
    """Where a log ends now."""
    lines = _lines(path)
    return Head(len(lines), _chain_at(lines, len(lines)))


def heads(settings: Settings) -> dict[str, dict[str, object]]:
    """Where every log of a home ends, as a release's manifest keeps it: `lines` and `chain`, by the log's name."""
    return {name: vars(head(settings.home / name)) for name in LOGS}


def holds(path: Path, then: Head) -> bool:
    """Whether a log begins with what it was when it ended so."""
    lines = _lines(path)
    return then.lines <= len(lines) and _chain_at(lines, then.lines) == then.chain


def breaks(path: Path) -> Iterator[tuple[int, str]]:
    """Each line, counted from 1, that does not follow from the one before it, with what must have happened."""
    return _breaks(_lines(path))


def _breaks(lines: list[bytes]) -> Iterator[tuple[int, str]]:
    first = next((place for place, line in enumerate(lines) if CHAINED.fullmatch(line)), len(lines))
    chain = _chain_at(lines, first)
    for number, line in enumerate(lines[first:], start=first + 1):
        found = CHAINED.fullmatch(line)
        if not found:
            yield number, "it was put in, or its chain was taken off"
        else:
            body, stated_chain = found[1] + b"}", found[2].decode()
            if _next(chain, body) != stated_chain:
                yield number, "it was edited, or lines were dropped, put in or moved before it"
            # On from what it says: what was changed in one place is told of once.
            chain = stated_chain


def rewritings(path: Path) -> list[Entry]:
    """What each `rewrite` of a log said of itself, oldest first."""
    return [_entry(path, n, line)[REWRITTEN] for n, line in enumerate(_lines(path), 1) if REWRITTEN.encode() in line]


def torn_lines(path: Path) -> list[Path]:
    """What was set aside of a log."""
    return sorted(path.parent.glob(f"{path.name}.torn-*"))


@contextmanager
def _locked(path: Path, settle: Callable[[Path, int], Found]) -> Iterator[tuple[int, Found]]:
    """The log, open to be added to, for one writer at a time, with what `settle` finds once what was torn is aside."""
    while True:
        log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(log, fcntl.LOCK_EX)
            # Whoever waited while the log was written anew holds the file that it was.
            if _is_at(path, log):
                found = settle(path, log)
                if _is_at(path, log):
                    yield log, found
                    return
        finally:
            os.close(log)


def _is_at(path: Path, log: int) -> bool:
    try:
        return os.path.samestat(os.fstat(log), path.stat())
    except FileNotFoundError:
        return False


def _write(log: int, text: bytes) -> None:
    """Write to the end of a log, all of it or nothing."""
    size, left = os.fstat(log).st_size, memoryview(text)
    try:
        while left:
            left = left[os.write(log, left) :]
        os.fsync(log)
    except BaseException:
        os.ftruncate(log, size)
        os.fsync(log)
        raise


def _lines(path: Path) -> list[bytes]:
    """The whole lines of a log; what is torn is set aside first, where the log may be written."""
    if not path.exists():
        return []
    whole, torn = _parted(path.read_bytes())
    if not torn:
        return whole
    try:
        with _locked(path, _mend) as (_, whole):
            return whole
    except OSError as problem:
        # A reader may read for all that, in a home that cannot be written to.
        _say("%s holds a line that was cut short, which cannot be set aside: %s", path, problem.strerror)
        return whole


def _mended_chain(path: Path, log: int) -> str:
    """The chain of the last line of a log that is held, which is mended where its end is no chained line.

    A log of a year's reading is long: its end tells, in the time that one line takes.
    """
    with path.open("rb") as content:
        content.seek(max(0, os.fstat(log).st_size - END))
        end = content.read()
    *_, last = end[:-1].split(b"\n")
    if end.endswith(b"\n") and (found := CHAINED.fullmatch(last)):
        return found[2].decode()
    lines = _mend(path, log)
    return _chain_at(lines, len(lines))


def _mend(path: Path, log: int) -> list[bytes]:
    """The whole lines of a log that is held; what is torn is kept in a file beside it, and taken out."""
    content = path.read_bytes()
    whole, torn = _parted(content)
    text = b"".join(line + b"\n" for line in whole)
    if torn:
        places = (path.with_name(f"{path.name}.torn-{number}") for number in itertools.count(1))
        aside = next(place for place in places if not place.exists())
        durable.write_bytes(aside, b"\n".join(torn) + b"\n", mode=0o600)
        count = "a line that was" if len(torn) == 1 else f"{len(torn)} lines that were"
        _say("%s held %s cut short, as by a full disk: kept in %s, and no entry of the log.", path, count, aside.name)
    if text == content:
        pass
    elif text.startswith(content):
        _write(log, text[len(content) :])
    elif content.startswith(text):
        os.ftruncate(log, len(text))
        os.fsync(log)
    else:
        # Torn in the middle, by a version that went on after it.
        durable.write_bytes(path, text, mode=0o600)
    return whole


def _say(message: str, *details: object) -> None:
    # On standard error, where no run has another place for it.
    logging.getLogger(__name__).warning(message, *details)


def _parted(content: bytes) -> tuple[list[bytes], list[bytes]]:
    """The whole lines of a log, and what is torn: a last line without an end that is no object.

    In a log that has no chain yet also every other line that is none: nothing but a torn write can have made it.
    """
    *whole, last = content.split(b"\n")
    torn = []
    if last and _object(last) is None:
        torn = [last]
    elif last:
        whole.append(last)
    if not any(CHAINED.fullmatch(line) for line in whole):
        torn = [line for line in whole if line and _object(line) is None] + torn
        whole = [line for line in whole if not line or _object(line) is not None]
    return whole, torn


def _object(line: bytes) -> Entry | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _entry(path: Path, number: int, line: bytes) -> Entry:
    found = _object(line)
    if found is None:
        raise ValueError(f"{path}: line {number} is no entry. Restore the log; `earlyhelp verify` says what it lacks.")
    found.pop("chain", None)
    return found


def _chained(entries: Iterable[Entry], chain: str) -> Iterator[bytes]:
    for entry in entries:
        body = json.dumps(entry).encode()
        chain = _next(chain, body)
        yield body[:-1] + f', "chain": "{chain}"}}\n'.encode()


def _next(chain: str, body: bytes) -> str:
    return hashlib.sha256(chain.encode() + b"\n" + body).hexdigest()


def _chain_at(lines: list[bytes], count: int) -> str:
    """The chain of the line of that number; where it has none, the sha256 of all lines up to it."""
    found = CHAINED.fullmatch(lines[count - 1]) if count else None
    if found:
        return found[2].decode()
    return hashlib.sha256(b"".join(line + b"\n" for line in lines[:count])).hexdigest()
