"""Wrong NCCIS returns: rejected or told of, and what was in force stays."""

import pytest

from tests.support.landing_home import Home, report_text
from tests.support.made_files import uln
from tests.support.made_nccis import nccis, nccis_xml, young_person

PEOPLE = range(1, 41)
IN_FORCE = """
    select count(*) from raw.nccis__activities
    semi join ops.delivery_in_force on _delivery_id = delivery_id and table_name = 'nccis__activities'
"""


def deliver(home: Home, content: str, month: str = "2026-01-31") -> tuple[str, str]:
    """What became of a return, and all that its report says."""
    nccis_xml(home.landing("nccis"), content, month)
    outcome = home.load_one()
    return outcome.status, report_text(outcome) if outcome.report_path else ""


@pytest.fixture
def right(home: Home) -> Home:
    """A home that took a right return of forty."""
    assert deliver(home, nccis([young_person(n) for n in PEOPLE]))[0] == "accepted"
    assert home.value(IN_FORCE) == 40
    return home


def later(content: str) -> str:
    """The same month, sent a day later."""
    return content.replace("2026-02-09", "2026-02-10")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (nccis([young_person(n, status="X") for n in PEOPLE]), "cohort_status"),
        (nccis([young_person(n, born="not known") for n in PEOPLE]), "birth_date"),
        (
            nccis(
                [young_person(n, "<ActivityCode>999</ActivityCode><StartDate>2025-09-03</StartDate>") for n in PEOPLE]
            ),
            "activity_code",
        ),
        (nccis([young_person(n) for n in PEOPLE]).replace("Quill", "Fish & Chips", 1), "&"),
        (
            nccis([young_person(n) for n in PEOPLE]).replace("<PeriodEnd>2026-01-31", "<PeriodEnd>2026-01-30"),
            "PeriodEnd",
        ),
        (nccis([young_person(n) for n in PEOPLE], month="2026-02-28"), "does not agree with the header"),
        (nccis([young_person(n, personal="<Mood>low</Mood>") for n in PEOPLE]), "is not declared"),
        (nccis([young_person(n) for n in PEOPLE])[:-4000], "not well formed"),
        (nccis([young_person(1) for _ in PEOPLE]), "duplicate_key"),
        (nccis([young_person(n) for n in range(1, 11)]), "volume"),
        (nccis([]), "rows"),
    ],
)
def test_a_return_that_cannot_be_is_rejected_and_the_right_one_stays(right: Home, content: str, word: str) -> None:
    status, said = deliver(right, later(content))
    assert status == "rejected"
    assert word in said
    assert "Quill" not in said
    assert right.value(IN_FORCE) == 40


def doing(code: str, **more: str) -> str:
    """What somebody does since September, with further elements by their names."""
    return f"<ActivityCode>{code}</ActivityCode><StartDate>2025-09-03</StartDate>" + "".join(
        f"<{name}>{value}</{name}>" for name, value in more.items()
    )


def everybody(activity: str = "", **more: str) -> list[str]:
    return [young_person(n, activity, **more) if activity else young_person(n, **more) for n in PEOPLE]


TO_YEAR_12 = "<SeptemberGuarantee><Year11><GuaranteeStatus>114</GuaranteeStatus></Year11></SeptemberGuarantee>"


