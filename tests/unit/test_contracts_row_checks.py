"""The generated SQL finds wrong values and leaves right ones alone."""

import csv
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.contract.cleaning import cleaned
from expectations.contract.model import Column, Table
from expectations.contract.row_checks import reasons, upn_check_letter
from expectations.reference import census_dates

VECTORS = Path(__file__).resolve().parents[2].parent / "shared" / "real" / "upn" / "upn_vectors.csv"

KS2 = "ref_assessment_outcome.outcome_code[assessment_code=ks2]"


def check(value: str | None, **rules: object) -> list[str]:
    table = Table(name="t", columns=(Column(name="c", **rules),))
    (found,) = duckdb.execute(
        f"select {reasons(table)} from (select {cleaned(table.columns[0], '$value::varchar')} as c)", {"value": value}
    ).fetchone()
    return [reason.removeprefix("c:") for reason in found]


@pytest.mark.parametrize(
    ("upn", "expected"),
    [
        ("R201100018042", []),
        ("T20110001804V", []),
        (" r201100018042 ", []),
        ("A201100018042", ["upn_check_letter_wrong"]),
        ("T20110001804W", ["upn_check_letter_wrong"]),
        ("X80120000A001", ["upn_malformed"]),
        ("I201100018042", ["upn_malformed"]),
        ("T20110001804O", ["upn_malformed"]),
        ("R20110001804", ["upn_malformed"]),
        ("R2011000180422", ["upn_malformed"]),
        ("", []),
        (None, []),
    ],
)
def test_a_upn_must_have_its_form_and_check_letter(upn: str | None, expected: list[str]) -> None:
    assert check(upn, type="upn") == expected


@pytest.mark.parametrize(
    ("uln", "expected"),
    [
        # the example of HESA's Student record, field ULN
        ("9276308686", []),
        ("\u200b9276308686 ", []),
        # one digit mistyped, two that stand side by side exchanged
        ("9276308687", ["uln_check_digit_wrong"]),
        ("9276308666", ["uln_check_digit_wrong"]),
        ("9276380686", ["uln_check_digit_wrong"]),
        # not known yet; written by a tool that takes it for a number
        ("9999999999", []),
        ("9276308686.0", []),
        ("9276308686.5", ["uln_malformed"]),
        ("0276308686", ["uln_malformed"]),
        ("927630868", ["uln_malformed"]),
        ("92763086866", ["uln_malformed"]),
        ("9.27631E+09", ["uln_malformed"]),
        # the check digit of an NHS number is another one: an NHS number is no learner number
        ("9434765919", ["uln_check_digit_wrong"]),
        ("", []),
        (None, []),
    ],
)
def test_a_learner_number_must_have_its_form_and_check_digit(uln: str | None, expected: list[str]) -> None:
    assert check(uln, type="uln") == expected


@pytest.mark.parametrize(
    ("written", "read"), [("9276308686.0", "9276308686"), ("9999999999", None), ("9999999999.0", None), (" ", None)]
)
def test_a_learner_number_that_stands_for_none_is_none(written: str, read: str | None) -> None:
    value = cleaned(Column(name="c", type="uln"), "$value::varchar")
    assert duckdb.execute(f"select {value}", {"value": written}).fetchone() == (read,)


@pytest.mark.skipif(not VECTORS.exists(), reason="the published data are not beside the checkout")
def test_published_upns_are_judged_by_the_arithmetic() -> None:
    with VECTORS.open() as stream:
        vectors = list(csv.DictReader(stream))
    assert len(vectors) > 10
    for vector in vectors:
        assert (check(vector["upn"], type="upn") == []) is (
            vector["check_letter_ok"] == "1" and vector["kind"] != "format"
        )
        if vector["kind"] != "format":
            (letter,) = duckdb.execute(f"select {upn_check_letter('$upn')}", {"upn": vector["upn"]}).fetchone()
            assert letter == vector["computed_check_letter"]


def test_every_wrong_first_letter_is_found() -> None:
    letters = "ABCDEFGHJKLMNPQRTUVWXYZ"
    right = [letter for letter in letters if check(f"{letter}950000178301", type="upn") == []]
    assert right == ["A"]


