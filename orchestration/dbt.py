"""The dbt project as Dagster sees it: its manifest, kept fresh, and the environment its command runs in."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from dagster_dbt import DbtCliResource, DbtProject

from orchestration.settings import PROJECT, Settings

SOURCES = ("models", "seeds", "macros", "snapshots", "tests/dbt")
EXECUTABLE = str(Path(sys.executable).parent / "dbt")


@cache
def project() -> DbtProject:
    """The project with a manifest no older than any of its files; parses it when there is need."""
    found = DbtProject(project_dir=PROJECT, profiles_dir=PROJECT)
    if not _is_fresh(found.manifest_path):
        done = subprocess.run(
            [EXECUTABLE, "--quiet", "parse", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)],
            env=environment(Settings()),
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"dbt cannot read the project:\n{done.stdout}{done.stderr}")
    return found


def _is_fresh(manifest: Path) -> bool:
    if not manifest.exists():
        return False
    made = manifest.stat().st_mtime
    files = (path for name in SOURCES for path in (PROJECT / name).rglob("*") if path.is_file())
    return all(path.stat().st_mtime <= made for path in [PROJECT / "dbt_project.yml", *files])


def environment(settings: Settings) -> dict[str, str]:
    """What dbt's process is told: where the build lies, and to keep its findings to itself."""
    return {
        **os.environ,
        "EARLYHELP_HOME": str(settings.home),
        "EARLYHELP_THREADS": str(settings.threads),
        **({"EARLYHELP_KEY": settings.key} if settings.key else {}),
        "DBT_LOG_LEVEL_FILE": "info",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")])),
    }


def cli() -> DbtCliResource:
    return DbtCliResource(project_dir=project(), dbt_executable=EXECUTABLE)
