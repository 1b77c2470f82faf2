"""A file whose rows are of another time than its name: the rows decide, and the contradiction stops it."""

import pytest

from orchestration import deliveries
from orchestration.settings import PROJECT
from tests.support.landing_home import Home
from tests.support.made_files import census, census_pupil, census_xml, text, upn

CASE = PROJECT.parent / "shared" / "cases" / "c10" / "attainment"


def _phonics(home: Home, named: str, years: list[str]) -> deliveries.DeliveryOutcome:
    heads = "UPN,Surname,Forename,DOB,LAESTAB,Academic Year,Mark"
    rows = [f"{upn(n)},Quill,C{n},01/10/2018,9994001,{year},30" for n, year in enumerate(years, start=1)]
    text(home.landing("attainment") / f"attainment_phonics_{named}.csv", "\n".join([heads, *rows]) + "\n")
    return home.load_one()


@pytest.mark.parametrize("years", [["2023/24"] * 40, ["2024/25"] * 39 + ["2023/24"], ["2024/25"] * 39 + ["2024/27"]])
def test_a_row_of_another_year_stops_the_file_and_the_right_one_stays(home: Home, years: list[str]) -> None:
    assert _phonics(home, "2024-25", ["2024/25"] * 40).status == "accepted"
    wrong = _phonics(home, "2024-25", years)
    assert wrong.status == "rejected"
    assert f"rows are of {years[-1]}, the file is named 2024-25" in wrong.reason
    in_force = (
        "select count(*) from raw.attainment__phonics semi join ops.delivery_in_force on _delivery_id = delivery_id"
    )
    assert home.value(in_force) == 40


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("12/12/2025", "accepted"),
        ("09/01/2026", "accepted"),
        ("26/03/2026", "rejected"),
        ("26/06/2026", "rejected"),
        ("12/12/2024", "rejected"),
        ("12/12/1925", "rejected"),
    ],
)
def test_assessments_of_another_term_than_the_name_says_are_rejected(home: Home, day: str, status: str) -> None:
    heads = "UPN,Surname,Forename,DOB,LAESTAB,Academic Year,Assessed,Reading,Writing,Maths"
    rows = [f"{upn(n)},Quill,C{n},01/10/2014,9994001,2025/26,{day},EXS,EXS,WTS" for n in range(1, 41)]
    named = home.landing("attainment") / "attainment_teacher_2025-26_autumn.csv"
    text(named, "\n".join([heads, *rows]) + "\n")
    outcome = home.load_one()
    assert outcome.status == status
    if status == "rejected":
        assert "the file is named 2025-26 autumn" in outcome.reason


@pytest.mark.skipif(not CASE.exists(), reason="the cases are not beside the checkout")
def test_last_years_file_under_this_years_name_is_rejected(home: Home) -> None:
    deliveries.deliver(home.settings, sorted(CASE.iterdir()), "attainment")
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert "rows are of 2023/24, the file is named 2024-25" in outcome.reason


@pytest.mark.parametrize(
    ("collection", "status"),
    [("School Census", "accepted"), ("SC", "accepted"), ("Alternative Provision", "rejected"), ("", "rejected")],
)
def test_a_return_of_another_collection_is_not_taken_for_the_school_census(
    home: Home, collection: str, status: str
) -> None:
    census_xml(home.landing("school_census"), census([census_pupil(n) for n in range(1, 31)], collection=collection))
    outcome = home.load_one()
    assert outcome.status == status
    assert status == "accepted" or "another collection" in outcome.reason
