"""Writes the files of all audiences but the open one, from the build.

Every file is written fresh, so it is compact. What is not encrypted is in DuckDB's oldest storage format, so that every
client from 1.1 on opens it; what is encrypted needs 1.5. Tables keep their constraints and comments.

A file begins as a copy of its audience's template: all tables, described, and the rows that every place sees. Then it
gets the rows of its own. A school's children are found in its zone's file rather than in the whole county, which would
be read once for every school, unless some of them have their main school in another zone.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb

from orchestration.build import compiled, engine
from orchestration.build.engine import one_row, quoted
from orchestration.home import durable
from orchestration.releases import audiences, describe, keys, levels
from orchestration.releases.audiences import CONDITIONS, Audience
from orchestration.settings import Settings

STORAGE_VERSION = "v1.0.0"
ENCRYPTED_STORAGE_VERSION = "v1.4.0"
SMALL_BLOCKS = 65536
"""Bytes of a block in the file of a place: each of its small tables takes at least one, of 256 KiB by default."""

LARGE_TABLE = 1_000_000
"""Rows in the build from which on those of a place are laid down by child: what is asked of one child is then read from
one group of rows instead of from all. Of smaller tables it makes no difference, and is not free."""


@dataclass(frozen=True)
class Written:
    """A file of a release: its name (`zone/Z1`), path in the release, children in it (None: it tells of no single
    one), its key's id (None: it is not encrypted), rows by table.
    """

    name: str
    path: str
    children_count: int | None
    key_id: str | None
    rows: dict[str, int]


@dataclass(frozen=True)
class _Job:
    """What the files of one release have in common."""

    settings: Settings
    folder: Path
    audiences: dict[str, Audience]


def write(settings: Settings, folder: Path, release_row: dict[str, Any]) -> list[Written]:
    """Write every audience's files of the build into `folder`; `release_row` becomes the one row of ops.release.

    Raises RuntimeError when a table that is copied whole has not the rows of its original.
    """
    with engine.connect(settings) as connection:
        connection.execute(f"attach '{quoted(settings.build_file)}' as build (read_only)")
        # Each file is one transaction, and nobody reads it before it is whole: it needs no log that is written first.
        connection.execute("set checkpoint_threshold = '1B'")
        # Once: to look through the catalogue for each table of each audience took a fifth of a small release.
        for catalogue in ("duckdb_columns", "duckdb_constraints"):
            connection.execute(
                f"create temp table build_{catalogue} as from {catalogue}() where database_name = 'build'"
            )
        job = _Job(settings, folder, audiences.read(connection))
        audiences.cover(connection, job.audiences.values())
        _make_again(settings, connection, job, release_row["as_of_date"])
        for audience in job.audiences.values():
            _make_template(connection, audience, release_row)
        written = [_write_county(job, connection, one) for one in job.audiences.values() if one.scope_level is None]
        # Hundreds of small files: their statements are too short to keep more than one core busy each.
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            of_zones = pool.map(
                lambda zone: _write_zone(job, connection.cursor(), zone), audiences.zones_with_files(connection)
            )
            return [*written, *chain.from_iterable(of_zones)]


def _make_again(settings: Settings, connection: duckdb.DuckDBPyConnection, job: _Job, day: date) -> None:
    """Make again what is made of flags together, for audiences that may not see all of each."""
    reduced = [one.levels for one in job.audiences.values() if one.levels.is_made_again]
    if reduced:
        statements = compiled.project(settings).sql
        columns: dict[tuple[str, str], list[str]] = {}
        for schema, table, column in connection.execute(
            "select schema_name, table_name, column_name from build_duckdb_columns order by all"
        ).fetchall():
            columns.setdefault((schema, table), []).append(column)
        for seen in reduced:
            levels.make_again(connection, seen, statements, columns, day)


def _write_county(job: _Job, connection: duckdb.DuckDBPyConnection, audience: Audience) -> Written:
    with _new_file(job, connection, audience, None) as (database, key_id):
        rows = _fill(connection, audience, database)
    (children,) = one_row(
        connection.execute(
            f"select count(distinct child_durable_key) from build.core.dim_child where {audiences.NOT_RESTRICTED}"
        )
    )
    return Written(audience.name(None), audience.path(None), children, key_id, rows)


def _write_zone(job: _Job, connection: duckdb.DuckDBPyConnection, zone: str) -> list[Written]:
    """The file of a zone, if somebody may see all of it, those of its schools that have one, and its partners'."""
    partners = [one for one in job.audiences.values() if one.is_partner]
    of_partners = [
        _write_place(job, connection, one, place)
        for one in partners
        for place in audiences.places(connection, one.code, zone)
    ]
    return [*_write_staff(job, connection, zone), *of_partners]


