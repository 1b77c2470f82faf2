"""Wrong lists of safeguarding concerns: turned away or told of; what may be kept nowhere is kept nowhere."""

from pathlib import Path

import pytest

from orchestration.deliveries.outcome import DeliveryOutcome
from orchestration.home import erasures
from tests.support.landing_home import Home, report_text
from tests.support.made_files import PLANTED, text, upn

HEADINGS = (
    "Concern Ref,UPN,Surname,Forename,DOB,DfE Number,Raised,Category,Level,Status,External Agency,Referred On,Closed,"
    "Allegation Against Staff"
)
CPOMS = (
    "Incident ID,Student UPN,Surname,Forename,Date of Birth,LAESTAB,Incident Date,Categories,Level,Status,"
    "Agency Involved,Date Referred,Date Closed,Teacher Allegation"
)
PUPILS = range(1, 41)
SCHOOL = "9994001"
IN_FORCE = """
    select count(*) from raw.concerns__concerns
    semi join ops.delivery_in_force on _delivery_id = delivery_id and table_name = 'concerns__concerns'
"""


def concern(number: int, **changes: str) -> str:
    """A row, in the order of HEADINGS."""
    cells = {
        "ref": f"C{number}", "upn": upn(number), "surname": PLANTED, "forename": f"Child{number}", "dob": "2012-09-01",
        "school": "999/4001", "raised": "2026-03-02", "category": "Neglect", "level": "concern", "status": "open",
        "agency": "", "referred": "", "closed": "", "about_staff": "No",
    } | changes  # fmt: skip
    return ",".join(cells.values())


def listed(rows: list[str], headings: str = HEADINGS) -> str:
    return "\n".join([headings, *rows, ""])


EVERYBODY = [concern(n) for n in PUPILS]


def deliver(home: Home, content: str, day: str = "2026-06-26", school: str = SCHOOL) -> DeliveryOutcome:
    text(home.landing("concerns") / f"concerns_{school}_{day}.csv", content)
    return home.load_one()


@pytest.fixture
def right(home: Home) -> Home:
    """A home that took a right list of forty."""
    assert deliver(home, listed(EVERYBODY)).status == "accepted"
    assert home.value(IN_FORCE) == 40
    return home


def with_column(heading: str) -> str:
    """A list with one column more, filled."""
    return listed([f"{row},{PLANTED}" for row in EVERYBODY], f"{HEADINGS},{heading}")


WRONG = {
    # What was written down, or who wrote it, whatever it is called.
    "notes": (with_column("Notes"), "column 15 (Notes) is free text"),
    "action": (with_column("Action Taken"), "column 15 is free text"),
    "author": (with_column("Raised By"), "column 15 is of members of staff"),
    "alerted": (with_column("Staff Alerted"), "column 15 is of members of staff"),
    "undeclared": (with_column("Body Map"), "column 15 is not declared"),
    "renamed": (listed(EVERYBODY, HEADINGS.replace("Raised", "Started")), "raised_date"),
    "day": (listed([concern(n, raised="not known") for n in PUPILS]), "raised_date"),
    "status": (listed([concern(n, status="pending") for n in PUPILS]), "status_code"),
    "agency": (listed([concern(n, agency=PLANTED) for n in PUPILS]), "external_agency"),
    "upn": (listed([concern(n, upn=upn(n)[:-1] + "X") for n in PUPILS]), "upn"),
    "twice": (listed([concern(1) for _ in PUPILS]), "duplicate_key"),
    # A row of another school would be a concern of somebody else's pupil.
    "school": (listed([*EVERYBODY, concern(41, school="999/4002")]), "rows of another school"),
    "short": (listed(EVERYBODY[:10]), "volume"),
    "empty": (listed([]), "rows"),
}


@pytest.mark.parametrize(("content", "word"), WRONG.values(), ids=WRONG)
def test_a_list_that_cannot_be_is_turned_away_and_the_right_one_stays(right: Home, content: str, word: str) -> None:
    outcome = deliver(right, content, "2026-06-27")
    assert outcome.status == "rejected"
    assert word in report_text(outcome)
    assert PLANTED not in report_text(outcome)
    assert right.value(IN_FORCE) == 40


