"""Marks that nobody sees, and human spellings: what is checked is what is loaded and joined."""

import unicodedata
from collections.abc import Callable

import duckdb
import pytest

from expectations.contract.cleaning import cleaned
from expectations.contract.model import Column
from orchestration import deliveries
from orchestration.deliveries.outcome import DeliveryOutcome
from orchestration.settings import PROJECT
from tests.support.landing_home import Home
from tests.support.made_files import pupil, pupils_csv, text, upn

CASE = PROJECT.parent / "shared" / "cases" / "c08" / "attainment"
UNSEEN = [
    mark
    for mark in map(chr, range(0x110000))
    if mark.isspace() or unicodedata.category(mark) in ("Zs", "Zl", "Zp", "Cf")
]
DASHES = [mark for mark in map(chr, range(0x110000)) if unicodedata.category(mark) == "Pd"] + ["\N{MINUS SIGN}"]
KINDS = {
    "upn": (Column(name="c", type="upn"), "H801200001001"),
    "date": (Column(name="c", type="date"), "2026-06-25"),
    "number": (Column(name="c", type="number"), "-12.5"),
    "code": (Column(name="c", type="code", codes="ref_ethnicity.ethnicity_code"), "WBRI"),
    "pattern": (Column(name="c", pattern=r"\d{3}/?\d{4}"), "838/4001"),
    "boolean": (Column(name="c", type="boolean"), "yes"),
    "reference": (Column(name="c"), "P-00017"),
}


def _cleaned(column: Column, values: list[str]) -> list[str | None]:
    found = duckdb.execute(f"select {cleaned(column, 'v')} from (select unnest($values) as v)", {"values": values})
    return [value for (value,) in found.fetchall()]


@pytest.mark.parametrize("kind", KINDS)
def test_no_unseen_mark_at_its_ends_makes_another_value(kind: str) -> None:
    column, value = KINDS[kind]
    assert len(UNSEEN) > 150
    assert set(_cleaned(column, [f"{mark}{value}{mark}{mark}" for mark in UNSEEN])) == {value}
    assert set(_cleaned(column, [mark for mark in UNSEEN])) == {None}


@pytest.mark.parametrize("kind", ["upn", "date", "number", "code", "pattern"])
def test_marks_without_width_within_what_has_a_form_are_gone(kind: str) -> None:
    column, value = KINDS[kind]
    marks = [mark for mark in UNSEEN if unicodedata.category(mark) == "Cf"]
    assert set(_cleaned(column, [f"{value[:2]}{mark}{value[2:]}" for mark in marks])) == {value}


@pytest.mark.parametrize("kind", ["date", "number"])
def test_a_dash_of_any_kind_is_the_hyphen_that_the_form_wants(kind: str) -> None:
    column, value = KINDS[kind]
    assert set(_cleaned(column, [value.replace("-", dash) for dash in DASHES])) == {value}


def test_names_stay_as_they_are_written() -> None:
    name = Column(name="c", pii="direct")
    written = ["Mary\N{NO-BREAK SPACE}Ann ", "\tSmith–Jones", "\u0646\u200c\u0627", "\N{NO-BREAK SPACE} \t"]
    assert _cleaned(name, written) == [*written[:3], None]


@pytest.mark.parametrize(
    ("code_set", "written", "meant"),
    [
        ("ref_sex.sex_code", "f", "F"),
        ("ref_ethnicity.ethnicity_code", "wbri", "WBRI"),
        ("ref_attendance_code.attendance_code", "c1", "C1"),
        ("ref_attendance_code.attendance_code", "\\", "\\"),
        ("ref_response.response_code", "Monitor", "monitor"),
        ("ref_sex.sex_code", "female", "female"),
    ],
)
def test_a_code_is_known_whatever_its_capitals(code_set: str, written: str, meant: str) -> None:
    assert _cleaned(Column(name="c", type="code", codes=code_set), [written]) == [meant]


def test_a_upn_with_a_no_break_space_is_the_childs(home: Home) -> None:
    rows = [pupil(n, upn=f"{upn(n)}\N{NO-BREAK SPACE}" if n % 2 else upn(n), sex="f") for n in range(1, 21)]
    pupils_csv(home.landing("synergy"), rows)
    assert home.load_one().status == "accepted"
    assert home.rows("select upn, sex from raw.synergy__pupils order by pupil_id") == [
        (upn(n), "F") for n in range(1, 21)
    ]


def test_the_same_key_with_a_space_behind_it_is_the_same_key(home: Home) -> None:
    pupils_csv(home.landing("synergy"), [*(pupil(n) for n in range(1, 41)), pupil(1, pupil_id="P00001\N{EM SPACE}")])
    outcome = home.load_one()
    assert (outcome.rows_accepted, outcome.rows_rejected) == (40, 1)
    assert home.rows("select reason from ops.rejection") == [("duplicate_key",)]


@pytest.mark.skipif(not CASE.exists(), reason="the cases are not beside the checkout")
def test_results_whose_upns_end_in_a_no_break_space_belong_to_their_children(home: Home) -> None:
    deliveries.deliver(home.settings, sorted(CASE.iterdir()), "attainment")
    assert home.load_one().rows_accepted == 10
    assert home.value("select count(*) from raw.attainment__teacher where length(upn) = 13") == 10


def test_a_number_that_staging_could_not_hold_is_told_of(home: Home, report: Callable[[DeliveryOutcome], str]) -> None:
    heads = "UPN,Surname,Forename,DOB,LAESTAB,Academic Year,Mark"
    rows = [f"{upn(n)},Quill,C{n},01/10/2018,9994001,2024/25,30" for n in range(1, 40)]
    rows.append(f"{upn(40)},Quill,C40,01/10/2018,9994001,2024/25,123456789012345678")
    text(home.landing("attainment") / "attainment_phonics_2024-25.csv", "\n".join([heads, *rows]) + "\n")
    outcome = home.load_one()
    assert outcome.rows_rejected == 1
    assert "mark" in report(outcome)
