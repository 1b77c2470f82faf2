"""The published file: whole, described, without identities, and the same whichever way it is looked at."""

import hashlib
import json
import re
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.build import database, journal, warehouse
from orchestration.releases import content
from orchestration.settings import Settings
from tests.support.needles import holding
from tests.support.warehouse import DAY, KEY, Warehouse

AUDIENCE = {"core", "mart", "reference", "ops"}


def test_a_release_holds_what_analysts_may_see_and_nothing_else(clean: Warehouse) -> None:
    tables = clean.release("select schema_name, table_name from duckdb_tables()")
    assert {schema for schema, _ in tables} == AUDIENCE
    assert ("core", "dim_child_identity") not in tables
    assert clean.release("select count(*) from duckdb_views() where not internal") == [(0,)]


def test_no_name_upn_or_birth_date_of_the_truth_is_in_the_bytes_of_the_release(clean: Warehouse) -> None:
    # Values are long enough to be no accident; the file is not compressed beyond dictionary encoding.
    upns = [
        upn for (upn,) in clean.inside("select distinct upn from read_csv('{truth}/children.csv', all_varchar = true)")
    ]
    texts = clean.release(
        """
        select schema_name || '."' || table_name || '"', list(column_name)
        from duckdb_columns()
        where data_type = 'VARCHAR' and not internal
        group by all
        """
    )
    people = {
        value
        for (value,) in clean.inside(
            "select distinct upper(unnest([upn, forename || ' ' || surname, surname || ', ' || forename])) "
            "from read_csv('{truth}/children.csv', all_varchar = true)"
        )
        if value
    }
    with duckdb.connect() as connection:
        connection.execute(f"attach '{clean.release_file}' as looked (read_only)")
        connection.execute("create table people as select unnest(?) as said", [sorted(people)])
        for table, columns in texts:
            for column in columns:
                known = f'select count(*) from looked.{table} where upper("{column}") in (from people)'
                assert connection.execute(known).fetchall() == [(0,)], f"{table}.{column}"
    assert holding(upns, clean.release_file) == []


def test_birth_dates_stay_in_the_build(clean: Warehouse) -> None:
    dates = {
        d for (d,) in clean.inside("select birth_date::date from read_csv('{truth}/children.csv', all_varchar = true)")
    }
    months = {d for (d,) in clean.release("select birth_month from core.dim_child where birth_month is not null")}
    assert months
    assert {d.day for d in months} == {1}
    assert len(dates) > len(months)


def test_every_table_and_column_of_a_release_carries_its_description(clean: Warehouse) -> None:
    bare = clean.release(
        """
        select schema_name, table_name, column_name from duckdb_columns()
        where coalesce(comment, '') = '' and not internal
        union all
        select schema_name, table_name, '' from duckdb_tables()
        where coalesce(comment, '') = '' and not internal
        """
    )
    assert bare == []


def test_the_manifest_describes_the_file_byte_for_byte(clean: Warehouse) -> None:
    manifest = json.loads((clean.home / "current" / "manifest.json").read_text())
    folder = (clean.home / "current").resolve()
    files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    del files["manifest.json"]
    assert manifest["files"].keys() == files.keys() >= {"early_help.duckdb", "open/early_help_open.duckdb"}
    for name, path in files.items():
        content = path.read_bytes()
        assert manifest["files"][name]["sha256"] == hashlib.sha256(content).hexdigest(), name
        assert manifest["files"][name]["bytes"] == len(content), name
    assert manifest["as_of_date"] == DAY
    assert clean.release("select release_id from ops.release") == [(manifest["release_id"],)]
    assert not list(clean.home.glob("releases/*/*.wal"))


def test_rows_read_are_rows_accepted_plus_rejected(dirty: Warehouse) -> None:
    rows = dirty.release(
        "select sum(rows_read), sum(rows_accepted) + sum(rows_rejected), sum(rows_rejected) from ops.delivery"
    )
    read, kept, rejected = rows[0]
    assert read == kept
    assert rejected > 0


@pytest.fixture(scope="module")
def again(clean: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> tuple[Warehouse, str]:
    """A home to which the same files came again, and what the build printed then."""
    home = Warehouse(tmp_path_factory.mktemp("again") / "home", clean.county)
    shutil.copytree(clean.home, home.home, symlinks=True)
    assert home.here("deliver", home.county / "extracts" / "synergy").returncode == 0
    return home, home.build()


@pytest.fixture(scope="module")
def night(again: tuple[Warehouse, str]) -> tuple[Warehouse, str]:
    """A home that was published once more, as of the next day, and what the build printed."""
    home, _ = again
    return home, home.build(as_of="2026-06-27")


@pytest.fixture(scope="module")
def twice(night: tuple[Warehouse, str]) -> Warehouse:
    return night[0]


def test_the_same_deliveries_again_are_recorded_and_change_nothing(
    clean: Warehouse, again: tuple[Warehouse, str]
) -> None:
    home, printed = again
    assert "0 new deliveries, 4 already known" in printed
    assert "Nothing new" in printed
    assert not [path for path in (home.home / "landing").rglob("*") if path.is_file()]
    assert home.release("from ops.release") == clean.release("from ops.release")


def test_a_night_says_how_many_tables_it_made_and_what_for(night: tuple[Warehouse, str]) -> None:
    found = re.search(r"^(\d+) of (\d+) tables and views were made anew: the day \((\d+)\)", night[1], re.MULTILINE)
    assert found, night[1]
    made, there, for_the_day = map(int, found.groups())
    assert 0 < for_the_day <= made < there


def test_rollback_puts_the_release_before_in_force_and_back(twice: Warehouse) -> None:
    releases = sorted(p.name for p in (twice.home / "releases").iterdir())
    assert len(releases) == 2
    done = twice.here("rollback")
    assert done.returncode == 0, done.stderr
    assert twice.release("select release_id from ops.release") == [(releases[-2],)]
    assert twice.here("rollback", "--to", releases[-1]).returncode == 0
    assert twice.release("select release_id from ops.release") == [(releases[-1],)]
    unknown = twice.here("rollback", "--to", "never")
    assert unknown.returncode == 1
    assert "No release never on the shelf" in unknown.stderr


def test_the_same_data_said_at_another_moment_is_the_same_content(clean: Warehouse, tmp_path: Path) -> None:
    """A home that has not spoken yet, and says the same at another time of the day."""
    again = Settings(home=tmp_path / "home", key=KEY)
    shutil.copytree(clean.home / "build", again.build)
    with database.connect(again) as connection:
        journal.begin(again, connection, date.fromisoformat(DAY), None)
    said = ("snap_child", "snap_flag", "snap_school", "fct_child_as_said", "fct_flag_as_said", "fct_school_as_said")
    warehouse.build_selected(again, DAY, *said)
    moments = "select max(said_from_at) from core.fct_flag_as_said"
    with database.connect(again, read_only=True) as connection:
        assert connection.execute(moments).fetchall() != clean.inside(moments)
        assert connection.execute("select count(*) from core.fct_flag_as_said").fetchone() > (1000,)
    assert content.differences(content.of(again.build_file), content.of(clean.home / "build/early_help.duckdb")) == []