def _write_staff(job: _Job, connection: duckdb.DuckDBPyConnection, zone: str) -> list[Written]:
    of_zone, of_school = job.audiences["zone"], job.audiences["school"]
    schools = audiences.places(connection, of_school.code, zone)
    if not audiences.places(connection, of_zone.code, zone):
        return [_write_place(job, connection, of_school, school) for school in schools]
    children = audiences.select_place(connection, of_zone.code, zone)
    with _new_file(job, connection, of_zone, zone) as (database, key_id):
        rows = _fill(connection, of_zone, database)
        written = [Written(of_zone.name(zone), of_zone.path(zone), children, key_id, rows)]
        shared = {table for table, rule in of_zone.rows.items() if rule == "children"}
        shared -= {table for table in shared if of_zone.columns[table] != of_school.columns.get(table)}
        # Of what either may see less of, a school's rows are not the zone's.
        shared -= {table for table in shared for one in (of_zone, of_school) if _is_reduced(one, *table)}
        narrower, beyond = _Source(database, shared), audiences.reaches_beyond(connection, zone)
        for school in schools:
            source = None if school in beyond else narrower
            written.append(_write_place(job, connection, of_school, school, source))
        return written


@dataclass(frozen=True)
class _Source:
    """A file that holds all rows of some tables that a narrower file needs, in the same columns."""

    database: str
    tables: set[tuple[str, str]]


def _write_place(
    job: _Job, connection: duckdb.DuckDBPyConnection, audience: Audience, place: str, narrower: _Source | None = None
) -> Written:
    children = audiences.select_place(connection, audience.code, place)
    if audience.is_partner:
        audiences.select_agreed(connection, audience.code)
    with _new_file(job, connection, audience, place) as (database, key_id):
        rows = _fill(connection, audience, database, narrower)
    return Written(audience.name(place), audience.path(place), children, key_id, rows)


@contextmanager
def _new_file(
    job: _Job, connection: duckdb.DuckDBPyConnection, audience: Audience, place: str | None
) -> Iterator[tuple[str, str | None]]:
    """A new file; yields the name it is attached by and the id of its key."""
    path, database = job.folder / audience.path(place), _identifier(audience.name(place))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key_id = keys.newest(job.settings, audience.name(place)) if audience.is_encrypted else None
    version = ENCRYPTED_STORAGE_VERSION if key_id else STORAGE_VERSION
    options = [f"storage_version '{version}'"] + [f"block_size {SMALL_BLOCKS}"] * (place is not None)
    # The key is handed over beside the statement, so that no message of DuckDB's can repeat it.
    key = {"key": keys.derive(job.settings, audience.name(place), key_id)} if key_id else {}
    options += ["encryption_key $key"] * bool(key)
    connection.execute(f"attach '{quoted(path)}' as {database} ({', '.join(options)})", key)
    yield database, key_id
    connection.execute(f"detach {database}")
    durable.sync(path)


