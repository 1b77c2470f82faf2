"""dbt's data tests, run by DuckDB itself on one connection once the models are built. A claim that held of tables that
are as they were is not asked again.

As nodes of `dbt build`, the 700 tests of a hamlet took 37 s of dbt's threads; run so, they take 2 s. They stay tests of
dbt, declared beside the models and run by `dbt test`: dbt makes their SQL (compiled.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from orchestration.build import compiled, dbt, engine, state
from orchestration.build.materializations import Node
from orchestration.settings import Settings


@dataclass(frozen=True)
class Verdict:
    """What one data test said: how many rows fail its claim, and whether that stops a release or is told alone.

    `path` is where it is declared: beside its model, or the file that says what it claims and what to do.
    """

    unique_id: str
    name: str
    path: str
    failures: int
    is_blocking: bool


def run(connection: duckdb.DuckDBPyConnection, settings: Settings) -> Iterator[Verdict]:
    """Say of every data test of the project whether it holds, by a connection that `warehouse.prepare` has made ready.

    Raises duckdb.Error naming the test whose SQL does not run.
    """
    sql = compiled.project(settings)
    states = state.States(connection, sql)
    if connection.execute("select getvariable('as_of_date')").fetchone() == (None,):
        raise RuntimeError("A claim that asks for the day would hold of no row: warehouse.prepare sets it.")
    held: list[Node] = []
    for node in dbt.nodes("test"):
        unique_id, config = node["unique_id"], node["config"]
        if (config["error_if"], config["warn_if"], config["limit"]) != ("!= 0", "!= 0", None):
            raise RuntimeError(
                f"data test {node['name']}: error_if, warn_if and limit are not read here; take them out"
            )
        failures = 0
        if states.changed(node):
            failures = _failing(connection, node, sql.sql[unique_id])
            if not failures:
                held.append(node)
        yield Verdict(
            unique_id=unique_id,
            name=node["name"],
            path=node["original_file_path"],
            failures=failures,
            is_blocking=is_blocking(node),
        )
    states.note_held(held)


def _failing(connection: duckdb.DuckDBPyConnection, node: Node, sql: str) -> int:
    try:
        counted = connection.execute(f"select {node['config']['fail_calc']} from (\n{sql}\n) as failing")
    except duckdb.Error as error:
        raise type(error)(f"data test {node['name']}: {error}") from error
    return int(engine.one_row(counted)[0])


def is_blocking(node: Node) -> bool:
    """Whether a data test that fails stops the release; it is told in any case."""
    return bool(node["config"]["severity"].lower() == "error")
