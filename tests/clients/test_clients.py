"""What BI tools use underneath opens a release, reads it right, and can change nothing in it."""

import secrets
import subprocess
from pathlib import Path

import duckdb
import pytest

from orchestration.releases import parquet
from orchestration.settings import Settings
from tests.support.clients import table
from tests.support.clients.processes import DRIVERS, ENVIRONMENTS, HERE, READERS, ask, parameters
from tests.support.clients.questions import DATABASE, FORBIDDEN, TABLES

DESCRIBES_NOT = {
    "sqlalchemy_1_4": {"key"},
    "sqlalchemy_2_0": {"key"},
    "sqlalchemy_2_1": {"columns", "key"},
    "sqlalchemy_duckdb_2_0": {"key"},
}
"""What a version of SQLAlchemy cannot tell of a table: it asks PostgreSQL's catalogue for what DuckDB lacks."""
DESCRIBING = [name for name, runner in DRIVERS.items() if runner == "sqlalchemy_engine.py"]
LISTING = [*DESCRIBING, "adbc"]

TOO_OLD_FOR_ENCRYPTION = ["duckdb_1_1", "duckdb_1_2", "duckdb_1_3", "duckdb_1_4"]
"""DuckDB 1.4 encrypts as well, in a form of its own: a file written by 1.5 looks to it like one of another key."""


def answers(file: Path, questions: dict[str, str]) -> dict[str, list[list[str | None]]]:
    """What the warehouse's own DuckDB answers, in the form in which clients reply."""
    with duckdb.connect(str(file), read_only=True) as connection:
        rows = {name: connection.execute(sql).fetchall() for name, sql in questions.items()}
    assert all(rows.values()), "a question without an answer shows nothing"
    return {
        name: [[None if cell is None else str(cell) for cell in row] for row in found] for name, found in rows.items()
    }


@pytest.mark.parametrize("client", parameters(*DRIVERS))
def test_a_client_reads_a_release_right_and_can_change_nothing(
    client: str, release_file: Path, found: table.Findings
) -> None:
    before = release_file.read_bytes()
    questions = DATABASE | TABLES
    said = ask(client, {"do": "answer", "file": str(release_file), "questions": questions, "forbidden": FORBIDDEN})
    assert said["answers"] == answers(release_file, questions)
    assert [sql for sql, refusal in said["refused"].items() if "read-only" not in (refusal or "")] == []
    assert release_file.read_bytes() == before
    assert not list(release_file.parent.glob("*.wal"))
    found[client, table.READS] = found[client, table.REFUSES] = "yes"


@pytest.mark.parametrize("client", parameters(*LISTING))
def test_a_tools_own_catalogue_lists_the_marts(client: str, release_file: Path, found: table.Findings) -> None:
    said = ask(client, {"do": "answer", "file": str(release_file), "questions": {}, "forbidden": []})
    marts = "select table_name from duckdb_tables() where schema_name = 'mart' order by table_name"
    assert said["listed"] == [name for (name,) in answers(release_file, {"marts": marts})["marts"]]
    found[client, table.LISTS] = "yes"


@pytest.mark.parametrize("client", parameters(*DESCRIBING))
def test_a_tools_own_catalogue_describes_a_table_as_far_as_is_known(
    client: str, release_file: Path, found: table.Findings
) -> None:
    """Columns and the primary key of a dimension, as SQLAlchemy tells a tool of them."""
    said = ask(client, {"do": "describe", "file": str(release_file), "schema": "core", "table": "dim_zone"})
    columns = "select column_name from duckdb_columns() where table_name = 'dim_zone' order by column_index"
    right = {
        "columns": [name for (name,) in answers(release_file, {"columns": columns})["columns"]],
        "key": ["zone_key"],
    }
    wrong = {what for what in right if said[what] != right[what]}
    found[client, table.DESCRIBES] = ", ".join(
        f"{what}: no, `{first_words(said[what])}`" if what in wrong else f"{what}: yes" for what in right
    )
    assert wrong == DESCRIBES_NOT.get(client, set()), said


def first_words(problem: str | list[str]) -> str:
    """What an error of DuckDB's begins with; `none` of an answer without anything in it."""
    return problem.splitlines()[0].rpartition("Error: ")[2] if isinstance(problem, str) else str(problem or "none")


@pytest.fixture(scope="session")
def encrypted(release_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An encrypted copy of the release and its key."""
    target, key = tmp_path_factory.mktemp("encrypted") / "zone.duckdb", secrets.token_hex(32)
    writer = ENVIRONMENTS / "duckdb_1_5" / "bin" / "python"
    subprocess.run([writer, HERE / "runners" / "encrypt.py", release_file, target, key], check=True)
    assert b"mart_child_list" in release_file.read_bytes()
    assert b"mart_child_list" not in target.read_bytes()
    return target, key


@pytest.mark.parametrize("client", parameters(*(name for name in DRIVERS if name not in TOO_OLD_FOR_ENCRYPTION)))
def test_a_client_from_1_5_on_opens_an_encrypted_file_with_its_key(
    client: str, encrypted: tuple[Path, str], release_file: Path, found: table.Findings
) -> None:
    file, key = encrypted
    request = {"do": "answer", "file": str(file), "questions": TABLES, "forbidden": FORBIDDEN}
    said = ask(client, {**request, "key": key})
    assert said["answers"] == answers(release_file, TABLES)
    assert [sql for sql, refusal in said["refused"].items() if "read-only" not in (refusal or "")] == []
    with pytest.raises(AssertionError, match="Wrong encryption key"):
        ask(client, {**request, "key": secrets.token_hex(32)})
    found[client, table.DECRYPTS] = "yes"


@pytest.mark.parametrize("client", parameters(*TOO_OLD_FOR_ENCRYPTION))
def test_an_older_client_opens_no_encrypted_file(
    client: str, encrypted: tuple[Path, str], found: table.Findings
) -> None:
    file, key = encrypted
    with pytest.raises(AssertionError, match=r"(?i)encryption_key|newer version|Wrong encryption key") as refused:
        ask(client, {"do": "answer", "file": str(file), "key": key, "questions": TABLES, "forbidden": []})
    is_key = "Wrong encryption key" in str(refused.value)
    found[client, table.DECRYPTS] = "no: says `Wrong encryption key`" if is_key else "no: cannot read the format"


@pytest.mark.parametrize("client", parameters(*READERS))
def test_a_reader_of_parquet_counts_the_same(
    client: str, release_file: Path, tmp_path: Path, found: table.Findings
) -> None:
    parquet.write(Settings(home=tmp_path), release_file, tmp_path)
    expected = answers(release_file, {name: TABLES[name] for name in ("children by zone", "flags raised by zone")})
    assert ask(client, {"folder": str(tmp_path)}) == expected
    found[client, table.READS] = "yes"
