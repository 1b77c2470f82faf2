"""The log of decisions: one line of JSON each, chained, only ever added to; read into the build by every run."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import duckdb

from orchestration.home import audit
from orchestration.home.lock import build_lock
from orchestration.settings import Settings

Kind = Literal["link", "identity"]
Verdict = Literal["accept", "reject"]


@dataclass(frozen=True)
class Decision:
    """What a reviewer said of one pair. It names neither child nor person: keys and references alone.

    `kind` is link (a person without UPN and a child; then `source`, `person_id` and `child_durable_key` say which) or
    identity (two identities that sources state of children; the review_id says which).
    """

    review_id: str
    kind: Kind
    decision: Verdict
    decided_by: str
    decided_at: str
    source: str | None = None
    person_id: str | None = None
    child_durable_key: str | None = None
    note: str | None = None


COLUMNS = ", ".join(
    f"cast(line ->> '{name}' as {'timestamp' if name == 'decided_at' else 'varchar'}) as {name}"
    for name in Decision.__dataclass_fields__
)
"""SQL: the columns of a line of the log."""


def log_of(settings: Settings) -> Path:
    return settings.home / "review" / "decisions.jsonl"


def append(settings: Settings, decisions: list[Decision]) -> None:
    """Write decisions to the end of the log; on the disk when this returns.

    Two reviewers at once take turns, and wait for a build: what it was made of is what the log holds when it ends.
    """
    with build_lock(settings):
        audit.append(log_of(settings), map(asdict, decisions))


def restore(settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
    """Fill ops.review_decision of the build from the log.

    Raises ValueError, and leaves the build's decisions as they were, when a line of the log is no decision.
    """
    path = log_of(settings)
    try:
        connection.execute(
            f"create or replace temp table read_decision as select {COLUMNS} from ({audit.LINES})",
            {"lines": json.dumps(audit.read(path))},
        )
    except duckdb.Error as error:
        raise ValueError(
            f"{path} holds a line that is no decision: {str(error).splitlines()[0]} Restore the log, or mend the line."
        ) from None
    wrong = connection.execute(
        "select review_id, decision from read_decision where decision not in ('accept', 'reject') limit 1"
    ).fetchall()
    for review_id, decision in wrong:
        raise ValueError(f"{path}: {decision!r} on {review_id} is no decision; it is accept or reject. Mend the line.")
    connection.execute("delete from ops.review_decision")
    connection.execute("insert into ops.review_decision by name select * from read_decision")
    connection.execute("drop table read_decision")
