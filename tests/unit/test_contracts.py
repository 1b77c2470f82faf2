"""Contracts are read strictly, and the right version is chosen by name, period and headings."""

from pathlib import Path

import pytest

from expectations.contract.match import Content, NoMatch, choose
from expectations.contract.model import ContractError, contract_named, load_contracts, raw_columns
from expectations.reference import codes

CONTRACT = """
title: Trees
format: csv
identifier_scheme: none
covers: extract_date
files: {trees: {name: "trees_{extract_date}.csv", table: trees}}
tables:
  trees:
    key: [tree_id]
    columns:
      tree_id: {aliases: [Tree Ref], required: true}
      height: {type: number, min: 0}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "forest").mkdir()
    (tmp_path / "forest" / "v1.yml").write_text(CONTRACT)
    return tmp_path


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("required: true", "requried: true"), "requried"),
        (("type: number", "type: numeric"), "type"),
        (("key: [tree_id]", "key: [tree]"), "key, references or forbidden name no column tree"),
        (("table: trees", "table: bushes"), "undeclared table bushes"),
        (("format: csv", "format: [csv"), "not readable as YAML"),
        (("type: number, min: 0", "type: code"), "needs codes"),
    ],
)
def test_a_mistake_in_a_contract_is_named_with_its_file(folder: Path, change: tuple[str, str], words: str) -> None:
    (folder / "forest" / "v1.yml").write_text(CONTRACT.replace(*change))
    with pytest.raises(ContractError, match=words) as error:
        load_contracts.__wrapped__(folder)
    assert "v1.yml" in str(error.value)


def test_a_version_is_its_base_and_what_differs(folder: Path) -> None:
    (folder / "forest" / "v2.yml").write_text(
        "extends: v1\ntables: {trees: {ignored: [species], columns: {height: null, girth: {type: number}}}}\n"
        "variants: {wild: {identifier_scheme: pseudonym}}\n"
    )
    _, second, wild = load_contracts.__wrapped__(folder)
    assert [column.name for column in second.tables["forest__trees"].columns] == ["tree_id", "girth"]
    assert (wild.name, wild.identifier_scheme, second.identifier_scheme) == ("forest/v2_wild", "pseudonym", "none")


def test_every_code_set_of_a_contract_is_in_the_seeds() -> None:
    for contract in load_contracts():
        for table in contract.tables.values():
            for column in table.columns:
                assert not column.codes or codes(column.codes), f"{contract.name}: {column.codes} is empty"


def test_raw_tables_hold_the_columns_of_all_versions_once() -> None:
    for table, columns in raw_columns().items():
        assert len(columns) == len(set(columns)), table
    first = ["census_year", "census_term", "school_id", "roll", "pupil_return_id"]
    census = [columns[:5] for table, columns in raw_columns().items() if table.startswith("school_census__")]
    assert census == [first] * 6


def _census(name: str, headings: str, first_row: str = "8384001") -> str:
    contracts = [c for c in load_contracts() if c.source == "school_census" and c.format == "csv"]
    content = Content(headings={"": headings.split(",")}, first_row=[first_row])
    return choose(contracts, name, content).contract.name


PUPILS = "NativeId,pupilonrolltableid,upn,surname,dob"
DETAILS = "NativeId,pupilonrolltableid,attendancereason"


@pytest.mark.parametrize(
    ("name", "headings", "first_row", "contract"),
    [
        ("2019_spring_pupilonroll.csv", f"{PUPILS},gender", "8384001", "collect_2015"),
        ("2019_spring_termlysessiondetailsonroll.csv", f"{DETAILS},absencesessions", "8384001", "collect_2015"),
        ("2020_autumn_pupilonroll.csv", f"{PUPILS},gender", "8384001", "collect_2020"),
        ("2023_summer_pupilonroll.csv", f"{PUPILS},gender", "8384001", "collect_2020"),
        ("2023_autumn_pupilonroll.csv", f"{PUPILS},sex,thirtyhourcode", "8384001", "collect_2023"),
        ("2024_autumn_pupilonroll.csv", f"{PUPILS},sex,eligibilitycode", "8384001", "collect_2024"),
        ("2026_spring_pupilonroll.csv", f"{PUPILS},sex", "8384001", "collect_2025"),
        ("2026_spring_pupilonroll.csv", f"{PUPILS},sex", "SCH5", "collect_2025_pseudonymous"),
        # A school system that lags behind: the nearest version that knows the heading.
        ("2024_spring_pupilonroll.csv", f"{PUPILS},gender", "8384001", "collect_2020"),
        ("2026_spring_fsmperiodsonroll.csv", "NativeId,pupilonrolltableid,fsmstartdate", "8384001", "collect_2024"),
    ],
)  # fmt: skip
def test_the_version_of_a_block_follows_period_headings_and_scheme(
    name: str, headings: str, first_row: str, contract: str
) -> None:
    assert _census(name, headings, first_row) == f"school_census/{contract}"


def test_a_missing_required_column_is_named() -> None:
    with pytest.raises(NoMatch, match=r"the required column dob \(birth_date\) is missing"):
        _census("2026_spring_pupilonroll.csv", PUPILS.replace(",dob", ""))


def test_an_undeclared_column_is_named_with_the_closest_contract() -> None:
    with pytest.raises(NoMatch, match=r"closest is school_census/collect_2025: column 7 is not declared"):
        _census("2026_spring_pupilonroll.csv", f"{PUPILS},sex,favouritecolour")


def test_two_headings_for_one_column_are_not_guessed_between() -> None:
    with pytest.raises(NoMatch, match="both mean nc_year"):
        _census("2026_spring_pupilonroll.csv", f"{PUPILS},ncyearactual,ncyearleaving")


def test_contracts_know_both_forms_of_a_return() -> None:
    returns = [c for c in load_contracts() if c.source == "school_census" and c.format == "xml"]
    sex, gender = {"PupilIdentifiers/Sex": 1}, {"PupilIdentifiers/Gender": 1}
    assert choose(returns, "a.xml", Content(paths=sex, period="2026-spring")).contract.name == "school_census/xml_2023"
    assert (
        choose(returns, "a.xml", Content(paths=gender, period="2022-spring")).contract.name == "school_census/xml_2015"
    )
    with pytest.raises(NoMatch, match="an element below PupilIdentifiers of pupil 3 is not declared"):
        choose(returns, "a.xml", Content(paths=sex | {"PupilIdentifiers/ShoeSize": 3}, period="2026-spring"))
    # A word of another contract may be said, and says more than a number.
    with pytest.raises(NoMatch, match="the element PupilIdentifiers/Postcode of pupil 3 is not declared"):
        choose(returns, "a.xml", Content(paths=sex | {"PupilIdentifiers/Postcode": 3}, period="2026-spring"))


def test_the_pseudonymous_variant_asks_for_no_check_letter() -> None:
    columns = contract_named("school_census/collect_2025_pseudonymous").tables["school_census__pupils"]
    assert columns.column("upn").type == "text"
    assert contract_named("school_census/collect_2025").tables["school_census__pupils"].column("upn").type == "upn"
