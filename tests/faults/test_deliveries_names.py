"""What a delivery is called, and what may be repeated of it: words of the contracts and places, nothing else."""

import unicodedata
from collections.abc import Callable
from typing import Literal

import pytest

from expectations.contract.match import values_in_name
from expectations.contract.model import contract_named
from orchestration import deliveries
from orchestration.build.database import connect
from orchestration.deliveries import names, register
from orchestration.deliveries.outcome import DeliveryOutcome
from orchestration.settings import Settings
from tests.support.landing_home import Home
from tests.support.made_files import PUPIL_HEADINGS, census, census_pupil, pupil, pupils_csv, text

HASH = "0123456789abcdef" * 4
CHILD = "Wilhelmina Zzyzx"


@pytest.mark.parametrize(
    ("file_name", "known"),
    [
        ("synergy_pupils_2026-06-25.csv", "synergy_pupils_2026-06-25.csv"),
        ("Synergy_PUPILS_2026-06-25.CSV", "synergy_pupils_2026-06-25.csv"),
        ("school_census_9994001_2026_spring.xml", "school_census_9994001_2026_spring.xml"),
        ("9994001_SC2_999LL26_003.xml", "9994001_SC2_999LL26_003.xml"),
        (f"{CHILD} IoD2019.csv", "0123456789abcdefIoD20190123456789abcdef.csv"),
        (f"{CHILD} 2011-02-03.csv", "unnamed-0123456789abcdef.csv"),
        (f"synergy_pupils_2026-06-25 {CHILD}.csv", "unnamed-0123456789abcdef.csv"),
        (f"school_census_{CHILD}.xml", "unnamed-0123456789abcdef.xml"),
        (f"{CHILD}.XLSX", "unnamed-0123456789abcdef.xlsx"),
        (f"census.{CHILD}", "unnamed-0123456789abcdef.other"),
        (CHILD, "unnamed-0123456789abcdef.other"),
        # Digits and letters that only look like those of a template.
        ("synergy_pupils_٢٠٢٦-06-25.csv", "unnamed-0123456789abcdef.csv"),
        ("ſynergy_pupils_2026-06-25.csv", "unnamed-0123456789abcdef.csv"),
        ("syn\udcffergy.csv", "unnamed-0123456789abcdef.csv"),
        ("a\n\u202eb.csv", "unnamed-0123456789abcdef.csv"),
    ],
)
def test_a_name_is_kept_only_if_it_is_a_contracts(file_name: str, known: str) -> None:
    assert names.known(file_name, HASH) == known
    assert names.known(known, HASH) == known, "a rebuild knows it by the same name"


def test_what_a_name_states_is_stated_by_its_masked_form_too() -> None:
    file_name = f"{CHILD}_IoD2019.csv"
    said: list[tuple[str, dict[str, str] | None]] = [("deprivation/v1", {}), ("deprivation/v2025", None)]
    for name, says in said:
        (kind,) = contract_named(name).files
        assert values_in_name(kind, file_name) == values_in_name(kind, names.known(file_name, HASH)) == says


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("ending", [".csv", ".xml", ".xlsx", ".docx", ""])
def test_a_file_called_by_a_child_is_entered_by_its_hash_everywhere(
    home: Home, report: Callable[[DeliveryOutcome], str], ending: str, form: Literal["NFC", "NFD"]
) -> None:
    file_name = unicodedata.normalize(form, f"Wilhelmína Zzýzx 17.03.1903{ending}")
    text(home.landing("synergy") / file_name, "\n".join([PUPIL_HEADINGS, pupil(1)]))
    outcome = home.load_one()
    assert outcome.status == "rejected"
    told = _told(home) + report(outcome) + repr(outcome)
    assert f"unnamed-{outcome.delivery_id}" in told
    # With its dot: a hash may hold the year by chance.
    for part in (".1903", "yzx", unicodedata.normalize(form, "ýzx"), "ilhelm"):
        assert part not in told


def test_the_archive_read_again_says_the_same_of_a_file_nobody_knows(home: Home) -> None:
    text(home.landing("synergy") / f"{CHILD}.docx", "nothing")
    text(home.landing("school_census") / f"school_census_{CHILD}.xml", census([census_pupil(1)]))
    first = {outcome.delivery_id: (outcome.status, outcome.reason, outcome.file_name) for outcome in home.load()}
    second = Settings(home=home.settings.home.with_name("second"))
    for entry in register.entries(home.settings.archive):
        landed = second.landing / entry.source / entry.file_name
        landed.parent.mkdir(parents=True, exist_ok=True)
        landed.write_bytes((home.settings.archive / entry.sha256).read_bytes())
    with connect(second) as connection:
        again = deliveries.load(second, connection, "run")
    assert {outcome.delivery_id: (outcome.status, outcome.reason, outcome.file_name) for outcome in again} == first
    assert {status for status, *_ in first.values()} == {"rejected", "accepted"}


