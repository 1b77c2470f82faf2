"""The dbt project as Dagster sees it: its manifest, kept fresh, and the environment its command runs in."""

import fcntl
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_dbt import DbtCliResource, DbtProject

from orchestration.home import lock
from orchestration.settings import PROJECT, Settings

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

SOURCES = ("models", "seeds", "macros", "snapshots", "tests/dbt")
LOCK = "requirements.lock"
EXECUTABLE = str(Path(sys.executable).parent / "earlyhelp-dbt")
"""dbt, without reading the project anew for a build: see orchestration/commands/dbt.py."""


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


def cli() -> DbtCliResource:
    return DbtCliResource(project_dir=project(), dbt_executable=EXECUTABLE)


def build_models(settings: Settings, as_of: str, select: str) -> None:
    """Build the seeds and models that dbt's selector `select` names, without tests, in the build of `settings`.

    In this process, so that dbt is imported and the project read once for many builds. Raises RuntimeError naming the
    models that failed, with dbt's words.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.artifacts.schemas.run import RunExecutionResult
    from dbt.cli.main import dbtRunner

    target = settings.build / "dbt"
    chosen = ["--exclude-resource-type", "unit_test", "test", "--select", select]
    with in_environment(settings):
        done = dbtRunner(manifest=_manifest()).invoke(["--quiet", "build", *chosen, *_places(target, as_of)])
        # Otherwise dbt holds the build open until this process ends.
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]  # dbt-duckdb says no types
    if not done.success:
        results = done.result if isinstance(done.result, RunExecutionResult) else ()
        failed = [f"{result.node.name}: {result.message}" for result in results if result.status == "error"]
        raise RuntimeError("dbt failed: " + ("\n".join(failed) or str(done.exception)))


def compiled(settings: Settings, select: str, variables: dict[str, str]) -> dict[str, str]:
    """The SQL that dbt makes of what its selector `select` names, by unique id; no table is looked at.

    Raises RuntimeError with dbt's words.
    """
    project()
    with tempfile.TemporaryDirectory() as folder:
        # The build is held by whoever asks: an empty file of its name is enough.
        told = {**environment(settings), "EARLYHELP_BUILD_FILE": str(Path(folder) / settings.build_file.name)}
        project_at = str(PROJECT)
        places = [
            "--project-dir",
            project_at,
            "--profiles-dir",
            project_at,
            "--target-path",
            folder,
            "--log-path",
            folder,
        ]
        chosen = ["--select", select, "--no-populate-cache", "--vars", json.dumps(variables)]
        done = subprocess.run(
            [EXECUTABLE, "--quiet", "compile", *chosen, *places], env=told, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"dbt cannot compile {select}:\n{done.stdout}{done.stderr}")
        results = json.loads((Path(folder) / "run_results.json").read_text())["results"]
    return {result["unique_id"]: result["compiled_code"] for result in results}


@cache
def _manifest() -> "Manifest":
    from orchestration.build.manifest import last_read

    project()
    return last_read()


def _places(target: Path, as_of: str) -> list[str]:
    places = {"project-dir": PROJECT, "profiles-dir": PROJECT, "target-path": target, "log-path": target}
    variables = ["--vars", json.dumps({"as_of_date": as_of})]
    return [word for name, path in places.items() for word in (f"--{name}", str(path))] + variables


@contextmanager
def in_environment(settings: Settings) -> Iterator[None]:
    """Lend this process the environment of dbt's, for what is begun meanwhile."""
    before = dict(os.environ)
    os.environ.update(environment(settings))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
