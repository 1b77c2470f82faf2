"""Starts a client in its own environment of locked versions and hands it one request."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ENVIRONMENTS = HERE.parents[2] / ".venv" / "clients"
"""Where `make clients` puts each client."""

DRIVERS = {
    "duckdb_1_1": "duckdb_python.py",
    "duckdb_1_2": "duckdb_python.py",
    "duckdb_1_3": "duckdb_python.py",
    "duckdb_1_4": "duckdb_python.py",
    "duckdb_1_5": "duckdb_python.py",
    "duckdb_2_0": "duckdb_python.py",
    "sqlalchemy_1_4": "sqlalchemy_engine.py",
    "sqlalchemy_2_0": "sqlalchemy_engine.py",
    "sqlalchemy_2_1": "sqlalchemy_engine.py",
    "sqlalchemy_duckdb_2_0": "sqlalchemy_engine.py",
    "adbc": "adbc.py",
    "node": "node.mjs",
}
"""Clients that read DuckDB's files, and what runs them."""

READERS = {"pandas": "pandas_parquet.py", "polars": "polars_parquet.py"}
"""Clients that read Parquet."""

NOTEBOOKS = {"marimo": "marimo_notebook.py"}
"""Clients that run the notebook of the analysts' pages."""


def is_set_up(client: str) -> bool:
    return (ENVIRONMENTS / client / ".installed").exists()


def parameters(*names: str) -> list[Any]:
    """Clients as parameters of a test; those that are not set up are skipped, with what sets them up."""
    return [
        pytest.param(
            name,
            marks=pytest.mark.skipif(
                not is_set_up(name),
                reason=f"the client {name} is not set up: run `make clients`",
            ),
        )
        for name in names
    ]


def start(client: str, request: dict[str, Any]) -> subprocess.Popen[str]:
    """A client at work on a request; it replies on standard output."""
    folder = ENVIRONMENTS / client
    runner = HERE / "runners" / (DRIVERS | READERS | NOTEBOOKS)[client]
    program = shutil.which("node") if runner.suffix == ".mjs" else folder / "bin" / "python"
    process = subprocess.Popen(
        [program, runner],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stdin.write(json.dumps(request) + "\n")
    process.stdin.flush()
    return process


def wait_until_ready(process: subprocess.Popen[str]) -> None:
    said = process.stdout.readline()
    assert said == '"ready"\n', said + process.stderr.read()


def reply(process: subprocess.Popen[str], said: str = "") -> Any:
    """The client's last word; what it says of a failure fails the test. `said` is written to it first."""
    out, errors = process.communicate(said, timeout=120)
    assert process.returncode == 0, errors
    return json.loads(out.splitlines()[-1])


def ask(client: str, request: dict[str, Any]) -> Any:
    """Start a client, hand it a request and wait for the reply."""
    return reply(start(client, request))
