"""What waits for review in the build, and the two sides of a pair. Read-only, and for the reviewer alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from orchestration.build import database
from orchestration.home.decisions import Kind
from orchestration.rights import spelling
from orchestration.settings import Settings

TABLE = "intermediate.int_review_queue"

QUEUE = f"""
    select review_id, kind, source, link_status as status, review_reason as reason, link_probability as probability,
        said_date, person_id, child_durable_key, identity_id, other_identity_id
    from {TABLE}
"""

RECORDS = """
    select * exclude (review_id, record_number)
    from intermediate.int_review_records
    where review_id = $review_id
    order by record_number
"""

WHEN = {"known_from_date", "known_to_date"}
"""When a record speaks is no difference between two people."""


class NotInQueue(LookupError):
    """No pair of that name, or more than one."""


@dataclass(frozen=True)
class Item:
    """One pair: who is compared, why a person is asked, and how sure the model is (None for identities)."""

    review_id: str
    kind: Kind
    source: str
    status: str
    reason: str | None
    probability: float | None
    said_date: object
    person_id: str | None
    child_durable_key: str | None
    identity_id: str | None
    other_identity_id: str | None


@dataclass(frozen=True)
class Sides:
    """A pair side by side: heading, one value, the other, whether they differ; then further records of the child."""

    item: Item
    rows: list[tuple[str, str, str, bool]]
    further: list[dict[str, str]]


def waiting(settings: Settings, kind: Kind | None = None, reason: str | None = None) -> list[Item]:
    """Everything up for review, the likeliest first, identities before links."""
    conditions = ["status = 'review'"]
    parameters: dict[str, str] = {}
    for name, value in (("kind", kind), ("reason", reason)):
        if value:
            conditions.append(f"{name} = ${name}")
            parameters[name] = value
    with _build(settings) as connection:
        rows = connection.execute(
            f"select * from ({QUEUE}) where {' and '.join(conditions)} "
            "order by kind, probability desc, said_date desc, review_id",
            parameters,
        ).fetchall()
    return [Item(*row) for row in rows]


def find(settings: Settings, review_id: str) -> Item:
    """The pair whose review_id begins so, whatever became of it. Raises NotInQueue when there is not exactly one."""
    with _build(settings) as connection:
        rows = connection.execute(
            f"select * from ({QUEUE}) where starts_with(review_id, ?) limit 2", [review_id.lower()]
        ).fetchall()
    if len(rows) != 1:
        number = "No pair has" if not rows else "Several pairs have"
        raise NotInQueue(f"{number} an id that begins with '{review_id}'; see `earlyhelp review list`.")
    return Item(*rows[0])


def compare(settings: Settings, item: Item) -> Sides:
    """Both sides of a pair, for the reviewer's eyes."""
    with _build(settings) as connection:
        found = connection.execute(RECORDS, {"review_id": item.review_id})
        names = [column[0] for column in found.description]
        records = [
            dict(zip(names, ("" if value is None else str(value) for value in row), strict=True))
            for row in found.fetchall()
        ]
    (left,) = (record for record in records if record.pop("side") == "one")
    right, *further = (record for record in records if record is not left)
    rows = [
        (name, left[name], right[name], name not in WHEN and left[name] != right[name])
        for name in left
        if left[name] or right[name]
    ]
    return Sides(item, rows, further)


def is_named(settings: Settings, item: Item, text: str) -> bool:
    """Whether a text names somebody of a pair, by forename or surname, however it is written."""
    sides = compare(settings, item)
    fields = [(name, value) for name, *values, _ in sides.rows for value in values]
    fields += [pair for record in sides.further for pair in record.items()]
    names = {part for name, value in fields if name.startswith(("forename", "surname")) for part in value.split(", ")}
    words = spelling.plain(text)
    return any(spelling.alone_in(words, name) for name in names)


@contextmanager
def _build(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    if not settings.build_file.exists():
        raise NotInQueue(database.no_build(settings))
    with database.connect(settings, read_only=True) as connection:
        if not database.holds(connection, TABLE):
            raise NotInQueue(database.OLDER_BUILD)
        yield connection
