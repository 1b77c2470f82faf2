"""A child's name, put where files can hold one, is found nowhere but in the archive."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.support import planted_names
from tests.support.warehouse import Warehouse

ARCHIVED = ("archive/", "landing/")
"""What was delivered lies here: as it came, and where it waits. (A name that is not known stands in no register.)"""


@dataclass(frozen=True)
class Attacked:
    """A home to which all the files were delivered and that was built and published, what was printed meanwhile, and
    where the name stands: by file, the places in it."""

    warehouse: Warehouse
    printed: str
    where: dict[str, list[str]]


@pytest.fixture(scope="module")
def attacked(counties: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Attacked:
    home = Warehouse(tmp_path_factory.mktemp("attacked"), counties["clean"])
    good = home.here("deliver", home.county / "extracts")
    assert good.returncode == 0, good.stderr
    printed = planted_names.deliver(home, tmp_path_factory.mktemp("delivered"))
    printed += home.build(expect=3)
    for command in (("status",), ("dashboard",), ("build", "--as-of", "2026-06-26")):
        done = home.here(*command)
        printed += done.stdout + done.stderr
    return Attacked(home, printed, planted_names.found(home))


def test_every_file_was_taken_in_and_the_right_ones_rejected_deliveries(attacked: Attacked) -> None:
    """The search below would find nothing in files that were never read."""
    rejected = attacked.warehouse.inside(
        "select reason_code, count(*) from ops.delivery where status = 'rejected' group by all order by all"
    )
    assert rejected == [("contract_unmet", 6), ("name_unknown", 6), ("unreadable", 5)]
    taken = "select count(*) from ops.delivery where status <> 'rejected' and starts_with(file_name, 'unnamed-')"
    assert attacked.warehouse.inside(taken) == [(1,)]


def test_the_name_is_in_no_file_but_those_that_were_delivered(attacked: Attacked) -> None:
    """Not even in the private build: the two cells that slipped into columns of codes are left out of their rows."""
    assert {path: where for path, where in attacked.where.items() if not path.startswith(ARCHIVED)} == {}
    told = (
        "select column_name, sum(rows)::int from ops.set_aside where table_name = 'synergy__pupils' "
        "group by all order by all"
    )
    assert attacked.warehouse.inside(told) == [("ethnicity_code", 1), ("sex", 1)]


def test_the_same_search_finds_the_name_where_it_was_delivered(attacked: Attacked) -> None:
    assert sum(path.startswith("archive/") for path in attacked.where) > 10
    assert [path for path in attacked.where if path.startswith("landing/")], "a folder of no source waits"
    assert not planted_names.is_planted((attacked.warehouse.home / "archive" / "register.jsonl").read_bytes())


def test_nothing_that_was_printed_holds_the_name(attacked: Attacked) -> None:
    assert "files or folders in" in attacked.printed
    assert not planted_names.is_planted(attacked.printed.encode(errors="surrogateescape"))


def test_a_zone_and_a_school_get_of_a_delivery_the_columns_that_are_listed(attacked: Attacked) -> None:
    listed = dict(
        attacked.warehouse.release(
            "select 'zone', list(column_name) from reference.ref_audience_column where zone group by all "
            "union all select 'school', list(column_name) from reference.ref_audience_column where school group by all"
        )
    )
    for level, columns in listed.items():
        for path in sorted((attacked.warehouse.home / "current" / level).glob("*.duckdb")):
            with duckdb.connect() as connection:
                key = planted_names.key_of(attacked.warehouse, path)
                connection.execute(f"attach '{path}' as place (read_only, encryption_key '{key}')")
                found = connection.execute(
                    "select column_name from duckdb_columns() where database_name = 'place' "
                    "and (table_name = 'dim_delivery' or schema_name = 'ops' and table_name <> 'release')"
                ).fetchall()
                assert sorted(name for (name,) in found) == sorted(columns)
                assert not {"reason", "reason_code", "file_name", "sha256"} & set(columns)
                assert connection.execute("select count(*) from place.core.dim_delivery").fetchone()[0] > 20