@pytest.mark.parametrize(
    ("rule", "records"),
    [
        ("neet_without_start", everybody(doing("610"))),
        ("neet_started_after_activity", everybody(doing("610", NEETStartDate="2025-10-01"))),
        ("neet_started_before_fifteen", everybody(doing("610", NEETStartDate="2024-01-01"))),
        ("learning_without_end", everybody(doing("210"))),
        ("reviews_missing", everybody(doing("350"))),
        ("lapse_disagrees", everybody(doing("330", DueToLapseDate="2026-01-30", CurrencyLapsed="N"))),
        ("lapse_disagrees", everybody(doing("330", DueToLapseDate="2026-01-31", CurrencyLapsed="Y"))),
        (
            "verified_before_ascertained",
            everybody(doing("330", DateAscertained="2025-09-05", DateVerified="2025-09-04")),
        ),
        ("send_activities_without_send", everybody(doing("280", PredictedEndDate="2026-07-31"))),
        ("over_eighteen_without_send", everybody(born="2007-08-31")),
        ("transfers_without_authority", everybody(status="T")),
        (
            "learner_numbers_shared",
            [young_person(n).replace(uln(n), uln(n // 2)) for n in PEOPLE],
        ),
        ("year_12_codes_in_year_11", everybody(more=TO_YEAR_12)),
    ],
)
def test_what_the_requirement_forbids_is_taken_and_told_of(home: Home, rule: str, records: list[str]) -> None:
    assert deliver(home, nccis(records))[0] == "accepted_with_warnings"
    assert home.value(IN_FORCE) == 40
    assert home.rows("select rule from ops.check_result where outcome = 'warn' and suite like 'nccis.%'") == [(rule,)]


@pytest.mark.parametrize(("born", "is_told"), [("2007-08-31", True), ("2007-09-01", False)])
def test_academic_age_turns_on_the_last_of_august(home: Home, born: str, is_told: bool) -> None:
    status, _ = deliver(home, nccis([young_person(n, born=born) for n in PEOPLE]))
    assert status == ("accepted_with_warnings" if is_told else "accepted")


def test_a_month_put_right_takes_the_place_of_the_first_and_no_other(right: Home) -> None:
    assert deliver(right, nccis([young_person(n) for n in PEOPLE], month="2026-02-28"), "2026-02-28")[0] == "accepted"
    assert right.value(IN_FORCE) == 80
    assert deliver(right, later(nccis([young_person(n) for n in range(1, 39)])))[0] == "accepted"
    assert right.value(IN_FORCE) == 78


def test_the_version_that_was_sent_first_changes_nothing_when_it_comes_last(home: Home) -> None:
    deliver(home, later(nccis([young_person(n) for n in range(1, 39)])))
    assert deliver(home, nccis([young_person(n) for n in PEOPLE]))[0] == "accepted_with_warnings"
    assert home.value(IN_FORCE) == 38


def test_of_two_activities_of_a_person_the_second_is_quarantined(home: Home) -> None:
    twice = "</Cohort><Cohort><ActivityCode>610</ActivityCode><StartDate>2025-11-01</StartDate>"
    first = "<ActivityCode>330</ActivityCode><StartDate>2025-09-03</StartDate>"
    deliver(home, nccis([young_person(1, first + twice), *(young_person(n) for n in range(2, 41))]))
    assert home.value(IN_FORCE) == 40
    assert home.rows("select activity_code, _reasons from quarantine.nccis__activities") == [
        ("610", ["record_id:duplicate_key"])
    ]


@pytest.mark.parametrize(
    ("column", "right", "wrong"),
    [
        ("upn", "<UniquePupilNumber>", "<UniquePupilNumber>Z"),
        # one digit mistyped
        ("uln", uln(1), f"{int(uln(1)) + 1}"),
    ],
)
def test_a_number_that_cannot_be_is_set_aside_and_the_person_stays(
    home: Home, column: str, right: str, wrong: str
) -> None:
    mistaken = young_person(1).replace(right, wrong)
    status, _ = deliver(home, nccis([mistaken, *(young_person(n) for n in range(2, 41))]))
    assert status == "accepted_with_warnings"
    assert home.rows("select column_name, rows from ops.set_aside") == [(column, 1)]
    assert home.value(f"select count(*) from raw.nccis__young_people where {column} is null") == 1


def test_a_learner_number_that_is_not_known_yet_is_none_and_nobody_is_told(home: Home) -> None:
    """Two people under 9999999999 are not one."""
    unknown = [young_person(n).replace(uln(n), "9999999999") for n in (1, 2)]
    assert deliver(home, nccis([*unknown, *(young_person(n) for n in range(3, 41))]))[0] == "accepted"
    assert home.value("select count(*) from raw.nccis__young_people where uln is null") == 2