def _fill(
    connection: duckdb.DuckDBPyConnection, audience: Audience, database: str, narrower: _Source | None = None
) -> dict[str, int]:
    """Copy the audience's template into a file and insert the rows that are not in it; returns these by table."""
    rows = {}
    # In one transaction: each table of hundreds of files would go to the disk on its own.
    connection.begin()
    connection.execute(f"copy from database {_template(audience)} to {database}")
    for (schema, table), rule in audience.rows.items():
        if _is_in_template(audience, rule):
            continue
        source = (
            narrower.database if narrower and rule == "children" and (schema, table) in narrower.tables else "build"
        )
        by_child = rule == "children" and source == "build" and _is_large(connection, schema, table)
        seen, condition = _seen(audience, source, schema, table), _condition(audience, rule, schema, table)
        (rows[f"{schema}.{table}"],) = one_row(
            connection.execute(
                f'insert into {database}.{schema}."{table}" '
                f"select {_columns(audience, schema, table)} from {seen} where {condition}"
                f"{' order by child_durable_key' if by_child else ''}"
            )
        )
        if rule == "all":
            (expected,) = one_row(connection.execute(f"select count(*) from {seen} where {condition}"))
            if rows[f"{schema}.{table}"] != expected:
                raise RuntimeError(
                    f"{schema}.{table}: {rows[f'{schema}.{table}']} of {expected} rows reached the release"
                )
    connection.commit()
    return rows


def _is_large(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    (rows,) = one_row(connection.execute(f'select count(*) from build.{schema}."{table}"'))
    return bool(rows >= LARGE_TABLE)


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _template(audience: Audience) -> str:
    return f"template_{audience.code}"


def _columns(audience: Audience, schema: str, table: str) -> str:
    return ", ".join(map(_identifier, audience.columns[schema, table]))


def _seen(audience: Audience, database: str, schema: str, table: str) -> str:
    """SQL of the rows of a table that the audience's levels let it see."""
    return levels.relation(audience.levels, database, (schema, table), audience.columns[schema, table])


def _condition(audience: Audience, rule: str, schema: str, table: str) -> str:
    """SQL: which of these rows are in the file. A restricted child is in none, whoever reads it."""
    tells_of_children = "child_durable_key" in audience.columns[schema, table]
    return CONDITIONS[rule] + (f" and {audiences.NOT_RESTRICTED}" if tells_of_children else "")


def _is_reduced(audience: Audience, schema: str, table: str) -> bool:
    return _seen(audience, "build", schema, table) != f'build.{schema}."{table}"'


def _is_in_template(audience: Audience, rule: str) -> bool:
    """Rows that every place of an audience sees; the county's one file gets all of its rows once, by itself."""
    return rule == "all" and audience.scope_level is not None


def _make_template(connection: duckdb.DuckDBPyConnection, audience: Audience, release_row: dict[str, Any]) -> None:
    database = _template(audience)
    connection.execute(f"attach ':memory:' as {database}")
    for schema, table in audience.rows:
        connection.execute(f"create schema if not exists {database}.{schema}")
        declared = ", ".join(_declarations(connection, audience, schema, table))
        connection.execute(f'create table {database}.{schema}."{table}" ({declared})')
    describe.copy_comments(connection, database)
    describe.describe_release(connection, database, release_row)
    for (schema, table), rule in audience.rows.items():
        if _is_in_template(audience, rule):
            connection.execute(
                f'insert into {database}.{schema}."{table}" '
                f"select {_columns(audience, schema, table)} from {_seen(audience, 'build', schema, table)}"
            )


def _declarations(connection: duckdb.DuckDBPyConnection, audience: Audience, schema: str, table: str) -> list[str]:
    """An audience's columns of a table of the build with their types, and the constraints that are on them alone."""
    columns = audience.columns[schema, table]
    blank = [column for column in columns if audience.levels.may_be_blank(column)]
    wanted = {"schema": schema, "table": table, "columns": columns}
    declared = connection.execute(
        """
        select '"' || replace(column_name, '"', '""') || '" ' || data_type
            || if(is_nullable or list_contains($blank, column_name), '', ' not null')
        from build_duckdb_columns
        where
            schema_name = $schema
            and table_name = $table
            and list_contains($columns, column_name)
        order by column_index
        """,
        wanted | {"blank": blank},
    ).fetchall()
    constraints = connection.execute(
        """
        select constraint_text
        from build_duckdb_constraints
        where
            schema_name = $schema
            and table_name = $table
            and constraint_type <> 'NOT NULL'
            and list_has_all($columns, constraint_column_names)
        order by constraint_index
        """,
        wanted,
    ).fetchall()
    return [text for (text,) in declared + constraints]
