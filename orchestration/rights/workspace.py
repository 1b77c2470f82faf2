"""A private place in memory in which files are read and rows are looked for; nothing of it stays."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext

import duckdb

from orchestration.build import database, engine
from orchestration.build.engine import quoted
from orchestration.deliveries.schema import ensure_schema
from orchestration.home.erasures import Hash
from orchestration.home.lock import build_lock
from orchestration.home.pseudonym_key import pseudonym_key
from orchestration.rights import identifiers
from orchestration.settings import Settings


@contextmanager
def workspace(
    settings: Settings, wanted: Iterable[Hash] = (), with_build: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the tables `wanted` (kind, hash) and `mention` (table_name, kind, delivery_id, row_number).

    With `with_build` the build is held and attached, to be read, as `build`. Raises LookupError when there is none.
    """
    settings.build.mkdir(parents=True, exist_ok=True)
    with build_lock(settings) if with_build else nullcontext(), engine.connect(settings) as connection:
        connection.execute("set variable earlyhelp_key = ?", [pseudonym_key(settings)])
        connection.execute("create table wanted (kind varchar, hash varchar, primary key (kind, hash))")
        connection.execute(
            "create table mention (table_name varchar, kind varchar, delivery_id varchar, row_number bigint)"
        )
        want(connection, wanted)
        ensure_schema(connection)
        if with_build:
            if not settings.build_file.exists():
                raise LookupError(database.no_build(settings))
            connection.execute(f"attach '{quoted(settings.build_file)}' as build (read_only)")
        yield connection


def want(connection: duckdb.DuckDBPyConnection, hashes: Iterable[Hash]) -> None:
    """Look for these too."""
    if rows := list(hashes):
        kinds, values = zip(*rows, strict=True)
        connection.execute(
            "insert or ignore into wanted select unnest($kinds), unnest($hashes)",
            {"kinds": list(kinds), "hashes": list(values)},
        )


def wanted(connection: duckdb.DuckDBPyConnection) -> set[Hash]:
    """Everything that is looked for."""
    return set(connection.execute("select kind, hash from wanted").fetchall())


def want_texts(connection: duckdb.DuckDBPyConnection, kind: str, query: str, **parameters: object) -> None:
    """Look for the identifiers of a kind that a query's one column, `text`, lists in plain text."""
    connection.execute(
        f"insert or ignore into wanted select distinct '{kind}', {identifiers.pseudonym('text')} from ({query}) "
        "where text is not null",
        parameters,
    )


def is_wanted(kind: str, text: str) -> str:
    """SQL: whether a text of that kind is looked for."""
    return f"coalesce({identifiers.pseudonym(text)} in (select hash from wanted where kind = '{kind}'), false)"
