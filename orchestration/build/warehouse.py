"""Builds what the dbt project describes, seeds, models and snapshots, in DuckDB itself and on one connection.

dbt reads the project, checks it and makes its SQL, once for each state of the project (compiled.py). As nodes of
`dbt build` the 233 tables of a hamlet took 25 s of processor time, here 10, as bare SQL 4. Both make the same tables:
tests/pipeline/test_warehouse.py.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from graphlib import TopologicalSorter

import duckdb

from orchestration.build import (
    compiled,
    database,
    dbt,
    materializations,
    overlay,
    partitions,
    relations,
    snapshots,
    state,
)
from orchestration.build.materializations import Node, relation
from orchestration.home.pseudonym_key import pseudonym_key
from orchestration.settings import Settings

KINDS = ("seed", "model", "snapshot")


@dataclass(frozen=True)
class Run:
    """What a run is about: see macros/run.sql."""

    as_of: date
    said_at: datetime
    is_look_back: bool = False


@dataclass(frozen=True)
class Built:
    """A table or view that stands: how many rows were written (None for a view), in how many seconds.

    `reasons` says what it was made anew for; there are none if it was left alone, being what it would become.
    """

    unique_id: str
    name: str
    rows: int | None
    seconds: float
    reasons: tuple[str, ...]


class BuildError(RuntimeError):
    """A node could not be built; the message names it and has DuckDB's words."""


def build(
    connection: duckdb.DuckDBPyConnection, settings: Settings, run: Run, chosen: Iterable[str]
) -> Iterator[Built]:
    """Build the nodes of the unique ids `chosen`, each after those it refers to, each in a transaction of its own.

    Those that would come out as they are, are left alone: see state.py.

    Raises BuildError at the first that fails: what it refers to stands, it and what comes after are as before.
    """
    sql = compiled.project(settings)
    by_id = {node["unique_id"]: node for node in dbt.nodes(*KINDS)}
    wanted = set(chosen)
    nodes = [by_id[name] for name in in_order() if name in wanted]
    names = {node["name"]: relation(node) for node in by_id.values()}
    prepare(connection, settings, run)
    for schema in sorted({node["schema"] for node in nodes}):
        connection.execute(f"create schema if not exists {schema}")
    standing, states = _standing(connection), state.States(connection, sql)
    for node in nodes:
        begun = time.perf_counter()
        rows: int | None = 0
        reasons: tuple[str, ...] = ()
        # What looks back says nothing anew: its snapshots stay as they are.
        is_skipped = node["resource_type"] == "snapshot" and run.is_look_back
        if not is_skipped and (relation(node) not in standing or states.changed(node)):
            reasons = tuple(sorted(states.reasons(node)))
            with _transaction(connection, node):
                rows = _write(connection, node, sql, names, standing, states)
        yield Built(node["unique_id"], node["name"], rows, time.perf_counter() - begun, reasons)
    overlay.keep(connection, nodes, sql)
    if "ref_audience_table" in {node["name"] for node in nodes}:
        relations.keep(connection)


def prepare(connection: duckdb.DuckDBPyConnection, settings: Settings, run: Run) -> None:
    """Set what the SQL asks of the session: the day, the moment, whether it looks back, the pseudonym key."""
    connection.execute("set preserve_insertion_order = false")
    connection.execute("create or replace temp table changed_partition (partition varchar)")
    values = (run.as_of, run.said_at, run.is_look_back, pseudonym_key(settings))
    for name, value in zip(("as_of_date", "said_at", "is_look_back", "earlyhelp_key"), values, strict=True):
        connection.execute(f"set variable {name} = ?", [value])


