"""Takes in what waits: archive, choose the contract, read, check rows, ask the gate, settle."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import duckdb

from orchestration.deliveries import earlier, incoming, quarantine, register, report
from orchestration.deliveries.archive import archive, clear_partials
from orchestration.deliveries.candidate import Candidate, prepare
from orchestration.deliveries.discover import discover
from orchestration.deliveries.limits import Limits
from orchestration.deliveries.outcome import DeliveryOutcome
from orchestration.deliveries.readers.batches import Batches, collector_paused
from orchestration.deliveries.schema import ensure_schema
from orchestration.rights import arrivals, erasures
from orchestration.settings import Settings

Progress = Callable[[str], None]

SOURCES_FIRST = ("school_register", "synergy", "deprivation")
"""The gates of the others ask these which schools there are."""

SMALL = 50
"""Up to so many files of a source are named one by one while they are read."""


def load(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    progress: Progress | None = None,
    received_at: datetime | None = None,
) -> list[DeliveryOutcome]:
    """Load every complete file in landing, the bytes of each archived first; one outcome per file, in order of arrival.

    `received_at` (UTC, default now) is when they came: a rebuild says what was true the first time.

    The files of a contract are one transaction, so a kill leaves none of them or all; files leave landing after the
    commit. Running again finishes what was cut short. Raises what stops the machine (no room, no memory), never what is
    wrong in a file.
    """
    say = progress or (lambda message: None)
    moment = received_at or datetime.now(UTC).replace(tzinfo=None)
    earlier.mask(settings, connection)
    ensure_schema(connection)
    register.catch_up(settings.archive, connection)
    _clear(settings, connection)
    arrivals.keep_out(settings, discover(settings))
    waiting = sorted(discover(settings), key=lambda file: (file.parent.name not in SOURCES_FIRST, file.parent.name))
    try:
        return [
            outcome
            for source, files in groupby(waiting, key=lambda file: file.parent.name)
            for outcome in _load_source(settings, connection, run_id, moment, source, list(files), say)
        ]
    finally:
        _clear(settings, connection)


def _load_source(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    moment: datetime,
    source: str,
    files: list[Path],
    say: Progress,
) -> list[DeliveryOutcome]:
    """One source: everything of it that waits, a batch for each contract that its files keep."""
    limits = Limits()
    candidates, repeated = _take(settings, connection, source, files, moment)
    register.append(
        settings.archive,
        [register.Entry(taken.archived.sha256, source, taken.name, moment.isoformat(), run_id) for taken in candidates],
    )
    say(f"{source}: {len(candidates):,} new of {len(files):,} files")
    outcomes: list[DeliveryOutcome] = []
    with ExitStack() as copies:
        for candidate in candidates:
            prepare(candidate, limits, settings.build, copies)
        by_contract: dict[str, list[Candidate]] = {}
        for candidate in candidates:
            name = "" if candidate.problem else candidate.match.contract.name
            by_contract.setdefault(name, []).append(candidate)
        unreadable = by_contract.pop("", [])
        for _, batch in sorted(by_contract.items()):
            outcomes += _load_batch(settings, connection, run_id, batch, limits, say)
    with _transaction(connection):
        quarantine.forget_rejected(connection, source, (candidate.delivery_id for candidate in unreadable))
        outcomes += _finish(settings, connection, run_id, unreadable, {}, {})
        quarantine.record_repeated(connection, repeated, run_id)
        outcomes += _known(connection, repeated)
    _leave_landing([*unreadable, *repeated])
    place = {file: number for number, file in enumerate(files)}
    order = {candidate.delivery_id: place[candidate.file] for candidate in [*repeated, *candidates]}
    return sorted(outcomes, key=lambda outcome: order[outcome.delivery_id])


def _load_batch(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    batch: list[Candidate],
    limits: Limits,
    say: Progress,
) -> list[DeliveryOutcome]:
    """The new files of one contract: read and checked in `incoming`, then settled in one transaction."""
    from expectations import gate  # brings Great Expectations: seconds that a run without new files does not spend

    contract = batch[0].match.contract
    incoming.prepare(connection, contract)
    batches = Batches(connection)
    with collector_paused():
        for number, candidate in enumerate(batch, start=1):
            incoming.read(connection, candidate, batches, limits)
            if len(batch) <= SMALL:
                say(f"read {candidate.name}")
            elif number % SMALL == 0 or number == len(batch):
                say(f"{contract.name}: read {number:,} of {len(batch):,} files")
        batches.flush()
    incoming.check(connection, contract, batch)
    checks = gate.check_deliveries(connection, contract, run_id) if incoming.any_to_judge(connection) else []
    failed: dict[str, list[str]] = {}
    warned: dict[str, list[str]] = {}
    for check in checks:
        if check.delivery_id and check.outcome != "pass":
            told = failed if check.outcome == "fail" else warned
            told.setdefault(check.delivery_id, []).append(f"{check.suite} {check.rule}: {check.detail}")
    for candidate in batch:
        if candidate.delivery_id in failed and not candidate.problem:
            candidate.gate_reason = "; ".join(failed[candidate.delivery_id])
    found = report.rejections(connection, contract)
    with _transaction(connection):
        quarantine.forget_rejected(connection, contract.source, (candidate.delivery_id for candidate in batch))
        quarantine.settle(connection, contract, batch, set(failed))
        quarantine.record_checks(connection, checks)
        outcomes = _finish(settings, connection, run_id, batch, found, warned)
    incoming.clear(connection)
    _leave_landing(batch)
    rows = sum(outcome.rows_read for outcome in outcomes)
    rejected = sum(outcome.rows_rejected for outcome in outcomes)
    say(f"{contract.name}: {rows:,} rows, {rejected:,} of them in quarantine")
    return outcomes


def _take(
    settings: Settings, connection: duckdb.DuckDBPyConnection, source: str, files: list[Path], moment: datetime
) -> tuple[list[Candidate], list[Candidate]]:
    """The bytes of every file archived; those never seen, and those that were accepted before or stand twice here.

    A file that changes while it is copied is not complete yet and waits for the next run.
    """
    (last,) = connection.execute("select coalesce(max(sequence), 0) from ops.delivery").fetchone()
    accepted = connection.execute("select sha256 from ops.delivery where status <> 'rejected'").fetchall()
    known = {sha256 for (sha256,) in accepted}
    struck = erasures.struck(settings)
    new, repeated = [], []
    for file in files:
        before = file.stat()
        archived = archive(file, settings.archive)
        after = file.stat()
        if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
            continue
        candidate = Candidate(file, after, archived, source, last + len(new) + 1, moment)
        if archived.sha256 in struck:
            candidate.rows_erased = struck[archived.sha256].rows_erased
        (repeated if archived.sha256 in known else new).append(candidate)
        known.add(archived.sha256)
    return new, repeated


def _finish(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    candidates: list[Candidate],
    rejections: dict[str, list[report.Rejection]],
    warnings: dict[str, list[str]],
) -> list[DeliveryOutcome]:
    """Record what became of the deliveries and write a report of every one that is not clean."""
    for candidate in candidates:
        is_clean = candidate.delivery_id not in rejections and candidate.delivery_id not in warnings
        candidate.status = "rejected" if candidate.reason else "accepted" if is_clean else "accepted_with_warnings"
    rows = quarantine.record(connection, candidates, run_id)
    outcomes = []
    for candidate in candidates:
        path = None
        if candidate.status != "accepted":
            found, warned = rejections.get(candidate.delivery_id, []), warnings.get(candidate.delivery_id, [])
            path = report.write(settings.quarantine, candidate, found, warned)
        outcomes.append(
            DeliveryOutcome(
                candidate.delivery_id,
                candidate.source,
                candidate.name,
                candidate.status,
                *rows[candidate.delivery_id],
                candidate.reason,
                path,
            )
        )
    return outcomes


def _known(connection: duckdb.DuckDBPyConnection, candidates: list[Candidate]) -> list[DeliveryOutcome]:
    """The outcomes of bytes that were loaded before: what was said of them then."""
    told = connection.execute(
        "select delivery_id, status, rows_read, rows_accepted, rows_rejected, reason from ops.delivery "
        "where delivery_id in (select unnest($ids))",
        {"ids": [candidate.delivery_id for candidate in candidates]},
    ).fetchall()
    said = {delivery_id: rest for delivery_id, *rest in told}
    return [DeliveryOutcome(c.delivery_id, c.source, c.name, *said[c.delivery_id], repeated=True) for c in candidates]


def _leave_landing(candidates: Iterable[Candidate]) -> None:
    """Remove the files that are settled, unless other bytes came under the name meanwhile."""
    for candidate in candidates:
        try:
            now = candidate.file.stat()
        except FileNotFoundError:
            continue
        if (now.st_mtime_ns, now.st_size) == (candidate.seen.st_mtime_ns, candidate.seen.st_size):
            candidate.file.unlink()


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _clear(settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
    """Remove what a killed run left: incoming rows, unfinished copies in the archive, converted copies."""
    incoming.clear(connection)
    clear_partials(settings.archive)
    for copy in settings.build.glob(".*.utf8"):
        copy.unlink(missing_ok=True)
