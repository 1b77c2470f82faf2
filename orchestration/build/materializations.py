"""How each kind of node becomes a table or a view of the build, as dbt would write it."""

import csv
import runpy
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb

from expectations.council import overlay
from orchestration.build import engine
from orchestration.settings import PROJECT


class ContractError(RuntimeError):
    """The SQL of a node yields other columns, or other types, than its contract or its table has."""


Node = Mapping[str, Any]
"""A node of dbt's manifest."""

Rows = int | None
"""How many rows were written, where DuckDB says so."""


UNDERSTOOD: dict[str, tuple[object, ...]] = {
    "materialized": ("seed", "view", "table", "incremental", "snapshot"),
    "incremental_strategy": (None, "append", "delete+insert"),
    "on_schema_change": (None, "ignore", "fail"),
    "strategy": (None, "check"),
    "hard_deletes": (None, "invalidate"),
    "delimiter": (None, ","),
    "pre-hook": ([],),
    "post-hook": ([],),
    "grants": ({},),
}
"""Settings of a node by which dbt writes it otherwise, and their values that are understood here."""


def check(node: Node) -> None:
    """Raise ContractError when a node asks for what nobody here does: it would be left out in silence."""
    for name, values in UNDERSTOOD.items():
        if (asked := node["config"].get(name)) not in values:
            raise ContractError(f"{name}: {asked} is not understood by orchestration/build; take it out, or teach it.")


def relation(node: Node) -> str:
    return f'{node["schema"]}."{node["alias"]}"'


def seed_file(node: Node) -> Path:
    """The file that holds a seed's rows: the project's, or with a council's folder laid over it."""
    return overlay.seeds() / Path(node["original_file_path"]).name


def seed(connection: duckdb.DuckDBPyConnection, node: Node) -> Rows:
    """A table of the file's columns, in their order, by the types that its configuration states for each."""
    path = seed_file(node)
    with path.open(encoding="utf-8-sig", newline="") as file:
        names = next(csv.reader(file))
    types = node["config"]["column_types"]
    columns = ", ".join(f'"{name}" {types[name]}' for name in names)
    connection.execute(f"create or replace table {relation(node)} ({columns})")
    return count(connection.execute(f"copy {relation(node)} from '{engine.quoted(path)}' (format csv, header)"))


def view(connection: duckdb.DuckDBPyConnection, node: Node, sql: str) -> Rows:
    connection.execute(f"create or replace view {relation(node)} as (\n{sql}\n)")
    return None


def table(connection: duckdb.DuckDBPyConnection, node: Node, sql: str) -> Rows:
    """A table of what the SQL yields; of a node under contract, by its declared columns, types and constraints.

    Raises ContractError when the SQL yields other columns or types than the contract declares.
    """
    if not node["contract"]["enforced"]:
        return count(connection.execute(f"create or replace table {relation(node)} as (\n{sql}\n)"))
    connection.execute(f"create or replace table {relation(node)} ({', '.join(_declared(node))})")
    _check_columns(node, columns(connection, f"from {relation(node)}"), columns(connection, sql))
    return count(connection.execute(f"insert into {relation(node)} by name (\n{sql}\n)"))


def grow(connection: duckdb.DuckDBPyConnection, node: Node, sql: str) -> Rows:
    """A table that keeps its rows: those that the SQL yields are appended, or take the place of those of their key.

    Raises ContractError when the SQL yields other columns than the table has.
    """
    name = relation(node)
    connection.execute(f"create or replace temp table arriving as (\n{sql}\n)")
    _check_columns(node, columns(connection, f"from {name}"), columns(connection, "from arriving"))
    if node["config"]["incremental_strategy"] == "delete+insert":
        key = ", ".join(f'"{column}"' for column in keys(node))
        connection.execute(f"delete from {name} where ({key}) in (select ({key}) from arriving)")
    written = count(connection.execute(f"insert into {name} by name from arriving"))
    connection.execute("drop table arriving")
    return written


