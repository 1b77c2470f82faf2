"""Daily marks: what a night writes; increments end where a full refresh does, whatever the order of arrival."""

import csv
import shutil
from pathlib import Path
from typing import Any

import pytest

from orchestration import deliveries
from orchestration.build import database, warehouse
from orchestration.releases import content
from orchestration.settings import Settings
from tests.support.warehouse import DAY, KEY, Warehouse

CHAIN = (
    "int_deliveries",
    "dim_delivery",
    "int_attendance_days_delivered",
    "int_attendance_days_in_force",
    "int_attendance_pupils",
    "int_attendance_days",
    "fct_attendance_day",
)
TABLES = {
    "intermediate.int_attendance_days_delivered",
    "intermediate.int_attendance_days",
    "core.fct_attendance_day",
}


class Home:
    """A copy of a built warehouse, to which files are delivered and whose attendance is built again."""

    def __init__(self, folder: Path, built: Warehouse) -> None:
        self.settings = Settings(home=folder / "home", key=KEY)
        self.settings.build.mkdir(parents=True)
        shutil.copy(built.home / "build" / "early_help.duckdb", self.settings.build_file)

    def take(self, *files: Path) -> None:
        """Deliver files one after the other, and build after each."""
        for file in files:
            deliveries.deliver(self.settings, [file], "attendance_daily")
            with database.connect(self.settings) as connection:
                outcomes = deliveries.load(self.settings, connection, "run")
            assert {outcome.rows_rejected for outcome in outcomes} == {0}, outcomes
            self.build()

    def build(self) -> None:
        warehouse.build_selected(self.settings, DAY, *CHAIN)

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        with database.connect(self.settings) as connection:
            return connection.execute(sql).fetchall()

    def change_identities(self, sql: str) -> None:
        """Change who is who as if a run had found it so."""
        self.run(f"update intermediate.int_child_identity {sql}")
        self.run(
            "update ops.node_state set content = concat('changed: ', content) "
            "where relation = 'intermediate.\"int_child_identity\"'"
        )

    def content(self) -> str:
        return content.of(self.settings.build_file)["core.fct_attendance_day"]

    def refreshed(self) -> str:
        """The content once nothing is held."""
        for table in TABLES:
            self.run(f"drop table {table}")
        self.build()
        return self.content()


@pytest.fixture
def home(clean: Warehouse, tmp_path: Path) -> Home:
    return Home(tmp_path, clean)


@pytest.fixture(scope="session")
def a_school(clean: Warehouse) -> tuple[str, list[dict[str, str]]]:
    """A school and the rows of its newest file."""
    newest = max((clean.county / "extracts" / "attendance_daily").glob("*.csv"), key=lambda file: file.stat().st_size)
    with newest.open(encoding="utf-8", newline="") as file:
        return newest.stem.split("_")[2], list(csv.DictReader(file))


def marks(folder: Path, school_id: str, extract_date: str, rows: list[dict[str, str]]) -> Path:
    """A file of marks as a school would send it."""
    path = folder / f"attendance_daily_{school_id}_{extract_date}.csv"
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_night_writes_the_days_that_came_and_no_other(home: Home, clean: Warehouse) -> None:
    before = {table: home.run(f"select count(*), max(rowid) from {table}")[0] for table in TABLES}
    deliveries.deliver(home.settings, [clean.county / "extracts_next_day"], None)
    with database.connect(home.settings) as connection:
        outcomes = deliveries.load(home.settings, connection, "run")
    came = sum(outcome.rows_accepted for outcome in outcomes)
    assert came > 200
    home.build()
    for table in TABLES - {"intermediate.int_attendance_days_delivered"}:
        count, last = before[table]
        assert home.run(f"select count(*) filter (where rowid > {last}), count(*) from {table}") == [
            (came, count + came)
        ]
    assert home.content() == home.refreshed()


def test_a_corrected_day_replaces_the_whole_day_in_any_order_of_arrival(
    clean: Warehouse, a_school: tuple[str, list[dict[str, str]]], tmp_path: Path
) -> None:
    school_id, rows = a_school
    day = rows[0]["Date"]
    of_the_day = [row for row in rows if row["Date"] == day]
    # The newest word on the day leaves one pupil out, and an older export of it comes late.
    corrected = marks(tmp_path / "1", school_id, "2026-06-26", [row | {"AM": "I", "PM": "I"} for row in of_the_day[1:]])
    late = marks(tmp_path / "2", school_id, "2026-06-24", [row | {"AM": "G", "PM": "G"} for row in of_the_day])

    in_order, out_of_order = Home(tmp_path / "a", clean), Home(tmp_path / "b", clean)
    in_order.take(late, corrected)
    out_of_order.take(corrected, late)

    found = in_order.run(
        f"""
        select sessions_authorised, sessions_unauthorised, count(*) from core.fct_attendance_day
        where school_id = '{school_id}' and attendance_date = '{day}' group by all
        """
    )
    assert found == [(2, 0, len(of_the_day) - 1)]
    assert in_order.content() == out_of_order.content() == in_order.refreshed()


def test_days_of_a_child_whose_key_has_changed_are_written_again(home: Home) -> None:
    ((child,),) = home.run("select min(child_durable_key) from core.fct_attendance_day")
    ((days,),) = home.run(f"select count(*) from core.fct_attendance_day where child_durable_key = '{child}'")
    home.change_identities(f"set child_durable_key = 'm' where child_durable_key = '{child}'")
    home.build()
    assert home.run("select count(*) from core.fct_attendance_day where child_durable_key = 'm'") == [(days,)]
    assert home.run(f"select count(*) from core.fct_attendance_day where child_durable_key = '{child}'") == [(0,)]
    assert home.content() == home.refreshed()


def test_a_pupil_whom_nobody_knows_is_kept_and_found_once_known(
    home: Home, a_school: tuple[str, list[dict[str, str]]], tmp_path: Path
) -> None:
    school_id, rows = a_school
    upn = rows[0]["UPN"]
    ((child,),) = home.run(f"select child_durable_key from intermediate.int_child_identity where upn = '{upn}'")
    home.change_identities(f"set upn = null where upn = '{upn}'")
    home.build()
    unknown = f"from core.fct_attendance_day where pupil_key <> child_durable_key and school_id = '{school_id}'"
    counts = f"select count(*) {unknown}"
    assert home.run(counts)[0][0] > 20
    home.change_identities(f"set upn = '{upn}' where child_durable_key = '{child}'")
    home.build()
    assert home.run(counts) == [(0,)]


def test_marks_and_returns_of_a_clean_county_agree_to_the_session(clean: Warehouse) -> None:
    found = clean.release(
        """
        select reconciliation_state, count(*), sum(different_children_count), sum(abs(absent_difference))
        from mart.mart_attendance_reconciliation
        where academic_year = '2025/26' and feed_children_count > 0
        group by all order by all
        """
    )
    states = {state: (different, absent) for state, _, different, absent in found}
    assert states == {"agrees": (0, 0), "feed_only": (0, None)}


def test_the_flag_reaches_to_the_last_marked_day_and_names_its_source(clean: Warehouse) -> None:
    found = dict(
        clean.release(
            "select source, min(age_days) from mart.mart_flag_evidence where flag_code = 'attendance' group by all"
        )
    )
    assert found["attendance_daily"] == 1
    assert found["school_census"] > 80