@pytest.mark.parametrize(
    ("headings", "said"),
    [
        (f"{PUPIL_HEADINGS},{CHILD}", "column 12 is not declared"),
        (PUPIL_HEADINGS.replace("DOB", CHILD), "column 6 is not declared"),
        (f"{PUPIL_HEADINGS}P00001,{CHILD},17/03/1903", "column 12 is not declared"),
        (f"{CHILD},{PUPIL_HEADINGS},{CHILD.upper()}", "columns 1 and 13 have the same heading"),
        (f"{PUPIL_HEADINGS},Household Ref", "column 12 (Household Ref) is not declared"),
    ],
    ids=["beside", "instead", "glued", "twice", "a word of another contract"],
)
def test_a_heading_is_repeated_only_if_it_is_a_contracts(
    home: Home, report: Callable[[DeliveryOutcome], str], headings: str, said: str
) -> None:
    text(home.landing("synergy") / "synergy_pupils_2026-06-25.csv", f"{headings}\n{pupil(1)}\n")
    outcome = home.load_one()
    assert outcome.status == "rejected"
    told = _told(home) + report(outcome) + repr(outcome)
    assert said in told
    assert "zzyzx" not in told.casefold()
    assert "/1903" not in told


@pytest.mark.parametrize("late", [0, 30], ids=["among the first pupils", "later"])
def test_an_element_is_told_by_the_pupil_and_the_elements_around_it(
    home: Home, report: Callable[[DeliveryOutcome], str], late: int
) -> None:
    pupils = [census_pupil(number) for number in range(1, late + 1)]
    pupils.append(census_pupil(500, identifiers="<Wilhelmina><Zzyzx>1</Zzyzx></Wilhelmina>"))
    text(home.landing("school_census") / "9994001_SC2_999LL26_003.xml", census(pupils))
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert f"an element below PupilIdentifiers of pupil {late + 1} is not declared" in report(outcome)
    assert "zzyzx" not in (_told(home) + report(outcome)).casefold()


def test_a_name_that_states_another_school_than_the_header_is_rejected(home: Home) -> None:
    text(home.landing("school_census") / "9994002_SC2_999LL26_003.xml", census([census_pupil(1)]))
    assert "does not agree with the header" in home.load_one().reason


def test_a_value_is_repeated_only_if_it_is_a_code(home: Home, report: Callable[[DeliveryOutcome], str]) -> None:
    """A surname of four letters in the place of an ethnicity looks like a code."""
    rows = [pupil(number) for number in range(1, 100)]
    pupils_csv(home.landing("synergy"), [*rows, pupil(100, ethnicity="AMIS"), pupil(101, ethnicity="SLCN")])
    outcome = home.load_one()
    assert (outcome.status, outcome.rows_rejected) == ("accepted_with_warnings", 0)
    assert "code SLCN; text, 4 characters" in report(outcome)
    assert "AMIS" not in report(outcome) + _told(home)


def test_files_and_folders_of_no_source_are_counted_and_not_named(home: Home) -> None:
    text(home.settings.landing / CHILD / "synergy_pupils_2026-06-25.csv", PUPIL_HEADINGS)
    text(home.landing("synergy") / "June" / "synergy_pupils_2026-06-25.csv", PUPIL_HEADINGS)
    text(home.settings.landing / f"{CHILD}.csv", PUPIL_HEADINGS)
    text(home.landing("synergy") / ".hidden.csv", PUPIL_HEADINGS)
    assert deliveries.passed_over(home.settings) == 3
    assert home.load() == []


def test_what_an_earlier_version_entered_is_masked_once(home: Home) -> None:
    text(home.landing("synergy") / "synergy_pupils_2026-06-25.csv", f"{PUPIL_HEADINGS},{CHILD}\n{pupil(1)}\n")
    outcome = home.load_one()
    archive = home.settings.archive / register.NAME
    archive.chmod(0o600)
    archive.write_text(archive.read_text().replace("synergy_pupils_2026-06-25", CHILD))
    home.connection.execute("alter table ops.delivery drop column reason_code")
    for change in (
        f"update ops.delivery set file_name = '{CHILD}.csv', reason = 'the column {CHILD} is not declared'",
        f"update ops.delivery_event set file_name = '{CHILD}.csv', detail = 'the column {CHILD} is not declared'",
    ):
        home.connection.execute(change)
    outcome.report_path.write_text(CHILD)
    home.load()
    assert CHILD not in _told(home) + archive.read_text()
    assert home.rows("select file_name, reason_code from ops.delivery") == [
        (f"unnamed-{outcome.delivery_id}.csv", "earlier")
    ]
    assert not outcome.report_path.exists()


def _told(home: Home) -> str:
    """All that is entered of deliveries, and all that loading said."""
    tables = ("delivery", "delivery_event", "delivery_table", "rejection", "check_result")
    entered = [row for table in tables for row in home.rows(f"select * from ops.{table}")]
    return repr(entered) + (home.settings.archive / register.NAME).read_text() + repr(home.messages)
