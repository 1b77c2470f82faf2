"""The log of restrictions: which children are left out of every list, page and file. It holds keyed hashes, no names.

A restriction is what was said of one child at once: a line for each identifier by which the child is known. It is taken
back by lines of the same id that are lifted; the last word on each counts. It is no delivery: a
file that no gate lets through must not leave a child to be seen.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from orchestration.home import audit
from orchestration.home.erasures import Hash
from orchestration.home.lock import build_lock
from orchestration.settings import Settings


@dataclass(frozen=True)
class Restriction:
    """One identifier of a restricted child. Days are in ISO form, `to_date` is the last one and None while it lasts."""

    restriction_id: str
    identifier_kind: str
    identifier_hash: str
    reason_code: str
    from_date: str
    to_date: str | None
    is_lifted: bool
    said_at: str
    said_by: str

    @property
    def identifier(self) -> Hash:
        return self.identifier_kind, self.identifier_hash


COLUMNS = ", ".join(
    f"cast(line ->> '{name}' as {kind}) as {name}"
    for name in Restriction.__dataclass_fields__
    for kind in ({"said_at": "timestamp", "is_lifted": "boolean"}.get(name, "date" if "date" in name else "varchar"),)
)
"""SQL: the columns of a line of the log."""


def log_of(settings: Settings) -> Path:
    return settings.home / "restrictions.jsonl"


def append(settings: Settings, lines: list[Restriction]) -> None:
    """Write lines to the end of the log, on the disk when this returns. Waits for a build that is running."""
    with build_lock(settings):
        audit.append(log_of(settings), map(asdict, lines))


def standing(settings: Settings) -> list[Restriction]:
    """What was said and not taken back, whether or not its days are now."""
    last: dict[tuple[str, Hash], Restriction] = {}
    for line in audit.read(log_of(settings)):
        restriction = Restriction(**line)
        last[restriction.restriction_id, restriction.identifier] = restriction
    return [restriction for restriction in last.values() if not restriction.is_lifted]


def restore(settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
    """Fill ops.restriction of the build from the log. Raises ValueError when a line of it is no restriction."""
    path = log_of(settings)
    lines = {"lines": json.dumps(audit.read(path))}
    try:
        connection.execute(f"create or replace temp table read as select {COLUMNS} from ({audit.LINES})", lines)
        connection.begin()
        connection.execute("delete from ops.restriction")
        connection.execute("insert into ops.restriction by name select * from read")
        connection.commit()
    except duckdb.Error as error:
        # Whoever cannot be told from the log would be seen: nothing is built.
        raise ValueError(
            f"{path} holds a line that is no restriction: {str(error).splitlines()[0]} "
            "Restore the log, or mend the line."
        ) from None
    connection.execute("drop table read")
