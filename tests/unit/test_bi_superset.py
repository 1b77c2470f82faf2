"""The bundle for Superset: every screen with every mart of its exposure, no key shown, the same bytes twice."""

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.bi import screens, semantics
from orchestration.bi.superset import bundle
from orchestration.settings import PROJECT

FILE = Path("/srv/earlyhelp/current/early_help.duckdb")
SCREENS = {screen.name: screen for screen in screens.screens()}


@pytest.fixture(scope="module")
def assets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    file = tmp_path_factory.mktemp("bundle") / "b.zip"
    bundle.write(file, FILE)
    with zipfile.ZipFile(file) as opened:
        return {name.partition("/")[2]: yaml.safe_load(opened.read(name)) for name in opened.namelist()}


def of(assets: dict[str, Any], kind: str) -> list[Any]:
    return [asset for name, asset in assets.items() if name.startswith(kind)]


def test_every_exposure_is_a_screen_that_draws_each_of_its_marts() -> None:
    assert SCREENS.keys() == semantics.exposures().keys()
    for name, screen in SCREENS.items():
        assert screen.marts.keys() == set(semantics.of_exposure(name))


def test_a_dataset_for_each_mart_with_all_its_columns_described(assets: dict[str, Any]) -> None:
    drawn = {name for screen in SCREENS.values() for name in screen.marts}
    found = {dataset["table_name"]: dataset for dataset in of(assets, "datasets/")}
    assert found.keys() == drawn | {"release"}
    for name, mart in semantics.marts(drawn).items():
        columns = found[name]["columns"]
        assert [column["column_name"] for column in columns] == [column.name for column in mart.columns]
        assert all(column["description"] for column in columns)
        assert found[name]["main_dttm_col"] == mart.time_column
        assert "{{" not in json.dumps(found[name]), "a block of words that dbt did not put in"


def test_a_measure_bears_no_columns_name(assets: dict[str, Any]) -> None:
    """Else DuckDB takes the one for the other where it groups and orders."""
    for dataset in of(assets, "datasets/"):
        columns = {column["column_name"].lower() for column in dataset["columns"]}
        metrics = [metric["metric_name"].lower() for metric in dataset["metrics"]]
        assert not columns & {*metrics}
        assert len(metrics) == len(set(metrics))


def test_every_format_is_one_that_d3_knows(assets: dict[str, Any]) -> None:
    """Of another one the page shows "Invalid format" behind each number; pounds are a currency beside it."""
    metrics = [metric for dataset in of(assets, "datasets/") for metric in dataset["metrics"]]
    charts = json.dumps([chart["params"] for chart in of(assets, "charts/")])
    formats = {metric["d3format"] for metric in metrics}
    formats |= set(re.findall(r'"(?:d3NumberFormat|y_axis_format)": "([^"]+)"', charts))
    known = re.compile(r"([^{}]?[<>=^])?[-+( ]?[$#]?0?\d*,?(\.\d+)?~?[a-zA-Z%]?")
    assert len(formats) > 3 and [each for each in formats if not known.fullmatch(each)] == []
    pounds = [metric for metric in metrics if metric["verbose_name"].endswith("in pounds")]
    assert pounds and all(metric["currency"]["symbol"] == "GBP" for metric in pounds)


def test_no_chart_shows_a_key(assets: dict[str, Any]) -> None:
    for chart in of(assets, "charts/"):
        (query,) = json.loads(chart["query_context"])["queries"]
        assert not [column for column in query["columns"] if column.endswith("_key")]
    for dataset in of(assets, "datasets/"):
        shown = {column["column_name"] for column in dataset["columns"] if column["groupby"]}
        assert not [name for name in shown if name.endswith("_key")]


def test_every_dashboard_shows_the_release_and_places_each_chart_once(assets: dict[str, Any]) -> None:
    (release,) = (
        chart["uuid"] for chart in of(assets, "charts/") if chart["slice_name"] == "The release that is shown"
    )
    for dashboard in of(assets, "dashboards/"):
        parts = [part for part in dashboard["position"].values() if isinstance(part, dict)]
        placed = [part["meta"]["uuid"] for part in parts if part["type"] == "CHART"]
        assert release in placed and len(placed) == len(set(placed))
        for row in (part for part in parts if part["type"] == "ROW"):
            assert 0 < sum(dashboard["position"][child]["meta"]["width"] for child in row["children"]) <= 12
    drawn = {chart["uuid"] for chart in of(assets, "charts/")}
    assert len(drawn) == len(of(assets, "charts/")) == sum(len(screen.charts) for screen in SCREENS.values()) + 1


def test_the_connection_has_the_settings_of_the_page(assets: dict[str, Any]) -> None:
    (connection,) = of(assets, "databases/")
    (entered,) = re.findall(
        r"^Engine parameters\s+(\{.*\})$", (PROJECT / "docs/bi-tools/superset.md").read_text(), re.M
    )
    assert connection["extra"]["engine_params"] == json.loads(entered)
    assert connection["sqlalchemy_uri"] == "duckdb:////srv/earlyhelp/current/early_help.duckdb"
    assert not any(connection[may] for may in ("expose_in_sqllab", "allow_ctas", "allow_cvas", "allow_dml"))


def test_the_same_project_gives_the_same_bytes(tmp_path: Path) -> None:
    files = [tmp_path / "one.zip", tmp_path / "two.zip"]
    for file in files:
        bundle.write(file, FILE)
    assert files[0].read_bytes() == files[1].read_bytes()
    with pytest.raises(FileExistsError):
        bundle.write(files[0], FILE)
    with pytest.raises(ValueError, match="whole path"):
        bundle.write(tmp_path / "three.zip", Path("current/early_help.duckdb"))


def test_the_page_prints_what_is_made(tmp_path: Path) -> None:
    made = bundle.write(tmp_path / "b.zip", FILE)
    page = (PROJECT / "docs/bi-tools/superset.md").read_text()
    assert (
        f"\n{made.dashboards} dashboards, {made.charts} charts, {made.datasets} datasets in early_help.zip.\n" in page
    )


def test_a_chart_that_names_what_its_mart_has_not_is_refused() -> None:
    entry = {"title": "Odd", "mart": "mart_child_list", "kind": "table", "by": ["zone_name"], "measures": ["age_years"]}
    with pytest.raises(ValueError, match="'Odd' names age_years"):
        screens._chart(entry, semantics.marts())


def test_a_chart_says_another_value_in_place_of_the_marts_own() -> None:
    entry = {"title": "County", "mart": "mart_zone_dashboard", "kind": "number", "measures": ["children_count"]}
    chart = screens._chart({**entry, "where": {"flag_code": "any", "is_current": None}}, semantics.marts())
    assert chart.conditions == (screens.Condition("is_county", False), screens.Condition("flag_code", "any"))