def selected(*selectors: str) -> list[str]:
    """Unique ids by names of nodes; `+name` with everything that a node is built of; none for all."""
    nodes = {node["name"]: node for node in dbt.nodes(*KINDS)}
    by_id = {node["unique_id"]: node for node in nodes.values()}
    if not selectors:
        return list(by_id)
    found: set[str] = set()
    for selector in selectors:
        upcoming = [nodes[selector.removeprefix("+")]["unique_id"]]
        while upcoming:
            unique_id = upcoming.pop()
            found.add(unique_id)
            if selector.startswith("+"):
                upcoming += by_id.keys() & set(by_id[unique_id]["depends_on"].get("nodes", ())) - found
    return sorted(found)


def build_selected(settings: Settings, as_of: str, *selectors: str) -> None:
    """Build what the selectors name (see `selected`), without tests, as if the release spoke at the day's beginning."""
    with database.connect(settings) as connection:
        run = Run(date.fromisoformat(as_of), datetime.fromisoformat(as_of))
        list(build(connection, settings, run, selected(*selectors)))


def in_order() -> list[str]:
    """The unique ids of all nodes, each after those that it refers to."""
    refers = {node["unique_id"]: node["depends_on"].get("nodes", []) for node in dbt.nodes(*KINDS)}
    return [name for name in TopologicalSorter(dict(sorted(refers.items()))).static_order() if name in refers]


def _write(
    connection: duckdb.DuckDBPyConnection,
    node: Node,
    sql: compiled.Compiled,
    names: dict[str, str],
    standing: dict[str, str],
    states: state.States,
) -> int | None:
    """Write a node, describe it and note its state; returns how many rows were written, of a table that keeps its rows,
    changed."""
    materializations.check(node)
    kind = node["config"]["materialized"]
    name, becomes = relation(node), "view" if kind == "view" else "table"
    before = standing.get(name)
    if before not in (None, becomes):
        connection.execute(f"drop {before} {name}")
    is_kept = before == "table" and (kind == "snapshot" or (kind == "incremental" and states.may_grow(node)))
    changed = states.changed_partitions(node, before == becomes) if partitions.of(node) else None
    rows: int | None
    if kind == "seed":
        rows = materializations.seed(connection, node)
    elif kind == "view":
        rows = materializations.view(connection, node, sql.sql[node["unique_id"]])
    elif kind == "snapshot":
        compared = snapshots.of_changed_partitions(node, names) if changed and changed.is_part else "true"
        rows = snapshots.take(connection, node, sql.sql[node["unique_id"]], before == "table", compared)
    elif changed and changed.is_part and not changed.inputs:
        rows = 0
    elif node["language"] == "python":
        rows = materializations.python(connection, node, names, bool(changed and changed.is_part))
    elif changed and changed.is_part:
        rows = materializations.overwrite(connection, node, sql.sql[node["unique_id"]])
    elif is_kept:
        rows = materializations.grow(connection, node, sql.growing[node["unique_id"]])
    else:
        rows = materializations.table(connection, node, sql.sql[node["unique_id"]])
    # A table that keeps rows has its descriptions: with others it would have been made anew.
    if not (is_kept or (changed and changed.is_part)):
        _describe(connection, node)
    states.note(node, rows, is_kept, changed)
    return rows


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection, node: Node) -> Iterator[None]:
    connection.begin()
    try:
        yield
        connection.commit()
    except Exception as error:
        connection.rollback()
        raise BuildError(f"{node['name']} ({node['original_file_path']}): {error}") from error


def _standing(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What is there, table or view, by its quoted name."""
    found = connection.execute(
        """
        select format('{}."{}"', schema_name, table_name), 'table' from duckdb_tables()
        union all
        select format('{}."{}"', schema_name, view_name), 'view' from duckdb_views() where not internal
        """
    ).fetchall()
    return dict(found)


def _describe(connection: duckdb.DuckDBPyConnection, node: Node) -> None:
    """Put descriptions into the file, in the transaction that makes the table: a later run would leave it alone."""
    present = {relation(node): set(materializations.columns(connection, f"from {relation(node)}"))}
    # At once: each by itself, they took half as long again.
    connection.execute("; ".join(materializations.comments([node], present)))
