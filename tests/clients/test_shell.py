"""`earlyhelp sql` with DuckDB's own shell: it answers, and writes, reads and opens nothing else."""

import subprocess
from pathlib import Path

import pytest

from tests.support.clients import table
from tests.support.clients.processes import ENVIRONMENTS, is_set_up
from tests.support.warehouse import Warehouse

pytestmark = pytest.mark.skipif(
    not is_set_up("duckdb_cli"), reason="the client duckdb_cli is not set up: run `make clients`"
)
QUESTION = "select 'children: ' || count(*) as answer from mart_child_list;"
REFUSED = (
    ".shell touch {folder}/shell",
    ".system touch {folder}/system",
    ".output {folder}/output.txt",
    ".once {folder}/once.txt",
    ".read {folder}/secret.sql",
    ".import {folder}/secret.csv secret",
    ".open {folder}/other.duckdb",
    "copy mart.mart_child_list to '{folder}/children.csv';",
    "from read_csv('{folder}/secret.csv');",
    "from glob('{folder}/*');",
    "attach '{folder}/other.duckdb';",
    "create table mart.other as select 1 as one;",
    "delete from mart_child_list;",
    "set enable_external_access = true;",
    "set lock_configuration = false;",
)


def typed(warehouse: Warehouse, text: str) -> subprocess.CompletedProcess[str]:
    """What the shell prints of what is typed, as a pipe."""
    folders = (ENVIRONMENTS / "duckdb_cli" / "bin", ENVIRONMENTS.parent / "bin", "/usr/bin", "/bin")
    return subprocess.run(
        ["earlyhelp", "sql"],
        input=text,
        env=warehouse.environment(PATH=":".join(map(str, folders))),
        capture_output=True,
        text=True,
    )


def test_it_answers_of_the_marts(clean: Warehouse, found: table.Findings) -> None:
    ((children,),) = clean.release("select count(*) from mart.mart_child_list")
    done = typed(clean, QUESTION)
    assert done.returncode == 0, done.stderr
    assert f"children: {children}" in done.stdout
    found["duckdb_cli", table.READS] = "yes"


@pytest.mark.parametrize("statement", REFUSED)
def test_it_refuses_what_writes_or_reaches_for_files(clean: Warehouse, tmp_path: Path, statement: str) -> None:
    (tmp_path / "secret.csv").write_text("secret\nTell nobody\n")
    (tmp_path / "secret.sql").write_text("select 'Tell nobody';\n")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    done = typed(clean, statement.format(folder=tmp_path) + "\n")
    assert "Tell nobody" not in done.stdout
    assert any(word in done.stderr for word in ("cannot be used", "disabled", "read-only", "locked")), done.stderr
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