def overwrite(connection: duckdb.DuckDBPyConnection, node: Node, sql: str) -> Rows:
    """A table kept by partition: what the SQL yields takes the place of the partitions in `changed_partition`.

    Raises ContractError when the SQL yields other columns than the table has.
    """
    name, column = relation(node), node["config"]["meta"]["partition_by"]
    _check_columns(node, columns(connection, f"from {name}"), columns(connection, sql))
    connection.execute(f"delete from {name} where {column} in (from changed_partition)")
    return count(connection.execute(f"insert into {name} by name (\n{sql}\n)"))


def python(connection: duckdb.DuckDBPyConnection, node: Node, relations: Mapping[str, str], is_part: bool) -> Rows:
    """A table of what the model's function yields, which is handed the relations by the names of their nodes.

    Of one kept by partition (`is_part`) the partitions in `changed_partition`: it is handed no others.
    """
    by_partition = node["config"]["meta"]["partition_inputs"] if is_part else ()
    let_through = f" where {node['config']['meta']['partition_by']} in (from changed_partition)" if is_part else ""
    model = runpy.run_path(str(PROJECT / node["original_file_path"]))["model"]
    dbt = SimpleNamespace(
        ref=lambda name: connection.query(f"from {relations[name]}{let_through if name in by_partition else ''}"),
        this=SimpleNamespace(schema=node["schema"], identifier=node["alias"]),
        config=lambda **_: None,
    )
    yielded = model(dbt, connection)  # noqa: F841 - DuckDB finds it by its name
    if is_part:
        connection.execute("create or replace temp table arriving as from yielded")
        return overwrite(connection, node, "from arriving")
    return count(connection.execute(f"create or replace table {relation(node)} as from yielded"))


def comments(nodes: Iterable[Node], present: Mapping[str, set[str]]) -> list[str]:
    """Statements that put the descriptions of tables, and of their columns that are `present`, into the file."""
    statements = []
    for node in nodes:
        if node["config"]["persist_docs"].get("relation") and node["description"]:
            kind = "view" if node["config"]["materialized"] == "view" else "table"
            statements.append(f"comment on {kind} {relation(node)} is {_literal(node['description'])}")
        if node["config"]["persist_docs"].get("columns"):
            statements += [
                f'comment on column {relation(node)}."{name}" is {_literal(column["description"])}'
                for name, column in node["columns"].items()
                if column["description"] and name in present[relation(node)]
            ]
    return statements


def columns(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, str]:
    """The columns that a query yields, with their types."""
    described = connection.execute(f"describe (\n{sql}\n)").fetchall()
    return {name: kind for name, kind, *_ in described}


def keys(node: Node) -> list[str]:
    key = node["config"]["unique_key"]
    return [key] if isinstance(key, str) else list(key)


def count(done: duckdb.DuckDBPyConnection) -> int:
    """How many rows a statement wrote."""
    return int(engine.one_row(done)[0])


def _declared(node: Node) -> list[str]:
    """The columns and constraints of a node under contract, as they stand in `create table`."""
    names = {"not_null": "not null"}
    written = [
        " ".join([f'"{name}"', column["data_type"], *(names[each["type"]] for each in column["constraints"])])
        for name, column in node["columns"].items()
    ]
    names = {"primary_key": "primary key", "unique": "unique"}
    return written + [f"{names[each['type']]} ({', '.join(each['columns'])})" for each in node["constraints"]]


def _check_columns(node: Node, expected: dict[str, str], found: dict[str, str]) -> None:
    differing = sorted(expected.items() ^ found.items())
    if differing:
        differences = "; ".join(
            f"{name}: {expected.get(name, 'no column')} by contract, {found.get(name, 'no column')} by its SQL"
            for name in dict.fromkeys(name for name, _ in differing)
        )
        raise ContractError(f"{node['name']}: {differences}. Correct the model or its .yml.")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
