"""Whether bytes that came before say something new when they come again.

A delivery is an arrival: bytes, under a name, at a moment. Bytes are archived once. The same bytes that state the same
(period, school, part, extract date) change nothing while no later arrival has taken their place; then that is recorded
and no more. After another file took their place they are a delivery of their own and take force again: whoever sends
the right file again has mended the mistake. Under a name that states something else they are one as well: an unchanged
extract of the next day, the block of another term.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration.build.engine import one_row
from orchestration.deliveries import landing
from orchestration.deliveries.candidate import Arrived, Candidate, Matched, Unmatched
from orchestration.home import durable
from orchestration.settings import Settings

KNOWN = """
with known as (
    select
        delivery.*,
        -- A file of some days replaces days, not files: its part is itself.
        part is not distinct from delivery_id as is_of_days
    from ops.delivery
    where source = $source and status <> 'rejected'
),

superseded as (
    select distinct known.delivery_id
    from known
    inner join ops.delivery_table as known_table on known.delivery_id = known_table.delivery_id
    inner join ops.delivery_table as later_table on known_table.table_name = later_table.table_name
    inner join known as later
        on
            later_table.delivery_id = later.delivery_id
            and known.extract_date is not distinct from later.extract_date
            and known.period is not distinct from later.period
            and known.scope is not distinct from later.scope
    where
        known.sha256 in (select unnest($bytes))
        and known.sequence < later.sequence
        and (known.part is not distinct from later.part or (known.is_of_days and later.is_of_days))
        -- Of versions that say when they were made the order of arrival says nothing.
        and (
            known.made_at is null
            or (known.made_at, known.serial_no) is not distinct from (later.made_at, later.serial_no)
        )
)

select
    known.sha256,
    known.file_name,
    known.arrival,
    known.contract,
    known.period,
    known.scope,
    if(known.is_of_days, null, known.part) as part,
    known.extract_date,
    superseded.delivery_id is null as is_undone_by_none
