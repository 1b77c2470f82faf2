"""dbt's data tests, run by DuckDB itself on one connection once the models are built.

As nodes of `dbt build`, the 700 tests of a hamlet took 37 s of dbt's threads; run so, they take 2 s. They stay tests of
dbt, declared beside the models and run by `dbt test`: dbt makes their SQL, once for each state of the project.
"""

import fcntl
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.build import dbt
from orchestration.build.engine import one_row
from orchestration.home.pseudonym_key import pseudonym_key
from orchestration.settings import PROJECT, Settings

COMPILED = PROJECT / "target" / "data_tests.json"
"""SQL by the unique id of a test, as dbt made it when the manifest beside it was read."""

NO_DAY = "0001-02-03"
"""Stands for the as-of date in what is kept for every day, so that a test that states the day is found."""


@dataclass(frozen=True)
class Verdict:
    """What one data test said: how many rows fail its claim, and whether that stops a release or is told alone."""

    unique_id: str
    name: str
    failures: int
    is_blocking: bool
    models: tuple[str, ...]


def run(connection: duckdb.DuckDBPyConnection, settings: Settings) -> Iterator[Verdict]:
    """Run every data test of the project on the build. Raises duckdb.Error naming the test whose SQL does not run."""
    sql = compiled(settings)
    connection.execute("set variable earlyhelp_key = ?", [pseudonym_key(settings)])
    for unique_id, node in declared(json.loads(dbt.project().manifest_path.read_text())).items():
        config = node["config"]
        if (config["error_if"], config["warn_if"], config["limit"]) != ("!= 0", "!= 0", None):
            raise RuntimeError(
                f"data test {node['name']}: error_if, warn_if and limit are not read here; take them out"
            )
        try:
            (failures,) = one_row(
                connection.execute(f"select {config['fail_calc']} from ({sql[unique_id]}) as failing")
            )
        except duckdb.Error as error:
            raise type(error)(f"data test {node['name']}: {error}") from error
        yield Verdict(
            unique_id=unique_id,
            name=node["name"],
            failures=failures,
            is_blocking=config["severity"].lower() == "error",
            models=tuple(name for name in node["depends_on"]["nodes"] if not name.startswith("source.")),
        )


def declared(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The nodes of the data tests, by unique id."""
    return {name: node for name, node in manifest["nodes"].items() if node["resource_type"] == "test"}


def compiled(settings: Settings) -> dict[str, str]:
    """The SQL of every data test by its unique id; made by dbt if the project changed since it last was."""
    manifest = dbt.project().manifest_path
    with manifest.with_name(".data_tests.lock").open("w") as compiling:
        fcntl.flock(compiling, fcntl.LOCK_EX)
        if not COMPILED.exists() or COMPILED.stat().st_mtime < manifest.stat().st_mtime:
            made = COMPILED.with_suffix(".new")
            made.write_text(json.dumps(_compile(settings)))
            made.replace(COMPILED)
        return dict(json.loads(COMPILED.read_text()))


def _compile(settings: Settings) -> dict[str, str]:
    sql = dbt.compiled(settings, "resource_type:test", {"as_of_date": NO_DAY, "said_at": NO_DAY})
    if dated := [unique_id for unique_id, text in sql.items() if NO_DAY in text]:
        raise RuntimeError(f"These data tests state the day, and are kept for every day: {', '.join(dated)}.")
    return sql
