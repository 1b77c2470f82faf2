"""Takes in what waits: archive, choose the contract, read, check rows, ask the gate, settle."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from pathlib import Path

import duckdb

from orchestration.build.engine import one_row
from orchestration.deliveries import (
    completeness,
    earlier,
    forbidden,
    incoming,
    intake,
    landing,
    quarantine,
    reading,
    redelivery,
    register,
    report,
    truncation,
    versions,
)
from orchestration.deliveries.archive import Unreadable, archive, clear_partials, unread
from orchestration.deliveries.candidate import Arrived, Candidate, Matched
from orchestration.deliveries.discover import discover
from orchestration.deliveries.judged import Judged
from orchestration.deliveries.outcome import DeliveryOutcome
from orchestration.deliveries.reading import Reader
from orchestration.deliveries.schema import ensure_schema
from orchestration.home import erasures, progress
from orchestration.settings import Settings

Progress = Callable[[str], None]
Screen = Callable[[Settings, list[Path]], object]

SOURCES_FIRST = ("school_register", "synergy", "deprivation")
"""The gates of the others ask these which schools there are."""

SMALL = 50
"""Up to so many files of a source are named one by one while they are read."""


def load(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    received_at: datetime | None = None,
    screen: Screen | None = None,
) -> list[DeliveryOutcome]:
    """Load every complete file in landing, the bytes of each archived first; one outcome per file, in order of arrival.

    Young files are waited for; what is not quiet for `settings.quiet_seconds` by then is left for the next run. What is
    read is first renamed aside.

    `received_at` (UTC, default now) is when they came: a rebuild says what was true the first time. `screen` takes
    erased children out of the files before they are archived; without it, a home in which children were erased is not
    loaded (RuntimeError).

    The files of a contract are one transaction, so a kill leaves none of them or all; files that are done with leave
    after the commit. Running again finishes what was cut short. Raises what stops the machine (no room, no memory),
    never what is wrong in a file.
    """
    moment = received_at or datetime.now(UTC).replace(tzinfo=None)
    if screen is None and erasures.listed(settings):
        raise RuntimeError("Children were erased here: nothing is loaded that was not screened for them.")
    earlier.mask(settings, connection)
    ensure_schema(connection)
    register.catch_up(settings.archive, connection)
    _clear(settings, connection)
    intake.look_again(settings)
    waiting = completeness.wait(partial(discover, settings), settings.quiet_seconds)
    for why, left in groupby(sorted(waiting.left.values())):
        progress.say(f"{len(list(left)):,} files are left for the next run: {why}")
    taken = intake.take(settings, waiting.complete)
    if screen:
        screen(settings, list(filter(settings.limits.takes, taken)))

    def source_of(file: Path) -> str:
        return landing.source_of(settings, file)

    taken.sort(key=lambda file: (source_of(file) not in SOURCES_FIRST, source_of(file)))
    try:
        with Reader(settings) as reader:
            forbidden.leave_out(settings, connection, reader, {file: source_of(file) for file in taken})
            return [
                outcome
                for source, files in groupby(taken, key=source_of)
                for outcome in _load_source(settings, connection, run_id, moment, source, list(files), reader)
            ]
    finally:
        _clear(settings, connection)


def load_known(settings: Settings, connection: duckdb.DuckDBPyConnection, run_id: str, screen: Screen) -> bool:
    """Load what waits if every file of it stands already, so that loading only records it; returns whether that was so.

    It takes seconds where a run takes a minute: Dagster and Great Expectations are not asked.
    """
    ensure_schema(connection)
    waiting = discover(settings)
    if not waiting or not redelivery.all_stand(connection, settings, waiting):
        return False
    load(settings, connection, run_id, screen=screen)
    return True


def _load_source(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    moment: datetime,
    source: str,
    files: list[Path],
    reader: Reader,
) -> list[DeliveryOutcome]:
    """One source: everything of it that waits, a batch for each contract that its files keep."""
    taken = _take(settings, connection, source, files, moment)
    before = redelivery.known(connection, source, taken)
    to_read, known = redelivery.without_reading(taken, before)
    progress.say(f"{source}: {len(to_read):,} of {len(files):,} files are to be read")
    read: list[Candidate] = []
    for number, candidate in enumerate(reader.read(to_read), start=1):
        read.append(candidate)
        if len(to_read) <= SMALL:
            progress.say(f"read {candidate.arrived.name}")
        elif number % SMALL == 0 or number == len(to_read):
            progress.say(f"{source}: read {number:,} of {len(to_read):,} files")
    candidates, said_before = redelivery.sort_out(connection, read, before)
    reader.forget(said_before)
    new = [candidate.arrived for candidate in candidates]
    repeated = [*known, *(candidate.arrived for candidate in said_before)]
    if left := redelivery.older(connection, repeated):
        progress.say(f"{source}: {left:,} files were sent before, and a newer one is in force: they change nothing")
    register.append(
        settings.archive,
        [
            register.Entry(file.archived.sha256, source, file.name, moment.isoformat(), run_id, file.arrival)
            for file in new
            if file.is_archived
        ],
    )
    outcomes: list[DeliveryOutcome] = []
    by_contract: dict[str, list[Matched]] = {}
    unreadable: list[Candidate] = []
    for candidate in candidates:
        # A file that breaks off is settled with its contract's: its rows are set aside.
        if isinstance(candidate, Matched) and (candidate.rows or not candidate.problem):
            by_contract.setdefault(candidate.contract.name, []).append(candidate)
        else:
            unreadable.append(candidate)
    for _, batch in sorted(by_contract.items()):
        outcomes += _load_batch(settings, connection, run_id, batch)
        reader.forget(batch)
    with _transaction(connection):
        quarantine.forget_rejected(connection, source, (candidate.arrived.delivery_id for candidate in unreadable))
        outcomes += _finish(settings, connection, run_id, unreadable, {}, {}, {})
        quarantine.record_repeated(connection, repeated, run_id)
        outcomes += _known(connection, repeated)
    _leave_landing([*(candidate.arrived for candidate in unreadable), *repeated])
    order: dict[str, int] = {}
    for file in sorted([*new, *repeated], key=lambda file: file.sequence):
        order.setdefault(file.delivery_id, file.sequence)
    return sorted(outcomes, key=lambda outcome: order[outcome.delivery_id])


def _load_batch(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    batch: list[Matched],
) -> list[DeliveryOutcome]:
    """The new files of one contract: read and checked in `incoming`, then settled in one transaction."""
    from expectations import gate  # brings Great Expectations: seconds that a run without new files does not spend

    contract = batch[0].contract
    incoming.prepare(connection, contract)
    incoming.insert(connection, contract, batch)
    batch = incoming.check(connection, contract, batch)
    checks = gate.check_deliveries(connection, contract, run_id) if incoming.any_to_judge(connection) else []
    failed: dict[str, list[str]] = {}
    warned: dict[str, list[str]] = {}
    for check in checks:
        if check.delivery_id and check.outcome != "pass":
            messages = failed if check.outcome == "fail" else warned
            messages.setdefault(check.delivery_id, []).append(f"{check.suite} {check.rule}: {check.detail}")
    for candidate in batch:
        if candidate.match.remarks:
            warned.setdefault(candidate.arrived.delivery_id, []).extend(candidate.match.remarks)
    for delivery_id in truncation.broken_off(connection, settings.archive, batch):
        warned.setdefault(delivery_id, []).append(truncation.WARNING)
    for delivery_id in versions.older_than_known(connection, set(failed)):
        warned.setdefault(delivery_id, []).append(versions.WARNING)
    found = report.rejections(connection, contract)
    with _transaction(connection):
        quarantine.forget_rejected(connection, contract.source, (candidate.arrived.delivery_id for candidate in batch))
        quarantine.settle(connection, contract, batch, set(failed))
        quarantine.record_checks(connection, checks)
        outcomes = _finish(settings, connection, run_id, batch, failed, found, warned)
    incoming.clear(connection)
    _leave_landing(candidate.arrived for candidate in batch)
    rows = sum(outcome.rows_read for outcome in outcomes)
    rejected = sum(outcome.rows_rejected for outcome in outcomes)
    progress.say(f"{contract.name}: {rows:,} rows, {rejected:,} of them in quarantine")
    return outcomes


def _take(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    source: str,
    files: list[Path],
    moment: datetime,
) -> list[Arrived]:
    """The bytes of every file archived, in order of arrival.

    A file that cannot be read, or changes while it is copied, waits for the next run and stops no other. One that is
    too large is not copied.
    """
    (last,) = one_row(connection.execute("select coalesce(max(sequence), 0) from ops.delivery"))
    rewritten = erasures.rewritten_files(settings)
    taken: list[Arrived] = []
    for file in files:
        try:
            archived = archive(file, settings.archive) if settings.limits.takes(file) else unread(file)
        except Unreadable as problem:
            progress.say(f"{source}: a file {problem.args[-1]} and is left for the next run")
            continue
        known = rewritten.get(archived.sha256)
        counts = (known.rows_erased, known.rows_forbidden) if known else (0, 0)
        taken.append(Arrived(file, archived, source, last + len(taken) + 1, moment, 1, *counts))
    return taken


def _finish(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    candidates: Sequence[Candidate],
    failed: dict[str, list[str]],
    rejections: dict[str, list[report.Rejection]],
    warnings: dict[str, list[str]],
) -> list[DeliveryOutcome]:
    """Record what became of the deliveries and write a report of every one that is not clean."""
    deliveries = [
        Judged(
            candidate,
            gate_reason="; ".join(failed.get(delivery_id, [])),
            is_clean=delivery_id not in rejections and delivery_id not in warnings,
        )
        for candidate in candidates
        for delivery_id in (candidate.arrived.delivery_id,)
    ]
    rows = quarantine.record(connection, deliveries, run_id)
    outcomes = []
    for delivery in deliveries:
        delivery_id, file = delivery.delivery_id, delivery.candidate.arrived
        path = None
        if delivery.status != "accepted":
            found, warned = rejections.get(delivery_id, []), warnings.get(delivery_id, [])
            path = report.write(settings.quarantine, delivery, found, warned)
        outcomes.append(
            DeliveryOutcome(
                delivery_id, file.source, file.name, delivery.status, *rows[delivery_id], delivery.reason, path
            )
        )
    return outcomes


def _known(connection: duckdb.DuckDBPyConnection, files: list[Arrived]) -> list[DeliveryOutcome]:
    """The outcomes of files that say nothing new: what was said of them the first time."""
    rows = connection.execute(
        "select delivery_id, status, rows_read, rows_accepted, rows_rejected, reason from ops.delivery "
        "where delivery_id in (select unnest($ids))",
        {"ids": [file.delivery_id for file in files]},
    ).fetchall()
    by_delivery = {row[0]: row for row in rows}
    return [
        DeliveryOutcome(
            file.delivery_id, file.source, file.name, status, read, accepted, rejected, reason, repeated=True
        )
        for file in files
        for _, status, read, accepted, rejected, reason in (by_delivery[file.delivery_id],)
    ]


def _leave_landing(files: Iterable[Arrived]) -> None:
    """Be done with the files that are settled: the archive has their bytes and the build their rows."""
    for file in files:
        if file.is_archived:
            intake.settle(file.file, file.archived.sha256)
        else:
            intake.set_aside(file.file, file.delivery_id)


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
    """Remove what a killed run left: incoming rows, unfinished copies in the archive, rows that were read."""
    incoming.clear(connection)
    clear_partials(settings.archive)
    reading.clear_away(settings)
