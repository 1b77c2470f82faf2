"""`earlyhelp sql`: DuckDB's own shell on the release in force, where nothing can be written and no file reached."""

import shutil
import subprocess
import sys
from pathlib import Path

import typer

from orchestration.commands import terminal
from orchestration.settings import Settings

SAFE = ("use mart", "set enable_external_access = false", ".safe_mode")
"""What the shell is told before anybody types: its schema, then the settings of docs/bi-tools/index.md, locked."""

GET_IT = 'There is no shell yet. It is a package of its own: pip install "duckdb-cli==1.5.5", into this environment.'


def sql() -> None:
    """Open DuckDB's shell on the release in force: read-only, in the schema `mart`, no file of this machine in reach.

    \b
    Examples:
      earlyhelp sql
      echo "from mart_zone_dashboard where is_current;" | earlyhelp sql
    In it, `show tables;` lists the marts, `from core.dim_zone;` shows a table, `.mode` how answers are printed. For
    files: `earlyhelp query … --out` and `earlyhelp export`, which log what they write about children.
    """
    from orchestration import releases

    release = releases.in_force(Settings())
    if release is None:
        terminal.fail("No release yet. Next: earlyhelp deliver …, then earlyhelp build.")
    if (shell := _shell()) is None:
        terminal.fail(GET_IT)
    commands = [word for command in SAFE for word in ("-cmd", command)]
    done = subprocess.run([shell, "-readonly", *commands, release.file])
    raise typer.Exit(done.returncode)


def _shell() -> str | None:
    """DuckDB's shell: the one of this environment, or else of this machine."""
    beside = Path(sys.executable).with_name("duckdb")
    return str(beside) if beside.exists() else shutil.which("duckdb")