@pytest.mark.parametrize(
    ("value", "rules", "expected"),
    [
        ("2020-Apr-25 00:00:00", {"type": "date"}, []),
        ("29/02/2024", {"type": "date"}, []),
        ("29/02/2023", {"type": "date"}, ["date_unreadable"]),
        ("04/25/2020", {"type": "date"}, ["date_unreadable"]),
        ("2020-04-25x", {"type": "date"}, ["date_unreadable"]),
        ("01/09/0212", {"type": "date"}, ["date_out_of_range"]),
        ("01-01-1900", {"type": "date"}, []),
        ("132.0", {"type": "integer"}, []),
        ("132.5", {"type": "integer"}, ["number_not_whole"]),
        ("many", {"type": "integer"}, ["number_unreadable"]),
        ("nan", {"type": "number"}, ["number_unreadable"]),
        ("0", {"type": "number", "min": 0, "max": 420}, []),
        ("420", {"type": "number", "min": 0, "max": 420}, []),
        ("421", {"type": "number", "min": 0, "max": 420}, ["number_out_of_range"]),
        ("-1", {"type": "number", "min": 0, "max": 420}, ["number_out_of_range"]),
        ("yes", {"type": "boolean"}, []),
        ("maybe", {"type": "boolean"}, ["boolean_unreadable"]),
        ("\\", {"type": "code", "codes": "ref_attendance_code.attendance_code"}, []),
        ("#", {"type": "code", "codes": "ref_attendance_code.attendance_code"}, []),
        ("H", {"type": "code", "codes": "ref_attendance_code.attendance_code"}, []),
        ("!!", {"type": "code", "codes": "ref_attendance_code.attendance_code"}, ["code_unknown"]),
        ("i", {"type": "code", "codes": "ref_attendance_code.attendance_code"}, []),
        ("wbri", {"type": "code", "codes": "ref_ethnicity.ethnicity_code"}, []),
        ("100", {"type": "number", "min": 80, "max": 120, "codes": KS2}, []),
        ("79", {"type": "number", "min": 80, "max": 120, "codes": KS2}, ["number_out_of_range"]),
        ("B", {"type": "number", "min": 80, "max": 120, "codes": KS2}, []),
        ("Y", {"type": "number", "min": 80, "max": 120, "codes": KS2}, ["code_unknown"]),
        ("838/4001", {"pattern": r"\d{3}/?\d{4}"}, []),
        ("1e3", {"type": "number"}, []),
        ("123456789012345678", {"type": "number"}, ["number_unreadable"]),
        ("3000000000", {"type": "integer"}, ["number_out_of_range"]),
        ("\N{MINUS SIGN}1", {"type": "number", "min": 0}, ["number_out_of_range"]),
        ("01\N{EN DASH}09\N{NON-BREAKING HYPHEN}2012", {"type": "date"}, []),
        ("838-4001", {"pattern": r"\d{3}/?\d{4}"}, ["pattern_not_met"]),
        (None, {"required": True}, ["required_missing"]),
        ("  ", {"required": True}, ["required_missing"]),
        ("", {"required": True, "type": "date"}, ["required_missing"]),
        ("O'Brien", {"required": True}, []),
        ("caf\ufffd", {}, ["text_damaged"]),
    ],
)  # fmt: skip
def test_values_are_judged_by_their_rules(value: str | None, rules: dict[str, Any], expected: list[str]) -> None:
    assert check(value, **rules) == expected


def test_a_row_names_each_of_its_reasons() -> None:
    table = Table(name="t", columns=(Column(name="a", type="date", required=True), Column(name="b", type="integer")))
    (found,) = duckdb.execute(f"select {reasons(table)} from (select 'never' as a, 'few' as b)").fetchone()
    assert found == ["a:date_unreadable", "b:number_unreadable"]


def test_a_census_covers_what_the_calendar_says() -> None:
    assert census_dates(2026, "spring") == {
        "reference_date": "2026-01-15", "covers_from_date": "2025-08-01", "covers_to_date": "2025-12-31"
    }  # fmt: skip
    assert census_dates(2026, "autumn")["covers_to_date"] == "2026-07-31"
    assert census_dates(1990, "spring") is None
