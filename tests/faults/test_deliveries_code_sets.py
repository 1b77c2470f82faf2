"""Codes that the department brought in over the years: the children whom they describe are not lost in quarantine."""

import duckdb
import pytest

from orchestration import deliveries
from orchestration.settings import PROJECT
from tests.support.landing_home import Home
from tests.support.made_files import text, upn

SEEDS = PROJECT / "seeds" / "reference"
CASE = PROJECT.parent / "shared" / "cases" / "c02" / "attainment"
HEADINGS = "UPN,Surname,Forename,DOB,LAESTAB,Academic Year"
BELOW = ("BLW", "EM", "HNM", "PK1", "PK2", "PK3", "PK4", "PK5", "PK6", "PKE", "PKF", "PKG", "PKS", "WTS")


def _results(home: Home, name: str, columns: str, outcomes: list[str]) -> None:
    rows = [f"{upn(n)},Quill,C{n},01/10/2013,9994001,2024/25,{said}" for n, said in enumerate(outcomes, start=1)]
    text(home.landing("attainment") / name, "\n".join([f"{HEADINGS},{columns}", *rows]) + "\n")


def test_results_of_children_below_the_curriculum_are_taken_in(home: Home) -> None:
    _results(
        home,
        "attainment_ks2_2024-25.csv",
        "READSCORE,WRITTAOUTCOME,MATSCORE",
        [f"{test},{written},B" for test in ("B", "NS", "H", "S", "AS", "104") for written in (*BELOW, "EXS", "GDS")],
    )
    assert (home.load_one().status, home.value("select count(*) from raw.attainment__ks2")) == ("accepted", 96)


@pytest.mark.parametrize("assessment", ["ks1", "teacher"])
def test_teachers_may_say_the_same_of_younger_children(home: Home, assessment: str) -> None:
    said = [code for code in BELOW if assessment == "teacher" or code not in ("PK5", "PK6")]
    when = {"ks1": "", "teacher": "01/12/2024,"}[assessment]
    columns = {"ks1": "Reading,Writing,Maths", "teacher": "Assessed,Reading,Writing,Maths"}[assessment]
    name = {"ks1": "attainment_ks1_2024-25.csv", "teacher": "attainment_teacher_2024-25_autumn.csv"}[assessment]
    _results(home, name, columns, [f"{when}{code},{code},{code}" for code in said])
    assert home.load_one().status == "accepted"


@pytest.mark.parametrize("assessment", ["ks1", "ks2", "teacher"])
def test_every_standard_before_the_curriculum_is_below_the_expected_one(assessment: str) -> None:
    said = duckdb.execute(
        "select outcome_code, is_expected_standard_met from read_csv($seed) where assessment_code = $assessment",
        {"seed": str(SEEDS / "ref_assessment_outcome.csv"), "assessment": assessment},
    ).fetchall()
    below = {code for code, met in said if met is False}
    assert below >= set(BELOW) - ({"PK5", "PK6"} if assessment == "ks1" else set())
    # What says nothing of what a child knows is no outcome, and so not "below".
    assert below.isdisjoint({"A", "D", "F", "H", "J", "L", "M", "P", "Q", "S", "T", "U", "X", "Z"})


@pytest.mark.skipif(not CASE.exists(), reason="the cases are not beside the checkout")
def test_a_file_of_ks2_as_it_is_sent_today_loads_whole(home: Home) -> None:
    deliveries.deliver(home.settings, sorted(CASE.iterdir()), "attainment")
    outcome = home.load_one()
    assert (outcome.status, outcome.rows_accepted) == ("accepted", 40)


def test_down_syndrome_is_a_type_of_need() -> None:
    needs = "select is_current_code from read_csv($seed) where need_code = 'DS'"
    assert duckdb.execute(needs, {"seed": str(SEEDS / "ref_sen_need.csv")}).fetchall() == [(True,)]
