"""A home built on Spark: hands it over, starts dbt in the .venv of Spark, and reads what it says of each node."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from expectations.reference import flags
from tests.support.spark import handover
from tests.support.warehouse import DAY, KEY, PROJECT

PYTHON = PROJECT / ".venv" / "spark" / "bin" / "python"
SESSION = Path(__file__).with_name("session.py")


@dataclass(frozen=True)
class Build:
    """What dbt made on Spark: the folder with what it was handed and its warehouse, and what was said of each node."""

    folder: Path
    nodes: list[dict[str, Any]]
    printed: str

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse"

    @property
    def failed(self) -> dict[str, str]:
        """What did not succeed, by its name: the class of the error, or that it was skipped."""
        return {node["name"]: node["error"] or node["status"] for node in self.nodes if node["status"] != "success"}

    def count(self, kind: str) -> int:
        return sum(node["kind"] == kind for node in self.nodes)


def hand_over(file: Path, folder: Path, select: tuple[str, ...] = ()) -> None:
    """Write what Spark is handed of a private build, and what dbt is to be told, into the folder."""
    with duckdb.connect(str(file), read_only=True) as connection:
        said_at = connection.execute("select max(said_at) from ops.build_run").fetchone()
    variables = {"as_of_date": DAY, "said_at": str(said_at[0]), "flag_codes": ",".join(flags())}
    handover.write(file, folder, variables, select)


def run(folder: Path) -> Build:
    """Build on Spark in a folder that was handed what it needs."""
    assert PYTHON.exists(), "Spark is not installed: `make test-spark` does it."
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "JAVA_HOME") if name in os.environ}
    done = subprocess.run(
        [str(PYTHON), str(SESSION), str(folder), str(PROJECT)],
        cwd=folder,
        env={**environment, "LANG": "C.UTF-8", "EARLYHELP_KEY": KEY, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        capture_output=True,
        text=True,
    )
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    nodes = [line for line in told if line.get("kind") in ("seed", "model")]
    assert nodes, done.stdout + done.stderr
    return Build(folder, nodes, done.stdout + done.stderr)
