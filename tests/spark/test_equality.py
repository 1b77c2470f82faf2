"""The same project on Apache Spark: what every model makes there is what it makes on DuckDB, table by table."""

from collections import Counter
from pathlib import Path

import duckdb
import pytest

from orchestration.build import dbt
from tests.support.spark import build, equality, handover
from tests.support.spark.build import Build
from tests.support.spark.equality import Compared
from tests.support.warehouse import KEY, Warehouse

TAKEN_OVER = set(handover.TAKEN_OVER)


@pytest.fixture(scope="module")
def built(dirty: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The hamlet with the errors that real extracts have, built on Spark."""
    folder = tmp_path_factory.mktemp("spark")
    build.hand_over(dirty.home / "build" / "early_help.duckdb", folder)
    return build.run(folder)


@pytest.fixture(scope="module")
def compared(built: Build, dirty: Warehouse) -> list[Compared]:
    return equality.compare(dirty.home / "build" / "early_help.duckdb", built.warehouse, TAKEN_OVER)


def test_every_seed_and_model_is_built_or_taken_over(built: Build) -> None:
    assert not built.failed
    nodes = {node["name"] for node in dbt.nodes("seed", "model", "snapshot")}
    assert {node["name"] for node in built.nodes} == nodes - TAKEN_OVER
    assert nodes >= TAKEN_OVER


def test_every_table_is_equal(compared: list[Compared], capsys: pytest.CaptureFixture[str]) -> None:
    tables = Counter(table.schema for table in compared)
    equal = Counter(table.schema for table in compared if not table.difference)
    with capsys.disabled():
        print("\n\n| schema | tables | equal | rows |\n|---|---:|---:|---:|")
        for schema in equality.COMPARED:
            rows = sum(table.rows for table in compared if table.schema == schema)
            print(f"| `{schema}` | {tables[schema]} | {equal[schema]} | {rows:,} |")
    assert not {f"{table.schema}.{table.name}": table.difference for table in compared if table.difference}


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ("* replace (children_count + cast(row_number() over () = 1 as integer) as children_count)", "children_count"),
        ("* replace (cast(children_count as double) as children_count)", "other types"),
        ("* exclude (children_count)", "other columns"),
    ],
)
def test_a_difference_is_found(change: str, difference: str, built: Build, dirty: Warehouse, tmp_path: Path) -> None:
    changed = tmp_path / "mart.db" / "mart_trend"
    changed.mkdir(parents=True)
    duckdb.sql(
        f"copy (select {change} from '{built.warehouse}/mart.db/mart_trend/*.parquet') to '{changed}/changed.parquet'"
    )
    found = {
        table.name: table.difference
        for table in equality.compare(dirty.home / "build" / "early_help.duckdb", tmp_path, TAKEN_OVER)
    }
    assert difference in found["mart_trend"]
    assert found["mart_zone_dashboard"] == "Spark has no such table"


def test_the_pseudonym_key_is_in_no_file_and_in_nothing_printed(built: Build) -> None:
    assert KEY not in built.printed
    files = [path for path in built.folder.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if KEY.encode() in path.read_bytes()]


def test_an_error_tells_no_cell(dirty: Warehouse, tmp_path: Path) -> None:
    build.hand_over(dirty.home / "build" / "early_help.duckdb", tmp_path, ("+stg_attainment__results",))
    for file in (tmp_path / "handed" / "raw").glob("attainment__*.parquet"):
        duckdb.sql(f"copy (select * replace ('Zqxj' as academic_year) from '{file}') to '{file}.new' (format parquet)")
        Path(f"{file}.new").replace(file)
    done = build.run(tmp_path)
    assert done.failed == {"stg_attainment__results": "CAST_INVALID_INPUT"}
    assert "Zqxj" not in done.printed
    said = [path for path in tmp_path.rglob("*") if path.is_file() and "handed" not in path.parts]
    assert not [path for path in said if b"Zqxj" in path.read_bytes()]
