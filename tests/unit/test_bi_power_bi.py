"""The Power BI project: relations lead to keys, names are told apart, measures mean what they mean in SQL."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from orchestration.bi import power_bi, semantics
from orchestration.bi.power_bi import dax, tmdl
from orchestration.bi.power_bi.project import NAME, STAR
from orchestration.bi.screens import screens
from orchestration.build import relations
from orchestration.settings import PROJECT

MARTS = semantics.marts({name for screen in screens() for name in screen.marts})


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("power_bi") / "project"
    power_bi.write(folder, r"\\server\parquet")
    return folder


def test_the_files_lead_to_one_another(project: Path) -> None:
    (artifact,) = json.loads((project / f"{NAME}.pbip").read_text())["artifacts"]
    report = project / artifact["report"]["path"]
    model = json.loads((report / "definition.pbir").read_text())["datasetReference"]["byPath"]["path"]
    definition = (report / model / "definition").resolve()
    named = re.findall(r"^ref table (\w+)$", (definition / "model.tmdl").read_text(), re.M)
    assert sorted(path.stem for path in (definition / "tables").iterdir()) == sorted(named)
    pages = json.loads((report / "report.json").read_text())["sections"]
    assert [page["displayName"] for page in pages] == [screen.title for screen in screens()]


def test_it_is_made_into_a_new_folder_and_the_same_again(project: Path, tmp_path: Path) -> None:
    power_bi.write(tmp_path / "again", r"\\server\parquet")
    files = [path.relative_to(project) for path in sorted(project.rglob("*")) if path.is_file()]
    assert all((project / file).read_bytes() == (tmp_path / "again" / file).read_bytes() for file in files) and files
    with pytest.raises(FileExistsError):
        power_bi.write(project, r"\\server\parquet")


def test_the_page_prints_what_is_made(tmp_path: Path) -> None:
    made = power_bi.write(tmp_path / "new", r"\\server\parquet")
    page = (PROJECT / "docs/bi-tools/power-bi.md").read_text()
    assert (
        f"\n{made.tables} tables, {made.measures} measures, {made.relations} relations in EarlyHelp/EarlyHelp.pbip."
        in page
    )


def test_what_joins_is_hidden_and_what_it_joins_is_seen(project: Path) -> None:
    """One slicer of a dimension cuts every mart; a mart's own code would cut that mart alone."""
    tables = project / f"{NAME}.SemanticModel/definition/tables"

    def is_hidden(table: str, column: str) -> bool:
        block = (tables / f"{table}.tmdl").read_text().partition(f"\tcolumn {column}\n")[2].partition("\n\n")[0]
        assert block, f"{table}.{column}"
        return "isHidden" in block

    joins = relations.among({*STAR, *MARTS})
    assert [each for each in joins if not is_hidden(each.table, each.column)] == []
    assert not is_hidden("dim_zone", "zone_name") and not is_hidden("mart_zone_dashboard", "zone_name")


def test_every_relation_leads_from_a_column_to_a_column() -> None:
    tables = {name: {column.name for column in semantics.columns(name)} for name in (*STAR, *MARTS)}
    found = relations.among(set(tables))
    assert len(found) > 30
    assert [each for each in found if each.column not in tables[each.table]] == []
    assert [each for each in found if each.to_column not in tables[each.to_table]] == []


def test_between_two_tables_one_way_is_active() -> None:
    """Power BI refuses a model with two."""
    found = relations.among({*STAR, *MARTS})
    active: dict[str, set[str]] = {}
    for each in found:
        if each.is_active:
            assert each.to_table not in active.get(each.table, set())
            active.setdefault(each.table, set()).add(each.to_table)

    def ways(table: str) -> Counter[str]:
        reached: Counter[str] = Counter()
        for to_table in active.get(table, ()):
            reached += Counter([to_table]) + ways(to_table)
        return reached

    assert {table: ways(table) for table in active if max(ways(table).values()) > 1} == {}


def test_a_measures_name_is_of_one_measure_and_of_no_column_of_its_table() -> None:
    names = [
        (mart, tmdl.measure_name(mart, name))
        for mart in MARTS.values()
        for name in (*mart.additive, *mart.ratios, *mart.not_additive, *([mart.row_count] if mart.row_count else []))
    ]
    assert len({name.lower() for _, name in names}) == len(names) > 100
    assert [name for mart, name in names if name.lower() in {column.name for column in mart.columns}] == []
    assert [name for _, name in names if "'" in name] == []


def test_a_measure_is_guarded_as_in_sql() -> None:
    zones = MARTS["mart_zone_dashboard"]
    assert dax.measure(zones, "raised_count") == (
        "IF(HASONEVALUE('mart_zone_dashboard'[flag_code]) && HASONEVALUE('mart_zone_dashboard'[as_of_date]), "
        "COALESCE(CALCULATE(SUM('mart_zone_dashboard'[raised_count]), "
        "KEEPFILTERS('mart_zone_dashboard'[is_county] = TRUE())), SUM('mart_zone_dashboard'[raised_count])))"
    )
    assert dax.measure(MARTS["mart_outcome"], "comparable_flags_change") == (
        "IF(COUNTROWS('mart_outcome') = 1, MAX('mart_outcome'[comparable_flags_change]))"
    )
    assert dax.rows(MARTS["mart_child_list"]) == "COUNTROWS('mart_child_list')"
    with pytest.raises(KeyError):
        dax.measure(zones, "display_order")


@pytest.mark.parametrize("mart", MARTS.values(), ids=MARTS)
def test_measures_close_what_they_open_and_name_columns_that_there_are(mart: semantics.Mart) -> None:
    columns = {column.name for column in mart.columns}
    for name in (*mart.additive, *mart.ratios, *mart.not_additive):
        expression = dax.measure(mart, name)
        assert expression.count("(") == expression.count(")")
        assert set(re.findall(r"\[(\w+)\]", expression)) <= columns
