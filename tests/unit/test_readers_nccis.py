"""The NCCIS return: what is read of it, the one DOCTYPE that it may have, and what its header must say."""

from pathlib import Path

import duckdb
import pytest

from expectations.contract.model import contract_named
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.deliveries.readers import xml
from orchestration.deliveries.readers.rows import Rows
from orchestration.settings import Limits
from tests.support.made_files import text
from tests.support.made_nccis import DOCTYPE, nccis, young_person

CONTRACT = contract_named("nccis/v2019")
LAUGHS = "<!DOCTYPE NCCIS2019 [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]>"
LONG_REMARK = f"<!--{'x' * (2 << 20)}-->"


def read(folder: Path, content: str) -> dict[str, list[tuple[object, ...]]]:
    """Each table's rows without the delivery, as a load reads the file."""
    file = text(folder / "a.xml", content)
    xml.refuse_doctype(file, CONTRACT)
    _, header = xml.peek(file, [CONTRACT], Limits())
    rows = Rows(folder, "id", Limits())
    xml.read(file, CONTRACT, header.shared, Limits(), rows)
    rows.close()
    found = {}
    for table, path in rows.files.items():
        columns = [c.name for c in CONTRACT.tables[table].columns if c.name not in ("record_id", "database_id")]
        relation = duckdb.read_parquet(str(path))
        listed = ", ".join(c for c in ["_row_number", *columns] if c in relation.columns)
        found[table] = relation.select(listed).fetchall()
    return found


def test_a_return_becomes_rows_of_four_tables(tmp_path: Path) -> None:
    more = (
        "<SeptemberGuarantee><Year11><GuaranteeStatus>110</GuaranteeStatus><LEACode>999</LEACode></Year11>"
        "<Year12><GuaranteeStatus>150</GuaranteeStatus></Year12></SeptemberGuarantee>"
        "<LevelOfNeed><LevelOfNeedCode>2</LevelOfNeedCode><SENDFlag>Y</SENDFlag>"
        "<CharacteristicCode>140</CharacteristicCode><CharacteristicCode>110</CharacteristicCode></LevelOfNeed>"
    )
    found = read(tmp_path, nccis([young_person(1), young_person(2, more=more)]))
    assert found["nccis__guarantees"] == [
        (2, "2026-01-31", "11", "110"),
        (2, "2026-01-31", "12", "150"),
    ]
    assert found["nccis__characteristics"] == [(2, "2026-01-31", "140"), (2, "2026-01-31", "110")]
    assert [row[:4] for row in found["nccis__activities"]] == [
        (1, "2026-01-31", "210", "2025-09-03"),
        (2, "2026-01-31", "210", "2025-09-03"),
    ]
    assert [(row[0], row[2]) for row in found["nccis__young_people"]] == [(1, "9990000000001"), (2, "9990000000002")]


def test_two_activities_of_a_person_are_two_rows(tmp_path: Path) -> None:
    """Which one holds is for the contract to say; neither is lost on the way."""
    second = "</Cohort><Cohort><ActivityCode>610</ActivityCode><StartDate>2025-11-01</StartDate>"
    record = young_person(1, "<ActivityCode>210</ActivityCode><StartDate>2025-09-03</StartDate>" + second)
    assert [row[2] for row in read(tmp_path, nccis([record]))["nccis__activities"]] == ["210", "610"]


@pytest.mark.parametrize("doctype", ["", DOCTYPE, "<!DOCTYPE NCCIS2024>", "<!DOCTYPE  NCCIS2019 >"])
def test_the_doctype_that_names_the_return_is_read(tmp_path: Path, doctype: str) -> None:
    assert len(read(tmp_path, nccis([young_person(1)], doctype=doctype))["nccis__young_people"]) == 1


@pytest.mark.parametrize(
    "doctype",
    [
        LAUGHS,
        LONG_REMARK + LAUGHS,
        "<!DOCTYPE NCCIS2019 SYSTEM 'file:///etc/passwd'>",
        LONG_REMARK + "<!DOCTYPE NCCIS2019 SYSTEM 'file:///etc/passwd'>",
        "<!DOCTYPE NCCIS2019 PUBLIC 'a' 'http://host.invalid/a'>",
        "<!DOCTYPE NCCIS2019 [<!ENTITY % b SYSTEM 'file:///etc/passwd'>%b;]>",
        "<!DOCTYPE html>",
        LONG_REMARK + "<!DOCTYPE html>",
        "<!DOCTYPE NCCIS2019><!DOCTYPE NCCIS2019>",
        "<!ENTITY a 'b'>",
    ],
    ids=range(10),
)
def test_any_other_doctype_and_every_entity_is_refused(tmp_path: Path, doctype: str) -> None:
    with pytest.raises(DeliveryProblem, match=r"declares a DOCTYPE or entities|not well formed"):
        read(tmp_path, nccis([young_person(1)], doctype=doctype))


@pytest.mark.parametrize("raw", ["Fish & Chips", "A&B", "A&nbsp;B", "&"])
def test_an_ampersand_as_it_is_is_told_by_its_line(tmp_path: Path, raw: str) -> None:
    content = nccis([young_person(1), young_person(2).replace("Quill", raw)])
    with pytest.raises(DeliveryProblem, match="line 6: an & stands in a text") as problem:
        read(tmp_path, content)
    assert raw not in str(problem.value).replace("&amp;", "") or raw == "&"


def test_the_census_may_have_no_doctype(tmp_path: Path) -> None:
    file = text(tmp_path / "a.xml", nccis([young_person(1)]))
    with pytest.raises(DeliveryProblem, match="DOCTYPE"):
        xml.refuse_doctype(file, contract_named("school_census/xml_2023"))


@pytest.mark.parametrize(
    ("said", "instead", "part"),
    [
        ("<PeriodEnd>2026-01-31", "<PeriodEnd>2026-01-30", "PeriodEnd"),
        ("<PeriodEnd>2026-01-31", "<PeriodEnd>31/01/2026", "PeriodEnd"),
        ("<DatabaseID>999", "<DatabaseID>Quill", "Databases/DatabaseID"),
    ],
)
def test_a_header_that_is_wrong_is_told_by_the_part(tmp_path: Path, said: str, instead: str, part: str) -> None:
    with pytest.raises(DeliveryProblem, match=f"FileHeader/{part} is missing or wrong"):
        read(tmp_path, nccis([young_person(1)]).replace(said, instead))


def test_a_month_ends_on_its_last_day_in_a_leap_year_too(tmp_path: Path) -> None:
    file = text(tmp_path / "a.xml", nccis([young_person(1)], month="2024-02-29", sent="2024-03-05"))
    _, header = xml.peek(file, [CONTRACT], Limits())
    assert (header.reference_date, header.scope, header.named) == ("2024-02-29", "999", "nccis_2024-02-29.xml")
    with pytest.raises(DeliveryProblem, match="PeriodEnd"):
        read(tmp_path, nccis([young_person(1)], month="2024-02-28"))
