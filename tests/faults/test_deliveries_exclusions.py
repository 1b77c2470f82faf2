"""Wrong lists of suspensions and exclusions: rejected or told of, and what was in force stays."""

import pytest

from tests.support.landing_home import Home, report_text
from tests.support.made_files import census, census_pupil, census_xml, text, upn

HEADINGS = "pupilonrolltableid,NativeId,termlyexclusionsonrollorderseqcolumn,startdate,sessions,reason1,category"
IN_FORCE = """
    select count(*) from raw.school_census__exclusions
    semi join ops.delivery_in_force on _delivery_id = delivery_id
"""


def block(home: Home, rows: list[str], headings: str = HEADINGS) -> None:
    """The pupils of a term, and the block of those who were suspended."""
    folder = home.landing("school_census")
    pupils = [f"p{n},9994001,{upn(n)},Quill,2014-03-01" for n in range(1, 41)]
    text(
        folder / "2026_spring_pupilonroll.csv",
        "\n".join(["pupilonrolltableid,NativeId,upn,surname,dob", *pupils]) + "\n",
    )
    text(folder / "2026_spring_termlyexclusionsonroll.csv", "\n".join([headings, *rows]) + "\n")


def suspended(n: int, day: str = "2025-11-03", sessions: str = "4", reason: str = "DB", category: str = "SUSP") -> str:
    return f"p{n},9994001,1,{day},{sessions},{reason},{category}"


def loaded(home: Home) -> dict[str, tuple[str, str]]:
    """What became of each file, and all that its report says."""
    return {of.file_name: (of.status, report_text(of) if of.report_path else "") for of in home.load()}


@pytest.fixture
def right(home: Home) -> Home:
    """A home that took a right list of twenty."""
    block(home, [suspended(n) for n in range(1, 21)])
    assert loaded(home)["2026_spring_termlyexclusionsonroll.csv"][0] == "accepted"
    assert home.value(IN_FORCE) == 20
    return home


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ([suspended(n, category="EXCL") for n in range(1, 21)], "category"),
        ([suspended(n, sessions="91") for n in range(1, 21)], "sessions"),
        ([suspended(n, day="not known") for n in range(1, 21)], "start_date"),
        ([suspended(n, reason="??") for n in range(1, 21)], "reason_code"),
        ([suspended(n).replace("p", "q", 1) for n in range(1, 21)], "pupils"),
    ],
)
def test_a_list_that_cannot_be_is_rejected_and_the_right_one_stays(right: Home, rows: list[str], word: str) -> None:
    block(right, rows)
    status, said = loaded(right)["2026_spring_termlyexclusionsonroll.csv"]
    assert status == "rejected"
    assert word in said
    assert right.value(IN_FORCE) == 20


def test_a_list_whose_column_was_renamed_is_rejected(right: Home) -> None:
    block(right, [suspended(n) for n in range(1, 21)], HEADINGS.replace("sessions", "days"))
    assert loaded(right)["2026_spring_termlyexclusionsonroll.csv"][0] == "rejected"
    assert right.value(IN_FORCE) == 20


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ([suspended(n, day="2024-11-04") for n in range(1, 21)], "exclusions_out_of_period"),
        ([suspended(n, category="FIXD") for n in range(1, 21)], "exclusion_codes_out_of_time"),
    ],
)
def test_what_may_be_true_is_taken_and_told_of(home: Home, rows: list[str], rule: str) -> None:
    block(home, rows)
    assert loaded(home)["2026_spring_termlyexclusionsonroll.csv"][0] == "accepted_with_warnings"
    assert home.value(IN_FORCE) == 20
    told = "select rule from ops.check_result where suite = 'school_census.exclusions' and outcome = 'warn'"
    assert home.rows(told) == [(rule,)]


@pytest.mark.parametrize(("sessions", "accepted"), [("90", 1), ("91", 0)])
def test_forty_five_days_are_the_most(home: Home, sessions: str, accepted: int) -> None:
    block(home, [suspended(1, sessions=sessions), *(suspended(n) for n in range(2, 31))])
    home.load()
    assert home.value(IN_FORCE) == 29 + accepted


def test_a_pupil_suspended_twice_in_a_term_has_two_rows_with_their_order(home: Home) -> None:
    twice = (
        "<Exclusions>"
        "<TermlyExclusion><Category>SUSP</Category><StartDate>2025-10-01</StartDate><Sessions>2</Sessions></TermlyExclusion>"
        "<TermlyExclusion><Category>PERM</Category><StartDate>2025-10-06</StartDate></TermlyExclusion>"
        "</Exclusions>"
    )
    census_xml(home.landing("school_census"), census([census_pupil(1, extra=twice), census_pupil(2, extra=twice)]))
    home.load()
    assert home.rows(
        "select _row_number, exclusion_order, category from raw.school_census__exclusions order by all"
    ) == [(1, "1", "SUSP"), (1, "2", "PERM"), (2, "1", "SUSP"), (2, "2", "PERM")]
