"""Published tables as they are published: a heading more is told of, a column less stops the file, editions add up."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from expectations.contract.model import ContractError, load_contracts
from orchestration import deliveries
from orchestration.deliveries.outcome import DeliveryOutcome
from orchestration.settings import PROJECT
from tests.support.landing_home import Home
from tests.support.made_files import text

CASES = PROJECT.parent / "shared" / "cases"
there = pytest.mark.skipif(not CASES.exists(), reason="the cases are not beside the checkout")

REGISTER = {
    "URN": "113658", "LA (code)": "838", "EstablishmentNumber": "2001", "EstablishmentName": "St Ann’s First School",
    "TypeOfEstablishment (name)": "Community school", "EstablishmentStatus (name)": "Open", "OpenDate": "",
    "CloseDate": "", "PhaseOfEducation (name)": "Primary", "StatutoryLowAge": "4", "StatutoryHighAge": "9",
    "Postcode": "ZZ1 1ZZ", "Easting": "350000", "Northing": "80000",
}  # fmt: skip
GIAS = "edubasealldata20260401.csv"
NEW = "Wilhelmina Zzyzx"

INDICES = {"Index of Multiple Deprivation (IMD)": 3, "Income Deprivation Affecting Children Index (IDACI)": 4}


def _table(columns: dict[str, str]) -> str:
    return f"{','.join(columns)}\n{','.join(columns.values())}\n"


def _register(home: Home, columns: dict[str, str], name: str = GIAS) -> deliveries.DeliveryOutcome:
    text(home.landing("school_register") / name, _table(columns), "cp1252")
    return home.load_one()


def _index(year: int, areas: Iterable[str], decile: int = 5, **more: str) -> list[list[str]]:
    """An edition of the index with its published headings: 2019 on the areas of 2011, 2025 on those of 2021."""
    census, districts = {2019: (2011, 2019), 2025: (2021, 2024)}[year]
    heads = [f"LSOA {what} ({census})" for what in ("code", "name")]
    heads += [f"Local Authority District {what} ({districts})" for what in ("code", "name")]
    for index in INDICES:
        heads += [f"{index} Rank (where 1 is most deprived)"]
        heads += [f"{index} Decile (where 1 is most deprived 10% of LSOAs)"]
    rows = [[area, "Invented 001A", "E06000899", "Invented", "9.00", f"{decile}.00"] for area in areas]
    return [[*heads, *more], *([*row, "7.00", f"{decile}.00", *more.values()] for row in rows)]


def _index_csv(home: Home, name: str, rows: list[list[str]]) -> None:
    text(home.landing("deprivation") / name, "\n".join(",".join(row) for row in rows) + "\n", "utf-8-sig")


def _index_xlsx(home: Home, name: str, sheets: dict[str, list[list[str]]]) -> deliveries.DeliveryOutcome:
    workbook = Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append([float(cell) if cell.endswith(".00") else cell for cell in row])
    path = home.landing("deprivation") / name
    path.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(path)
    return home.load_one()


def _deciles(home: Home) -> list[tuple[Any, ...]]:
    """What int_areas makes of the editions in force: of each area the newest that knows it."""
    return home.rows(
        "select lsoa_code, idaci_decile, year(_extract_date) from raw.deprivation__lsoa "
        "semi join ops.delivery_in_force on _delivery_id = delivery_id "
        "qualify row_number() over (partition by lsoa_code order by _extract_date desc) = 1 order by all"
    )


@there
def test_the_national_register_as_published_is_taken(home: Home) -> None:
    deliveries.deliver(home.settings, sorted((CASES / "c01" / "school_register").iterdir()), "school_register")
    outcome = home.load_one()
    assert (outcome.status, outcome.rows_accepted) == ("accepted", 2)
    assert home.rows("select school_id from raw.school_register__establishments order by all") == [
        ("8382001",),
        ("8384501",),
    ]
    named = "select school_name from raw.school_register__establishments where school_id = '8382001'"
    assert home.value(named) == "St Ann’s First School"


def test_a_new_heading_of_the_national_register_is_told_of_by_its_place(
    home: Home, report: Callable[[DeliveryOutcome], str]
) -> None:
    outcome = _register(home, {NEW: "1", **REGISTER, "Household Ref": "2"})
    assert (outcome.status, outcome.rows_accepted) == ("accepted_with_warnings", 1)
    assert "column 1, column 16 (Household Ref): not declared, so not loaded" in report(outcome)
    assert "zzyzx" not in (report(outcome) + repr(outcome) + repr(home.messages)).casefold()


@pytest.mark.parametrize("column", [column for column in REGISTER if column != "URN"])
def test_a_column_that_was_renamed_or_dropped_stops_the_national_register(
    home: Home, report: Callable[[DeliveryOutcome], str], column: str
) -> None:
    """Also one that a single row may leave empty: the whole register would say nothing of it."""
    others = {name: value for name, value in REGISTER.items() if name != column}
    for columns in (others, {**others, NEW: REGISTER[column]}, {**others, f"{NEW} (name)": REGISTER[column]}):
        outcome = _register(home, columns)
        assert (outcome.status, outcome.rows_read) == ("rejected", 0)
        assert "is missing" in report(outcome)
        assert "zzyzx" not in (report(outcome) + repr(outcome)).casefold()


def test_a_new_heading_of_a_councils_own_list_of_schools_stops_it(
    home: Home, report: Callable[[DeliveryOutcome], str]
) -> None:
    outcome = _register(home, {**REGISTER, NEW: "1"}, name="establishments_2026-04-01.csv")
    assert outcome.status == "rejected"
    assert "column 15 is not declared" in report(outcome)


def test_no_contract_of_a_source_about_persons_may_let_a_heading_pass(tmp_path: Path) -> None:
    contract = (PROJECT / "expectations" / "contracts" / "synergy" / "v1.yml").read_text()
    text(tmp_path / "synergy" / "v1.yml", f"{contract}\nundeclared: warn\n")
    with pytest.raises(ContractError, match="tell of no person"):
        load_contracts(tmp_path)


@there
def test_the_index_of_2025_as_published_is_taken(home: Home) -> None:
    deliveries.deliver(home.settings, sorted((CASES / "c03" / "deprivation").iterdir()), "deprivation")
    outcome = home.load_one()
    assert (outcome.status, outcome.rows_accepted) == ("accepted", 7)


@pytest.mark.parametrize("first", [2019, 2025])
def test_an_area_that_the_new_map_dropped_keeps_its_decile(home: Home, first: int) -> None:
    """In whichever order the editions come, and though the new one has fewer areas: it is no short delivery."""
    areas = {2019: [f"E010000{n:02}" for n in range(49)], 2025: ["E01000008", "E01900001"]}
    for year in (first, 2019 + 2025 - first):
        _index_csv(home, f"File_7_IoD{year}.csv", _index(year, areas[year], decile=year % 10))
        assert home.load_one().status == "accepted"
    found = {area: (decile, edition) for area, decile, edition in _deciles(home)}
    assert found["E01000008"] == ("5.00", 2025)
    assert found["E01900001"] == ("5.00", 2025)
    assert found["E01000007"] == ("9.00", 2019)
    assert len(found) == 50


def test_a_corrected_file_supersedes_its_own_edition_alone(home: Home) -> None:
    _index_csv(home, "File_7_IoD2019.csv", _index(2019, ["E01000001"]))
    _index_csv(home, "File_7_IoD2025.csv", _index(2025, ["E01000002"]))
    home.load()
    _index_csv(home, "deprivation_2025.csv", _index(2025, ["E01000002"], decile=6))
    home.load()
    assert _deciles(home) == [("E01000001", "5.00", 2019), ("E01000002", "6.00", 2025)]


@pytest.mark.parametrize(("year", "named"), [(2019, 2025), (2025, 2019)])
def test_an_edition_under_the_name_of_another_is_rejected(home: Home, year: int, named: int) -> None:
    _index_csv(home, f"File_3_IoD{named}.csv", _index(year, ["E01000001"]))
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert f"LSOA code ({ {2019: 2021, 2025: 2011}[year] })" in outcome.reason


@pytest.mark.parametrize("year", [2019, 2025])
def test_the_workbook_of_an_edition_is_read(home: Home, year: int) -> None:
    sheet = f"IoD{year} IDACI & IDAOPI"
    name = f"File_3_-_IoD{year}_Supplementary_Indices.xlsx"
    outcome = _index_xlsx(home, name, {"Notes": [["About these data"]], sheet: _index(year, ["E01000001"])})
    assert (outcome.status, outcome.rows_accepted) == ("accepted", 1)
    assert _deciles(home) == [("E01000001", "5", year)]


def test_a_sheet_more_is_told_of_and_a_sheet_twice_is_not_guessed_at(
    home: Home, report: Callable[[DeliveryOutcome], str]
) -> None:
    table = _index(2019, ["E01000001"])
    outcome = _index_xlsx(home, "File_3_IoD2019.xlsx", {"IoD2019 IDACI": table, NEW: [["1"]]})
    assert outcome.status == "accepted_with_warnings"
    assert "sheet 2 is not declared" in report(outcome)
    assert "zzyzx" not in report(outcome).casefold()
    outcome = _index_xlsx(home, "File_3_IoD2019.xlsx", {"IoD2019 IDACI": table, "IoD2019 IDACI (2)": table})
    assert outcome.status == "rejected"
    assert "the sheet IoD2019* is there more than once" in report(outcome)


def test_an_edition_of_a_build_made_before_is_superseded_by_its_own_correction(home: Home) -> None:
    _index_csv(home, "File_7_IoD2019.csv", _index(2019, ["E01000001"]))
    home.load()
    home.connection.execute("update ops.delivery set part = 'lsoa'")
    _index_csv(home, "deprivation_2019.csv", _index(2019, ["E01000001"], decile=6))
    home.load()
    assert _deciles(home) == [("E01000001", "6.00", 2019)]
    assert home.value("select count(*) from ops.delivery_in_force") == 1


def test_an_edition_that_nobody_declared_is_not_taken_for_another(home: Home) -> None:
    _index_csv(home, "File_7_IoD2031.csv", _index(2025, ["E01000001"]))
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert outcome.reason.startswith("its name is not one that a contract knows. Take file 7")
