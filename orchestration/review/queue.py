"""What waits for review in the build, and the two sides of a pair. Read-only, and for the reviewer alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from orchestration.build import database
from orchestration.home.decisions import Kind
from orchestration.rights import spelling
from orchestration.settings import Settings

QUEUE = """
    select
        candidates.review_id,
        'link' as kind,
        candidates.source,
        candidates.link_status as status,
        candidates.review_reason as reason,
        candidates.link_probability as probability,
        candidates.extract_date as said_date,
        candidates.person_id,
        candidates.child_durable_key,
        cast(null as varchar) as identity_id,
        cast(null as varchar) as other_identity_id
    from intermediate.int_person_link_candidates as candidates
    union all
    select
        review_id, 'identity', 'upn', link_status, coalesce(review_reason, link_method), null, stated_date, null, null,
        identity_id, other_identity_id
    from intermediate.int_identity_links
"""

PERSON = """
    select forename, surname, birth_date, sex, address_line, postcode,
        replace(array_to_string(list_sort(companions), ', '), '|', ' ') as companions, known_from_date, known_to_date
    from intermediate.int_people_without_upn
    where source = $source and person_id = $person_id
"""

CHILD = """
    select appearances.forename, appearances.surname, appearances.birth_date, appearances.sex,
        appearances.address_line, appearances.postcode,
        replace(array_to_string(list_sort(appearances.companions), ', '), '|', ' ') as companions,
        appearances.known_from_date, appearances.known_to_date
    from intermediate.int_child_appearances as appearances
    left join intermediate.int_person_link_candidates as candidates
        on appearances.content_id = candidates.child_content_id and candidates.review_id = $review_id
    where appearances.child_durable_key = $child_durable_key
    order by candidates.review_id is not null desc, appearances.known_to_date desc
"""

IDENTITY = """
    select upn, array_to_string(list_sort(forenames), ', ') as forenames,
        array_to_string(list_sort(surnames), ', ') as surnames, birth_date,
        (
            select string_agg(distinct school_id, ', ' order by school_id)
            from staging.stg_school_census__pupils as returns
            where returns.identity_id = identities.identity_id
        ) as schools,
        first_seen_date,
        (
            select max(reference_date)
            from staging.stg_school_census__pupils as returns
            where returns.identity_id = identities.identity_id
        ) as last_return_date
    from intermediate.int_identities as identities
    where identity_id = $identity_id
"""

WHEN = {"known_from_date", "known_to_date", "first_seen_date", "last_return_date"}
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
        if item.kind == "link":
            (left,) = _rows(connection, PERSON, source=item.source, person_id=item.person_id)
            right, *further = _rows(
                connection, CHILD, review_id=item.review_id, child_durable_key=item.child_durable_key
            )
        else:
            (left,) = _rows(connection, IDENTITY, identity_id=item.identity_id)
            (right,) = _rows(connection, IDENTITY, identity_id=item.other_identity_id)
            further = []
    rows = [(name, left[name], right[name], name not in WHEN and left[name] != right[name]) for name in left]
    return Sides(item, rows, further)


def is_named(settings: Settings, item: Item, text: str) -> bool:
    """Whether a text names somebody of a pair, by forename or surname, however it is written."""
    sides = compare(settings, item)
    told = [(name, value) for name, *values, _ in sides.rows for value in values]
    told += [pair for record in sides.further for pair in record.items()]
    names = {part for name, value in told if name.startswith(("forename", "surname")) for part in value.split(", ")}
    words = spelling.plain(text)
    return any(spelling.alone_in(words, name) for name in names)


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, **parameters: str | None) -> list[dict[str, str]]:
    found = connection.execute(sql, parameters)
    names = [column[0] for column in found.description]
    return [
        dict(zip(names, ("" if value is None else str(value) for value in row), strict=True))
        for row in found.fetchall()
    ]


@contextmanager
def _build(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    if not settings.build_file.exists():
        raise NotInQueue(f"There is no build in {settings.home} yet: run `earlyhelp build` first.")
    with database.connect(settings, read_only=True) as connection:
        yield connection
