"""Parquet beside the release's file: every table, whole, with its types, readable by another engine."""

from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet
import pytest

from orchestration.releases import parquet
from orchestration.settings import Settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "it's a release.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            create schema core;
            create schema mart;
            create table core.fct_big as select range as id, sha256(range::varchar) as filler from range(200000);
            create table mart.mart_types as
                select true as is_so, date '2026-06-26' as day_date, 0.125::decimal(9, 4) as so_rate,
                    timestamp '2026-06-26 02:00:00' as so_at, null::varchar as nothing, 7::bigint as so_count;
            create table mart.mart_empty (so_count bigint)
            """
        )
    return path


def test_every_table_of_a_release_is_beside_it_whole(file: Path, tmp_path: Path) -> None:
    written = parquet.write(Settings(home=tmp_path), file, tmp_path / "parquet")
    assert [path.relative_to(tmp_path / "parquet").as_posix() for path in written] == [
        "core/fct_big.parquet",
        "mart/mart_empty.parquet",
        "mart/mart_types.parquet",
    ]
    assert [pyarrow.parquet.read_metadata(path).num_rows for path in written] == [200_000, 0, 1]


def test_types_are_those_of_the_release(file: Path, tmp_path: Path) -> None:
    *_, types = parquet.write(Settings(home=tmp_path), file, tmp_path / "parquet")
    (row,) = pyarrow.parquet.read_table(types).to_pylist()
    assert (row["is_so"], row["so_rate"], row["nothing"], row["so_count"]) == (True, Decimal("0.1250"), None, 7)
    assert (row["day_date"].isoformat(), row["so_at"].isoformat()) == ("2026-06-26", "2026-06-26T02:00:00")