from known
left join superseded on known.delivery_id = superseded.delivery_id
where known.sha256 in (select unnest($bytes))
order by known.sequence
"""


@dataclass(frozen=True)
class Known:
    """An accepted delivery of bytes that wait again; `stands` is false once a later arrival has taken its place."""

    sha256: str
    file_name: str
    arrival: int
    contract: str
    period: str | None
    scope: str | None
    part: str | None
    extract_date: date | None
    stands: bool


def known(connection: duckdb.DuckDBPyConnection, source: str, arrived: Iterable[Arrived]) -> list[Known]:
    """The accepted deliveries of a source that have the bytes of one of those that wait, in order of arrival."""
    hashes = list({file.archived.sha256 for file in arrived})
    return [Known(*row) for row in connection.execute(KNOWN, {"source": source, "bytes": hashes}).fetchall()]


def without_reading(arrived: list[Arrived], before: list[Known]) -> tuple[list[Arrived], list[Arrived]]:
    """Files to be read, and those of which name and bytes alone say that they change nothing.

    Once one is to be read it may take the place of anything, so all after it are read too.
    """
    standing = {(delivery.sha256, delivery.file_name): delivery for delivery in before if delivery.stands}
    known: list[Arrived] = []
    for place, file in enumerate(arrived):
        same = standing.get((file.archived.sha256, file.name))
        if same is None:
            return arrived[place:], known
        known.append(file.numbered(same.arrival))
    return [], known


def all_stand(connection: duckdb.DuckDBPyConnection, settings: Settings, files: Iterable[Path]) -> bool:
    """Whether loading these files of landing would change nothing: the bytes of each, under its name, stand already."""
    for file in files:
        rows = connection.execute(
            KNOWN, {"source": landing.source_of(settings, file), "bytes": [durable.sha256(file)]}
        ).fetchall()
        if not any(delivery.stands and delivery.file_name == file.name for delivery in (Known(*row) for row in rows)):
            return False
    return True


def sort_out(
    connection: duckdb.DuckDBPyConnection, candidates: list[Candidate], before: list[Known]
) -> tuple[list[Candidate], list[Candidate]]:
    """Candidates that were read: the new deliveries, numbered among those of their bytes; the others say nothing."""
    numbers = _numbers(connection, candidates)
    new: list[Candidate] = []
    repeated: list[Candidate] = []
    for candidate in candidates:
        file = candidate.arrived
        if (same := _same(candidate, new, before)) is not None:
            repeated.append(candidate.numbered(same))
            continue
        taken = numbers.setdefault(file.archived.sha256, {})
        # What was rejected is judged anew under its number.
        arrival = taken.pop(file.name, 0) or max(taken.values(), default=0) + 1
        taken[f"{file.name} {arrival}"] = arrival
        new.append(candidate.numbered(arrival))
    return new, repeated


def older(connection: duckdb.DuckDBPyConnection, repeated: Iterable[Arrived]) -> int:
    """How many files that say nothing new are not in force either: a newer version or extract of theirs is."""
    (count,) = one_row(
        connection.execute(
            "select count(distinct delivery_id) from (select unnest($ids::varchar[]) as delivery_id) "
            "where delivery_id not in (select delivery_id from ops.delivery_in_force)",
            {"ids": [file.delivery_id for file in repeated]},
        )
    )
    return int(count)


def _same(candidate: Candidate, new: list[Candidate], before: list[Known]) -> int | None:
    """The number of the delivery that says the same, if nothing has taken its place."""
    file = candidate.arrived
    for place in reversed(range(len(new))):
        other = new[place].arrived
        if other.archived.sha256 != file.archived.sha256:
            continue
        if other.name == file.name or _states(new[place]) == _states(candidate):
            return None if _takes_its_place(new[place + 1 :], candidate) else other.arrival
    for delivery in reversed(before):
        if delivery.sha256 == file.archived.sha256 and _stated(delivery, candidate) == _states(candidate):
            return delivery.arrival if delivery.stands and not _takes_its_place(new, candidate) else None
    return None


def _takes_its_place(later: Iterable[Candidate], candidate: Candidate) -> bool:
    return isinstance(candidate, Matched) and any(
        isinstance(other, Matched)
        and other.arrived.archived.sha256 != candidate.arrived.archived.sha256
        and (other.tables, *_of(other)) == (candidate.tables, *_of(candidate))
        for other in later
    )


def _states(candidate: Candidate) -> tuple[object, ...] | None:
    """What a file says besides its rows; None if that is not known."""
    if isinstance(candidate, Unmatched) or candidate.problem:
        return None
    return (candidate.contract.name, *_of(candidate))


def _stated(delivery: Known, candidate: Candidate) -> tuple[object, ...]:
    is_known = isinstance(candidate, Matched) and _extract_date(candidate) is not None
    extract_date = delivery.extract_date if is_known else None
    return (delivery.contract, delivery.period, delivery.scope, delivery.part, extract_date)


def _of(candidate: Matched) -> tuple[object, ...]:
    """What a file is of, whichever version of its contract it keeps."""
    part = None if candidate.is_of_days else candidate.part
    return (candidate.stated.period, candidate.stated.scope, part, _extract_date(candidate))


def _extract_date(candidate: Matched) -> date | None:
    """The date by which a file is ordered, where it is known before its rows are: where it is the latest of a column,
    the same bytes have the same.
    """
    is_of_rows = (candidate.match.file.extract_date or "").startswith("latest ")
    return None if is_of_rows else candidate.stated.extract_date


def _numbers(connection: duckdb.DuckDBPyConnection, candidates: Iterable[Candidate]) -> dict[str, dict[str, int]]:
    """By the bytes of candidates the numbers that are taken; those of rejected deliveries by their names."""
    rows = connection.execute(
        "select sha256, if(status = 'rejected', file_name, delivery_id), arrival from ops.delivery "
        "where sha256 in (select unnest($bytes))",
        {"bytes": list({candidate.arrived.archived.sha256 for candidate in candidates})},
    ).fetchall()
    numbers: dict[str, dict[str, int]] = {}
    for sha256, name, arrival in rows:
        numbers.setdefault(sha256, {})[name] = arrival
    return numbers
