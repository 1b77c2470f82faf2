"""The dbt project: its manifest, kept fresh, the SQL that dbt makes of it, and the environment that dbt runs in."""

import fcntl
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from orchestration.build import fingerprint, flag_columns
from orchestration.home import processes
from orchestration.settings import PROJECT, Settings

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

SOURCES = ("models", "seeds", "macros", "snapshots", "tests/dbt", "dbt_project.yml", "requirements.lock")
"""What decides what dbt reads; another version of dbt reads another manifest."""
TARGET, MANIFEST = PROJECT / "target", "manifest.json"
READ = "partial_parse.msgpack"
"""The project as dbt itself keeps it; handed to dbt so that it need not read it again."""
STAMP = "read.sha256"
"""Of which state of the project the manifest beside it is."""
QUIET = {"DBT_LOG_LEVEL_FILE": "info", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
"""For dbt's environment: to keep its findings to itself."""
EXECUTABLE = str(Path(sys.executable).parent / "earlyhelp-dbt")
"""dbt, without reading the project anew: see orchestration/commands/dbt.py."""


@cache
def target() -> Path:
    """The folder with what dbt read of the project, no older than any of its files; has it read when there is need."""
    TARGET.mkdir(exist_ok=True)
    with (TARGET / ".parse.lock").open("w") as reading:
        # Two processes at once: the second waits and finds the manifest that the first one wrote.
        fcntl.flock(reading, fcntl.LOCK_EX)
        # What changes while dbt reads is not what it has read.
        sources = fingerprint.files(SOURCES)
        if not _is_fresh(sources):
            _parse()
            (TARGET / STAMP).write_text(_stamp(sources))
        # A copy of it has its mode.
        (TARGET / READ).chmod(0o600)
    return TARGET


@cache
def manifest() -> dict[str, Any]:
    """The project as dbt read it: dbt's manifest.json, its contracts fitted to the flags that are on."""
    read: dict[str, Any] = json.loads((target() / MANIFEST).read_text())
    flag_columns.fit(read)
    return read


def last_read() -> "Manifest":
    """The project as dbt read it, in its own form."""
    from dbt.contracts.graph.manifest import Manifest

    with (target() / ".parse.lock").open("w") as reading:
        # Not while another process reads the project anew.
        fcntl.flock(reading, fcntl.LOCK_SH)
        return Manifest.from_msgpack((TARGET / READ).read_bytes())


def nodes(*kinds: str) -> list[dict[str, Any]]:
    """The nodes of these resource types, as `model` or `test`."""
    return [node for node in manifest()["nodes"].values() if node["resource_type"] in kinds]


def _parse() -> None:
    done = subprocess.run(
        [EXECUTABLE, "--quiet", "parse", *places(TARGET)],
        env=processes.project_environment() | QUIET,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"dbt cannot read the project:\n{done.stdout}{done.stderr}")


def _is_fresh(sources: str) -> bool:
    there = all((TARGET / name).exists() for name in (MANIFEST, READ, STAMP))
    return there and (TARGET / STAMP).read_text() == _stamp(sources)


def _stamp(sources: str) -> str:
    # By content: an upgrade may bring files that are older than what was read, and take files away.
    return f"{sources} {(TARGET / MANIFEST).stat().st_mtime_ns}"


def environment(settings: Settings) -> dict[str, str]:
    """What dbt's process is told: where the build lies, who started it, and to keep its findings to itself."""
    return processes.environment(settings) | QUIET


def places(target: Path) -> list[str]:
    """Options for dbt: this project, and the folder for what it writes."""
    words = {"project-dir": PROJECT, "profiles-dir": PROJECT, "target-path": target, "log-path": target}
    return [word for name, path in words.items() for word in (f"--{name}", str(path))]


def compiled(
    settings: Settings, select: str, variables: Mapping[str, str | bool], standing: Iterable[str] = ()
) -> dict[str, str]:
    """The SQL that dbt makes of what its selector `select` names, by unique id, as if the tables `standing` stood.

    The build is not looked at. Raises RuntimeError with dbt's words.
    """
    target()
    with tempfile.TemporaryDirectory() as folder:
        # The build is held by whoever asks: a file of its name is enough.
        file = Path(folder) / settings.build_file.name
        with duckdb.connect(str(file)) as connection:
            for name in standing:
                connection.execute(f"create schema if not exists {name.rsplit('.', 1)[0]}")
                connection.execute(f"create table {name} (nothing integer)")
        environ = {**environment(settings), "EARLYHELP_BUILD_FILE": str(file)}
        chosen = ["--select", *select.split(), "--no-populate-cache", "--vars", json.dumps(variables)]
        done = subprocess.run(
            [EXECUTABLE, "--quiet", "compile", *chosen, *places(Path(folder))],
            env=environ,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"dbt cannot compile {select}:\n{done.stdout}{done.stderr}")
        results = json.loads((Path(folder) / "run_results.json").read_text())["results"]
    return {result["unique_id"]: result["compiled_code"] for result in results}
