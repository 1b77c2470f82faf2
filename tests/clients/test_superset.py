"""Superset imports the bundle, and each of its charts answers what DuckDB answers."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import releases
from orchestration.bi import superset as bundles
from orchestration.bi.names import uuid
from orchestration.bi.screens import screens
from orchestration.bi.superset import charts, datasets
from orchestration.build import database
from orchestration.settings import Settings
from tests.support.clients import table
from tests.support.clients.processes import is_set_up
from tests.support.clients.superset import Superset, alike, expected, started

pytestmark = [
    pytest.mark.skipif(not is_set_up("superset"), reason="the client superset is not set up: run `make clients`"),
    pytest.mark.timeout(1800),
]

CHARTS = {uuid("chart", charts.name(screen.name, chart)): chart for screen in screens() for chart in screen.charts}
OF_NO_ZONE = ("mart_benefit", "mart_benefit_case", "mart_post16_outcome", "mart_response_outcome")
"""Marts that tell of the county alone; a rule of rows has nothing to hold on to."""
REFUSED = (
    "copy mart.mart_child_list to '{folder}/children.csv'",
    "select * from read_csv('/etc/passwd')",
    "select * from glob('/etc/*')",
    "attach '{folder}/other.duckdb' as other",
    "create table mart.other as select 1 as one",
    "delete from mart.mart_child_list",
    "drop table mart.mart_child_list",
    "set enable_external_access = true",
)


@pytest.fixture(scope="module")
def home(settings: Settings) -> Settings:
    return settings


@pytest.fixture(scope="module")
def release(home: Settings) -> Path:
    return home.current / "early_help.duckdb"


@pytest.fixture(scope="module")
def bundle(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("bundle") / "early_help.zip"
    bundles.write(file, release)
    return file


@pytest.fixture(scope="module")
def superset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Superset]:
    with started(tmp_path_factory.mktemp("superset")) as running:
        yield running


@pytest.fixture(scope="module")
def imported(superset: Superset, bundle: Path) -> Any:
    """What there is after the first import."""
    return superset.do("import", bundle=str(bundle))


def differing(said: dict[str, Any], release: Path, zone: str | None = None) -> tuple[list[str], int]:
    """The charts that answer something else than DuckDB does, and how many rows were compared."""
    wrong, rows = [], 0
    for id_, chart in CHARTS.items():
        wanted = expected(release, chart, None if chart.mart.name in OF_NO_ZONE else zone)
        answer = said[id_]
        rows += len(wanted)
        if answer["status"] != 200 or alike(answer["rows"]) != alike(wanted):
            wrong.append(f"{chart.title}: {answer.get('error') or answer['sql']}")
    return wrong, rows


def test_a_second_import_changes_nothing_and_doubles_nothing(superset: Superset, imported: Any, bundle: Path) -> None:
    again = superset.do("import", bundle=str(bundle))
    assert again == imported
    counts = imported["counts"]
    assert (counts["database"], counts["chart"], counts["dashboard"]) == (1, len(CHARTS) + 1, len(screens()))
    # Each dashboard has its charts, and the release beside them.
    assert sorted(imported["placed"].values()) == sorted(len(screen.charts) + 1 for screen in screens())
    print("imported twice:", counts)


def test_its_own_catalogue_lists_the_marts_and_describes_a_table_but_no_key(
    superset: Superset, imported: Any, release: Path, found: table.Findings
) -> None:
    """Whoever makes a dataset by hand finds tables, columns and what they mean; what joins stands in ops.relation."""
    said = superset.do("list", schema="mart", table="dim_zone")
    with duckdb.connect(str(release), read_only=True) as connection:
        marts = connection.execute("select table_name from duckdb_tables() where schema_name = 'mart'").fetchall()
        columns = connection.execute(
            "select column_name, comment from duckdb_columns() where table_name = 'dim_zone'"
        ).fetchall()
    assert said["tables"] == sorted(name for (name,) in marts)
    assert said["columns"] == dict(columns)
    assert said["key"] == []
    found["superset", table.LISTS], found["superset", table.DESCRIBES] = "yes", "columns: yes, key: no, `none`"


def test_every_chart_answers_what_duckdb_answers(
    superset: Superset, imported: Any, release: Path, found: table.Findings
) -> None:
    wrong, rows = differing(superset.do("ask"), release)
    assert wrong == []
    found["superset", table.READS] = "yes"
    print(f"{len(CHARTS)} charts, {rows:,} rows: as DuckDB answers")


def test_no_chart_is_empty_but_of_what_a_first_release_has_not(release: Path) -> None:
    """A comparison of nothing with nothing shows nothing."""
    empty = [chart.title for chart in CHARTS.values() if not expected(release, chart)]
    assert empty == ["What was restated, and why"]


def test_after_a_switch_every_chart_shows_the_new_release(superset: Superset, imported: Any, home: Settings) -> None:
    """Without a restart and without a word to Superset; the chart of the release says which it is."""
    file, shown = home.current / "early_help.duckdb", uuid("chart", datasets.RELEASE)
    before = superset.do("ask")[shown]["rows"]
    with database.connect(home) as connection:
        connection.execute("update mart.mart_zone_dashboard set raised_count = raised_count + 7 where not is_county")
        connection.execute("update mart.mart_child_list set nc_year = 'R'")
    published = releases.publish(home, date(2026, 6, 26), "run")
    said = superset.do("ask")
    wrong, rows = differing(said, file)
    assert wrong == []
    assert before[0]["release_id"] != said[shown]["rows"][0]["release_id"] == published.release_id
    print(f"{len(CHARTS)} charts, {rows:,} rows: as DuckDB answers after the switch")


def test_a_zones_user_sees_the_zone_alone(superset: Superset, imported: Any, release: Path) -> None:
    """By a rule of rows on every dataset that has zones; without SQL Lab, which knows no such rule."""
    said = superset.do("zone", zone="Z1", unruled=[datasets.RELEASE, *OF_NO_ZONE])
    wrong, rows = differing(said["charts"], release, zone="Z1")
    assert wrong == []
    assert said["sql_lab"] == 403
    zones = {zone for id_ in CHARTS for row in said["charts"][id_]["rows"] if (zone := row.get("zone_name"))}
    assert len(zones) == 1
    print(f"{len(CHARTS)} charts, {rows:,} rows of a zone's user: of that zone alone")


def test_statements_that_write_or_reach_for_files_are_refused(
    superset: Superset, imported: Any, tmp_path: Path, found: table.Findings
) -> None:
    """Of an administrator, who may use SQL Lab; a plain question is answered."""
    question = "select count(*) as children from mart.mart_child_list"
    said = superset.do("run", statements=[question, *(statement.format(folder=tmp_path) for statement in REFUSED)])
    assert said.pop(question) is None
    assert [statement for statement, refusal in said.items() if refusal is None] == []
    assert list(tmp_path.iterdir()) == []
    found["superset", table.REFUSES] = "yes"
    print(f"{len(said)} statements of an administrator: each refused")