@pytest.mark.parametrize(
    "mark",
    [
        {"about_staff": "Yes"},
        # Whatever the mark says, if not plainly no.
        {"about_staff": "see LADO"},
        {"category": "Allegation against a teacher"},
        {"category": "Low\N{NON-BREAKING HYPHEN}level concern"},
        {"agency": "LADO"},
    ],
)
def test_a_row_about_a_member_of_staff_is_counted_and_kept_nowhere(home: Home, mark: dict[str, str]) -> None:
    """Neither in the build nor in quarantine nor in the archive; delivered again it is the file that is known."""
    content = listed([*EVERYBODY[:20], concern(77, ref="STAFF77", **mark), *EVERYBODY[20:]])
    outcome = deliver(home, content)
    assert (outcome.status, outcome.rows_read, outcome.rows_rejected) == ("accepted", 40, 0)
    assert home.value("select rows_forbidden from ops.delivery") == 1
    kept = [path for path in home.settings.home.rglob("*") if path.is_file()]
    assert [path for path in kept if b"STAFF77" in path.read_bytes()] == []
    assert any(b"C40" in path.read_bytes() for path in home.settings.archive.iterdir())
    assert not [path for path in home.settings.landing.rglob("*.csv")]
    assert not [message for message in home.messages if "STAFF77" in message]
    assert deliver(home, content).repeated
    assert len(erasures.rewritten_files(home.settings)) == 1


@pytest.mark.parametrize("category", ['Neglect 5" fall', 'Neglect "so said"', '"Neg\nlect"', '"Neglect ""again"""'])
def test_a_quotation_mark_or_a_line_end_in_a_cell_moves_no_row(home: Home, category: str) -> None:
    """Another row than the one about staff would be taken out, and that one kept."""
    odd = concern(1, category=category)
    content = listed([odd, *EVERYBODY[1:20], concern(77, ref="STAFF77", about_staff="Yes"), *EVERYBODY[20:]])
    assert deliver(home, content).rows_read == 40
    assert home.value(IN_FORCE) == 40
    kept = [path for path in home.settings.home.rglob("*") if path.is_file()]
    assert [path for path in kept if b"STAFF77" in path.read_bytes()] == []


def test_a_file_that_breaks_off_leaves_no_such_row_in_quarantine(home: Home) -> None:
    broken = listed([*EVERYBODY, concern(77, ref="STAFF77", about_staff="Yes")]) + '"not closed'
    outcome = deliver(home, broken)
    assert outcome.status == "rejected"
    assert home.value("select count(*) from quarantine.concerns__concerns where concern_ref = 'STAFF77'") == 0


def test_the_other_systems_headings_are_known(home: Home) -> None:
    assert deliver(home, listed(EVERYBODY, CPOMS)).status == "accepted"
    assert home.value(IN_FORCE) == 40


def test_the_newest_list_of_a_school_is_all_it_has_and_other_schools_stay(right: Home) -> None:
    other = listed([concern(n, school="9994002") for n in range(50, 55)])
    assert deliver(right, other, school="9994002").status == "accepted"
    assert right.value(IN_FORCE) == 45
    assert deliver(right, listed(EVERYBODY[:30]), "2026-07-03").status == "accepted"
    assert right.value(IN_FORCE) == 35
    # An older one that comes late says nothing new.
    deliver(right, listed(EVERYBODY[:35]), "2026-05-01")
    assert right.value(IN_FORCE) == 35


def test_categories_of_the_schools_own_are_taken_and_named_once_several_children_have_one(right: Home) -> None:
    rows = [concern(n, category="Worry box") for n in range(1, 6)]
    rows += [concern(n, category=PLANTED) for n in range(6, 10)]
    outcome = deliver(right, listed([*rows, *EVERYBODY[9:]]), "2026-06-27")
    assert outcome.status == "accepted_with_warnings" and right.value(IN_FORCE) == 40
    assert "9 concerns are of 2 categories that belong to no group: Worry box (5)" in report_text(outcome)
    assert PLANTED not in report_text(outcome)


def test_days_that_cannot_be_are_told_of_and_taken(right: Home) -> None:
    rows = [
        *(concern(n, raised="2026-08-01") for n in range(1, 4)),
        *(concern(n, status="closed", closed="2026-02-01") for n in range(4, 7)),
        *(concern(n, closed="2026-04-01") for n in range(7, 10)),
        *EVERYBODY[9:],
    ]
    outcome = deliver(right, listed(rows), "2026-06-27")
    assert outcome.status == "accepted_with_warnings" and right.value(IN_FORCE) == 40
    for words in ("raised after the day", "closed before they were raised", "open and have a day"):
        assert words in report_text(outcome)


def test_an_agency_that_is_not_listed_is_not_kept(right: Home) -> None:
    """It may be somebody's name."""
    outcome = deliver(right, listed([concern(1, agency=PLANTED), *EVERYBODY[1:]]), "2026-06-27")
    assert outcome.rows_rejected == 0
    assert right.value("select sum(rows)::int from ops.set_aside where column_name = 'external_agency'") == 1
    assert right.value(f"select count(*) from raw.concerns__concerns where external_agency = '{PLANTED}'") == 0


def test_names_are_never_loaded(right: Home) -> None:
    columns: list[str] = [name for (name,) in right.rows("select column_name from (describe raw.concerns__concerns)")]
    assert "surname" not in columns and "forename" not in columns
    holds = Path(right.settings.build_file)
    right.connection.execute("checkpoint")
    assert PLANTED.encode() not in holds.read_bytes()
