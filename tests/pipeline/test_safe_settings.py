"""The settings that the pages of BI tools begin with keep the release as it is and the server's files out of reach."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.support.statements import REFUSED
from tests.support.warehouse import PROJECT, Warehouse

PAGES = PROJECT / "docs" / "bi-tools"
SETTINGS = ("read_only", "enable_external_access", "lock_configuration")


def of_superset() -> dict[str, Any]:
    """What Superset's page has one enter as engine parameters: DuckDB's own arguments."""
    (entered,) = re.findall(r"^Engine parameters\s+(\{.*\})$", (PAGES / "superset.md").read_text(), re.M)
    return dict(json.loads(entered)["connect_args"])


def of_python() -> dict[str, Any]:
    """What Python's page gives to DuckDB."""
    ((safe, arguments),) = re.findall(
        r"^safe = (\{.*\})\nwith duckdb\.connect\(\"[^\"]+\", (.*)\) as release:$",
        (PAGES / "python.md").read_text(),
        re.M,
    )
    assert arguments == "read_only=True, config=safe"
    return {"read_only": True, "config": json.loads(safe)}


@pytest.fixture(scope="module")
def published(clean: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release as a file that nobody of this process has open: who opens one again must give the same settings."""
    return Path(shutil.copy(clean.release_file, tmp_path_factory.mktemp("published")))


@contextmanager
def connected(file: Path, arguments: dict[str, Any]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(file), **arguments) as connection:
        yield connection


@pytest.mark.parametrize("statement", REFUSED)
def test_with_the_settings_of_the_pages_it_is_refused(published: Path, tmp_path: Path, statement: str) -> None:
    assert of_superset() == of_python()
    (tmp_path / "secret.csv").write_text("secret\n1\n")
    before = sorted(tmp_path.iterdir())
    with connected(published, of_superset()) as connection:
        with pytest.raises(duckdb.Error):
            connection.execute(statement.format(folder=tmp_path))
        assert connection.execute("select count(*) from mart.mart_child_list").fetchone() != (0,)
    assert sorted(tmp_path.iterdir()) == before


def test_read_only_alone_lets_children_onto_the_disk(published: Path, tmp_path: Path) -> None:
    """Why there are three settings: this is what the first alone allows."""
    with connected(published, {"read_only": True}) as connection:
        connection.execute(f"copy mart.mart_child_list to '{tmp_path}/children.csv'")
    assert len((tmp_path / "children.csv").read_text().splitlines()) > 300


def test_every_page_of_a_tool_that_connects_names_the_settings() -> None:
    """Excel reads exported files and Power BI Parquet: neither connects to the release."""
    pages = {page.stem for page in PAGES.glob("*.md")} - {"excel", "power-bi"}
    lacking = {
        page: [setting for setting in SETTINGS if setting not in (PAGES / f"{page}.md").read_text().replace("-", "_")]
        for page in pages
    }
    assert {page: missing for page, missing in lacking.items() if missing} == {}
