"""Wrong SEN2 returns: turned away or told of, and what was in force stays."""

import pytest

from orchestration.deliveries.outcome import DeliveryOutcome
from tests.support.landing_home import Home, report_text
from tests.support.made_sen2 import HEADINGS, export, rows, write

CHILDREN = [rows(n) for n in range(1, 41)]
IN_FORCE = """
    select count(*) from raw.sen2__{} semi join ops.delivery_in_force
        on _delivery_id = delivery_id and table_name = 'sen2__{}'
"""


def deliver(home: Home, files: dict[str, str], day: str = "20-01-2026") -> dict[str, DeliveryOutcome]:
    """What became of each file of an export, by its module."""
    write(home.landing("sen2"), files, day)
    return {outcome.file_name.split("_")[-1].removesuffix(".csv"): outcome for outcome in home.load()}


def in_force(home: Home, table: str) -> int:
    return int(home.value(IN_FORCE.format(table, table)))


@pytest.fixture
def right(home: Home) -> Home:
    """A home that took a right export of forty children with a plan."""
    assert {one.status for one in deliver(home, export(CHILDREN)).values()} == {"accepted"}
    assert in_force(home, "named_plans") == 40
    return home


@pytest.mark.parametrize(
    ("module", "old", "new", "word"),
    [
        # A column that nobody declared: what somebody wrote down of a child.
        ("requests", HEADINGS["requests"], HEADINGS["requests"] + ",Notes", "is free text"),
        ("person", "personbirthdate", "birthday", "personbirthdate"),
        ("person", "2014-Mar-", "not known ", "birth_date"),
        ("namedplan", "2025-May-20 00:00:00", "", "start_date"),
        ("requests", ",Y,", ",Q,", "outcome_code"),
        ("senneed", ",ASD,", ",XX,", "need_code"),
        # The rows of another export: nothing that they name is there.
        ("assessment", "\n", "\n9", "refer to no row"),
    ],
)
def test_a_file_that_cannot_be_is_turned_away_and_the_right_one_stays(
    right: Home, module: str, old: str, new: str, word: str
) -> None:
    files = export(CHILDREN)
    wrong = files[module].replace(old, new) if old != "\n" else _renumbered(files[module], parent=4)
    outcome = deliver(right, {module: wrong})[module]
    assert outcome.status == "rejected"
    assert word in report_text(outcome)
    assert "Quill" not in report_text(outcome)
    assert in_force(right, "people") == in_force(right, "requests") == in_force(right, "named_plans") == 40


def _renumbered(content: str, parent: int) -> str:
    """Rows that name others than the export has."""
    headings, *lines = content.splitlines()
    cells = [line.split(",") for line in lines]
    return "\n".join([headings, *(",".join([*c[:parent], f"9{c[parent]}", *c[parent + 1 :]]) for c in cells)]) + "\n"


def test_a_file_of_another_export_finds_none_of_the_rows_it_names(right: Home) -> None:
    """Each export numbers anew: a file of a later day by itself would be joined with other children."""
    outcome = deliver(right, {"assessment": export(CHILDREN)["assessment"]}, "03-02-2026")["assessment"]
    assert outcome.status == "rejected"
    assert "refer to no row" in report_text(outcome)


def test_the_later_export_of_a_year_takes_the_place_of_the_first_and_other_years_stay(right: Home) -> None:
    fewer = export([rows(n, first=3) for n in range(3, 41)])
    assert {one.status for one in deliver(right, fewer, "03-02-2026").values()} == {"accepted"}
    assert in_force(right, "people") == 38
    earlier = export(CHILDREN)
    assert {one.status for one in deliver(right, earlier, "20-01-2025").values()} == {"accepted"}
    assert in_force(right, "people") == 78
    periods = right.value(
        """
        select string_agg(covered, ', ' order by covered)
        from (select distinct period || ' ' || covers_from_date as covered from ops.delivery where source = 'sen2')
        """
    )
    assert periods == "2025 2024-01-01, 2026 2025-01-01"


def test_days_that_cannot_be_are_told_of_and_taken(right: Home) -> None:
    wrong = export(CHILDREN)
    wrong["namedplan"] = wrong["namedplan"].replace(",0,0,,,", ",0,0,,2025-May-10 00:00:00,")
    wrong["requests"] = wrong["requests"].replace("2025-Feb-10", "2025-Jan-01")
    outcomes = deliver(right, wrong, "03-02-2026")
    assert outcomes["namedplan"].status == outcomes["requests"].status == "accepted_with_warnings"
    assert "plans ceased before they began" in report_text(outcomes["namedplan"])
    assert "plans ceased, and the reason is not said" in report_text(outcomes["namedplan"])
    assert "were decided before they were received" in report_text(outcomes["requests"])


def test_a_upn_that_cannot_be_costs_nobody_the_plan(right: Home) -> None:
    wrong = {**CHILDREN[0], "person": CHILDREN[0]["person"].replace(",ZZ1 1ZZ,", ",ZZ1 1ZZ,9")}
    outcome = deliver(right, export([wrong, *CHILDREN[1:]]), "03-02-2026")["person"]
    assert outcome.rows_rejected == 0
    assert right.value("select sum(rows)::int from ops.set_aside where table_name = 'sen2__people'") == 1
