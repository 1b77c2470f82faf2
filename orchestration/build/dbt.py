"""The dbt project: its manifest, kept fresh, the SQL that dbt makes of it, and the environment that dbt runs in."""

import fcntl
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from dagster_dbt import DbtProject

from orchestration.home import lock
from orchestration.settings import PROJECT, Settings

SOURCES = ("models", "seeds", "macros", "snapshots", "tests/dbt")
LOCK = "requirements.lock"
EXECUTABLE = str(Path(sys.executable).parent / "earlyhelp-dbt")
"""dbt, without reading the project anew: see orchestration/commands/dbt.py."""


@cache
def project() -> DbtProject:
    """The project with a manifest no older than any of its files; parses it when there is need."""
    found = DbtProject(project_dir=PROJECT, profiles_dir=PROJECT)
    found.manifest_path.parent.mkdir(exist_ok=True)
    with (found.manifest_path.parent / ".parse.lock").open("w") as reading:
        # Two processes at once: the second waits and finds the manifest that the first one wrote.
        fcntl.flock(reading, fcntl.LOCK_EX)
        if not _is_fresh(found.manifest_path):
            _parse()
        # A build's own copy of it has its mode.
        found.manifest_path.with_name("partial_parse.msgpack").chmod(0o600)
    return found


@cache
def manifest() -> dict[str, Any]:
    """The project as dbt read it, in the form that Dagster takes."""
    return json.loads(project().manifest_path.read_text())


def nodes(*kinds: str) -> list[dict[str, Any]]:
    """The nodes of these resource types, as `model` or `test`."""
    return [node for node in manifest()["nodes"].values() if node["resource_type"] in kinds]


def _parse() -> None:
    done = subprocess.run(
        [EXECUTABLE, "--quiet", "parse", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)],
        env=environment(Settings()),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"dbt cannot read the project:\n{done.stdout}{done.stderr}")


def _is_fresh(manifest: Path) -> bool:
    # What was read is handed to builds from the second file; another version of dbt reads another manifest.
    if not (manifest.exists() and manifest.with_name("partial_parse.msgpack").exists()):
        return False
    made = manifest.stat().st_mtime
    files = (path for name in SOURCES for path in (PROJECT / name).rglob("*") if path.is_file())
    return all(path.stat().st_mtime <= made for path in [PROJECT / "dbt_project.yml", PROJECT / LOCK, *files])


def environment(settings: Settings) -> dict[str, str]:
    """What dbt's process is told: where the build lies, who started it, and to keep its findings to itself."""
    return {
        **os.environ,
        **lock.for_children(settings),
        "EARLYHELP_HOME": str(settings.home),
        "EARLYHELP_THREADS": str(settings.threads),
        "EARLYHELP_MEMORY_LIMIT": settings.memory_limit,
        **({"EARLYHELP_KEY": settings.key} if settings.key else {}),
        "DBT_LOG_LEVEL_FILE": "info",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")])),
    }


def compiled(
    settings: Settings, select: str, variables: dict[str, str | bool], standing: Iterable[str] = ()
) -> dict[str, str]:
    """The SQL that dbt makes of what its selector `select` names, by unique id, as if the tables `standing` stood.

    The build is not looked at. Raises RuntimeError with dbt's words.
    """
    project()
    with tempfile.TemporaryDirectory() as folder:
        # The build is held by whoever asks: a file of its name is enough.
        file = Path(folder) / settings.build_file.name
        with duckdb.connect(str(file)) as connection:
            for name in standing:
                connection.execute(f"create schema if not exists {name.rsplit('.', 1)[0]}")
                connection.execute(f"create table {name} (nothing integer)")
        told = {**environment(settings), "EARLYHELP_BUILD_FILE": str(file)}
        places = ["--project-dir", PROJECT, "--profiles-dir", PROJECT, "--target-path", folder, "--log-path", folder]
        chosen = ["--select", *select.split(), "--no-populate-cache", "--vars", json.dumps(variables)]
        done = subprocess.run(
            [EXECUTABLE, "--quiet", "compile", *chosen, *places], env=told, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"dbt cannot compile {select}:\n{done.stdout}{done.stderr}")
        results = json.loads((Path(folder) / "run_results.json").read_text())["results"]
    return {result["unique_id"]: result["compiled_code"] for result in results}
