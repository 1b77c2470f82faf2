"""Whom a request is about: the child or person that a key, a UPN or a name with a birth date leads to, and all that
the build knows them by."""

import re
from dataclasses import dataclass
from datetime import date

import duckdb

from orchestration.build import database
from orchestration.build.engine import one_row
from orchestration.rights import identifiers
from orchestration.rights.find import find, with_postcode
from orchestration.rights.workspace import want_texts

KNOWN_BY = "build.intermediate.int_child_identifiers"
"""The one table that says by what children are known."""

OF_THE_CHILD = "child_durable_key in (select unnest($keys::varchar[]))"

IS_NAMED = f"identifier_kind = 'name' and identifier = {identifiers.name('$name')} || '|' || $day"

KEY = re.compile(r"[0-9a-f]{32}")
NAMED = re.compile(r"(?P<name>.+?)\s*,\s*(?P<day>\d{4}-\d{2}-\d{2})")


class UnknownChild(LookupError):
    """Nobody, or more than one, is known by what was asked. The message repeats nothing of it."""


@dataclass(frozen=True)
class Subject:
    """Children (their keys, and those they had before) or, where no child is known, a person of sources without UPN."""

    current_keys: tuple[str, ...]
    earlier_keys: tuple[str, ...]
    persons: tuple[tuple[str, str], ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return self.current_keys + self.earlier_keys

    @property
    def count(self) -> int:
        """How many children it is, or the one person."""
        return len(self.current_keys) or 1


def resolve(connection: duckdb.DuckDBPyConnection, asked: str) -> Subject:
    """The one that `asked` leads to: a child_durable_key (an earlier one too), a UPN, or "Forename Surname, date".

    Raises UnknownChild when there is not exactly one, LookupError when the build is of an older version.
    """
    _refuse_older_build(connection)
    asked = asked.strip()
    named = NAMED.fullmatch(asked)
    if KEY.fullmatch(asked):
        found = _by_key(connection, asked)
    elif named:
        name, day = named["name"], date.fromisoformat(named["day"])
        found = _by_name(connection, name, day)
        if not found:
            return _person(connection, name, day)
    else:
        found = _by_upn(connection, asked)
    if not found:
        raise UnknownChild(
            "No child is known by that. Give a child_durable_key, a UPN, or a name and a birth date as the sources "
            'write them: "Forename Surname, 2014-05-31".'
        )
    if len(found) > 1:
        raise UnknownChild(
            f"{len(found)} children are known by that. Say which by child_durable_key (mart.mart_child_list has it)."
        )
    return of_keys(connection, found)


def gather(connection: duckdb.DuckDBPyConnection, subject: Subject) -> int:
    """Put everything that the subject is known by into `wanted`, and the rows of raw and quarantine into `mention`.

    Returns how many spellings of name, birth date and postcode somebody else has too: these are not looked for.
    """
    keys, persons = list(subject.keys), [f"person|{source}/{person_id}" for source, person_id in subject.persons]
    want_texts(connection, "key", "select 'key|' || unnest($keys::varchar[]) as text", keys=keys)
    want_texts(connection, "person", "select unnest($persons::varchar[]) as text", persons=persons)
    _want_identities(connection, subject.current_keys)
    relations = relations_of_build(connection)
    find(connection, relations, without_names=True)
    shared = _want_names(connection, subject, relations)
    find(connection, relations, learn_names=False)
    return int(shared)


def mention_of_wanted(connection: duckdb.DuckDBPyConnection) -> None:
    """Put the rows of raw and quarantine that tell of whom `wanted` lists into `mention`."""
    find(connection, relations_of_build(connection), learn_names=False)


def undecided(connection: duckdb.DuckDBPyConnection, subject: Subject) -> int:
    """How many people without UPN may be the child and wait for a reviewer's word."""
    (count,) = one_row(
        connection.execute(
            f"select count(*) from build.intermediate.int_review_queue where link_status = 'review' and {OF_THE_CHILD}",
            {"keys": list(subject.keys)},
        )
    )
    return int(count)


def relations_of_build(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Each raw table that may tell of a child, with its rows in quarantine, in the attached build."""
    return {
        table: f'(select * from build.raw."{table}" union all by name '
        f'select * exclude (_reasons) from build.quarantine."{table}")'
        for table in identifiers.raw_tables()
    }


def plain_names(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Forename and surname in every spelling that rows of the subject have, to look through what no contract reads."""
    names: set[tuple[str, str]] = set()
    for table, relation in relations_of_build(connection).items():
        if {"forename", "surname"} <= set(identifiers.columns_of(connection, relation)):
            names.update(
                connection.execute(
                    f"select distinct trim(forename), trim(surname) from {relation} as delivered semi join mention "
                    "on mention.table_name = ? and delivered._delivery_id = mention.delivery_id "
                    "and delivered._row_number = mention.row_number where trim(forename) <> '' and trim(surname) <> ''",
                    [table],
                ).fetchall()
            )
    return sorted(names)


def _by_key(connection: duckdb.DuckDBPyConnection, key: str) -> list[str]:
    return _children(connection, "identifier_kind in ('key', 'merged_key') and identifier = $key", key=key)


def _by_upn(connection: duckdb.DuckDBPyConnection, upn: str) -> list[str]:
    return _children(connection, "identifier_kind = 'upn' and identifier = upper(replace($upn, ' ', ''))", upn=upn)


def _by_name(connection: duckdb.DuckDBPyConnection, name: str, day: date) -> list[str]:
    """Children who were ever on record under that name and birth date, with whatever marks and capitals."""
    return _children(connection, IS_NAMED, name=name, day=day)


def _person(connection: duckdb.DuckDBPyConnection, name: str, day: date) -> Subject:
    """Somebody whom only sources without UPN know. Raises UnknownChild unless all records are of one address."""
    rows = connection.execute(
        f"""
        select people.source, people.person_id, addresses.identifier as postcode
        from (from {KNOWN_BY} where {IS_NAMED} and child_durable_key is null) as people
        left join (from {KNOWN_BY} where identifier_kind = 'postcode') as addresses using (source, person_id)
        order by all
        """,
        {"name": name, "day": day},
    ).fetchall()
    if not rows:
        raise UnknownChild(
            "Nobody is known by that name and birth date. Write them as the sources do: "
            '"Forename Surname, 2014-05-31"; a UPN or a child_durable_key is surer.'
        )
    if len({postcode for *_, postcode in rows}) > 1:
        raise UnknownChild(
            f"{len(rows)} records of sources without UPN bear that name and birth date, at more than one address. "
            "Decide first who they are: earlyhelp review list"
        )
    return Subject((), (), tuple((source, person_id) for source, person_id, _ in rows))


def of_keys(connection: duckdb.DuckDBPyConnection, keys: list[str]) -> Subject:
    """The children of these child_durable_keys, which must be current ones.

    Raises LookupError when the build is of an older version.
    """
    _refuse_older_build(connection)
    earlier = connection.execute(
        f"""
        select distinct identifier from {KNOWN_BY}
        where identifier_kind in ('merged_key', 'split_key') and {OF_THE_CHILD}
            and identifier not in (select identifier from {KNOWN_BY} where identifier_kind = 'key')
        order by all
        """,
        {"keys": keys},
    ).fetchall()
    persons = connection.execute(
        f"select source, person_id from {KNOWN_BY} where identifier_kind = 'person' and {OF_THE_CHILD} order by all",
        {"keys": keys},
    ).fetchall()
    return Subject(tuple(keys), tuple(key for (key,) in earlier), tuple(persons))


def _want_identities(connection: duckdb.DuckDBPyConnection, current_keys: tuple[str, ...]) -> None:
    """Of a UPN that two children have, birth date and school say which."""
    for kind in ("upn", "upn_birth", "upn_school", "uln", "pupil", "review"):
        own = f"from {KNOWN_BY} where identifier_kind = '{kind}' and {OF_THE_CHILD}"
        others = f"select identifier from {KNOWN_BY} where identifier_kind = '{kind}' and not {OF_THE_CHILD}"
        alone = f"and identifier not in ({others})" if kind in ("upn", "upn_birth") else ""
        want_texts(connection, kind, f"select '{kind}|' || identifier as text {own} {alone}", keys=list(current_keys))


def _want_names(connection: duckdb.DuckDBPyConnection, subject: Subject, relations: dict[str, str]) -> int:
    """Whoever has name, birth date and postcode of the child is the child, unless the build knows better.

    Every name of one child with every postcode: sources are late to learn that a family moved. Of many children, the
    two as they stand together: one's name at another's address is nobody's. Somebody else is whoever is on roll
    under another UPN, is linked to another child, or was told apart by a reviewer.
    """
    connection.execute("create or replace temp table named (table_name varchar, text varchar, is_of_another boolean)")
    pieces = []
    for table, relation in relations.items():
        columns = identifiers.columns_of(connection, relation)
        if table == "family_matters__members":
            relation, columns = with_postcode(relation, relations), [*columns, "postcode"]
        text = identifiers.texts(table, columns).get("name")
        if text:
            person = identifiers.texts(table, columns).get("person")
            connection.execute(
                f"""
                insert into named
                select '{table}', {text}, {_of_another(person) if person else "not is_mentioned"}
                from (
                    select delivered.*, mention.row_number is not null as is_mentioned
                    from {relation} as delivered
                    left join (
                        select distinct delivery_id, row_number from mention where table_name = '{table}'
                    ) as mention
                        on delivered._delivery_id = mention.delivery_id and delivered._row_number = mention.row_number
                )
                where {text} is not null
            """,
                {"keys": list(subject.keys)} if person else {},
            )
            pieces.append(f"""
                select distinct {identifiers.name_of_child()} as name, {identifiers.postcode()} as postcode
                from {relation} as delivered
                semi join mention
                    on mention.table_name = '{table}'
                    and delivered._delivery_id = mention.delivery_id
                    and delivered._row_number = mention.row_number
            """)
    connection.execute(f"create or replace temp table appearance as {' union '.join(pieces)}")
    known = (
        """
        select 'name|' || names.name || '|' || postcodes.postcode as text
        from (select distinct name from appearance where name is not null) as names
        cross join (select distinct postcode from appearance where postcode is not null) as postcodes
        """
        if subject.count == 1
        else "select 'name|' || name || '|' || postcode as text from appearance where name || postcode is not null"
    )
    want_texts(
        connection,
        "name",
        f"select text from ({known}) anti join (from named where is_of_another) as others using (text)",
    )
    (shared,) = one_row(
        connection.execute(
            f"select count(*) from ({known}) semi join (from named where is_of_another) as others using (text)"
        )
    )
    connection.execute("drop table named")
    connection.execute("drop table appearance")
    return int(shared)


def _of_another(person: str) -> str:
    """SQL: whether the build links a person of a source without UPN to another child, or a reviewer parted the two."""
    return f"""not is_mentioned and {person} in (
        select 'person|' || identifier from {KNOWN_BY} where identifier_kind = 'person' and not {OF_THE_CHILD}
        union
        select 'person|' || source || '/' || person_id from build.ops.review_decision
        where decision = 'reject' and kind = 'link' and child_durable_key in (select unnest($keys::varchar[]))
    )"""


def _children(connection: duckdb.DuckDBPyConnection, condition: str, **parameters: object) -> list[str]:
    """The children whom identifiers that meet a condition lead to."""
    found = connection.execute(
        f"select distinct child_durable_key from {KNOWN_BY} where child_durable_key is not null and {condition}",
        parameters,
    ).fetchall()
    return [key for (key,) in found]


def _refuse_older_build(connection: duckdb.DuckDBPyConnection) -> None:
    """What an older version left could miss something of the child: nobody is looked for in it."""
    if not database.holds(connection, KNOWN_BY):
        raise LookupError(database.OLDER_BUILD)
