"""Wrong lists of the tool's users: what is turned away, what is kept, and that no wrong list opens a door."""

from collections.abc import Callable

from orchestration.deliveries.outcome import DeliveryOutcome
from tests.support.landing_home import Home
from tests.support.made_files import text

USERS = "Staff Number,Role,Organisation,Access From,Access To"
SCOPES = "Staff Number,Scope,DfE Number,Zone Code,From,To"
USE = "Staff Number,Month,Days"
STAFF = [f"E{number},school,School,01/09/2025," for number in range(101, 121)]


def write(home: Home, name: str, headings: str, rows: list[str]) -> None:
    text(home.landing("tool_users") / f"tool_users_{name}.csv", "\n".join([headings, *rows, ""]))


def test_a_role_that_nobody_foresaw_keeps_its_row(home: Home) -> None:
    """Turned away, the row would take the user off the list: their use would then be a stranger's."""
    write(home, "users_2026-06-26", USERS, [*STAFF, "E200,school governor,,01/09/2025,"])
    outcome = home.load_one()
    assert (outcome.status, outcome.rows_accepted, outcome.rows_rejected) == ("accepted_with_warnings", 21, 0)
    assert home.rows("select role_code from raw.tool_users__users where user_id = 'E200'") == [("school governor",)]


def test_a_date_that_nobody_can_read_turns_its_row_away(home: Home) -> None:
    write(home, "users_2026-06-26", USERS, [*STAFF, "E200,school,,01/09/2025,end of term"])
    outcome = home.load_one()
    assert (outcome.rows_accepted, outcome.rows_rejected) == (20, 1)
    assert home.value("select count(*) from raw.tool_users__users where user_id = 'E200'") == 0


def test_a_scope_wider_than_any_that_is_known_turns_its_row_away(home: Home) -> None:
    rows = [f"E{number},school,838/4001,,," for number in range(101, 121)]
    write(home, "scopes_2026-06-26", SCOPES, [*rows, "E200,everything,,,,", "E201,,,,,"])
    outcome = home.load_one()
    assert (outcome.status, outcome.rows_rejected) == ("rejected", 22)
    write(home, "scopes_2026-06-27", SCOPES, [*rows, "E200,everything,,,,"])
    assert home.load_one().rows_rejected == 1
    assert home.rows("select distinct scope_level from raw.tool_users__scopes") == [("school",)]


def test_half_a_list_is_turned_away_and_the_whole_one_stays(
    home: Home, report: Callable[[DeliveryOutcome], str]
) -> None:
    many = [f"E{number},school,School,01/09/2025," for number in range(100, 200)]
    write(home, "users_2026-06-25", USERS, many)
    assert home.load_one().status == "accepted"
    write(home, "users_2026-06-26", USERS, many[:50])
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert "50 rows after 100" in report(outcome)
    assert home.value("select count(*) from raw.tool_users__users") == 100


def test_an_older_list_that_comes_late_does_not_bring_back_who_has_left(home: Home) -> None:
    write(home, "users_2026-06-26", USERS, ["E101,school,School,01/09/2025,31/05/2026", *STAFF[1:]])
    assert home.load_one().status == "accepted"
    write(home, "users_2026-05-01", USERS, STAFF)
    assert home.load_one().status == "accepted"
    in_force = home.rows("""
        select access_to_date from raw.tool_users__users
        where user_id = 'E101' and _delivery_id in (select delivery_id from ops.delivery_in_force)
    """)
    assert in_force == [("31/05/2026",)]


def test_names_and_addresses_of_users_are_never_loaded(home: Home) -> None:
    rows = [f"{row},Ada Quillfeather,ada@example.org" for row in STAFF]
    write(home, "users_2026-06-26", f"{USERS},Full Name,E-mail", rows)
    assert home.load_one().status == "accepted"
    (columns,) = zip(*home.rows("select column_name from (describe raw.tool_users__users)"), strict=True)
    assert not {"name", "full_name", "email"} & set(columns)


def test_a_month_to_come_turns_the_whole_extract_away(home: Home, report: Callable[[DeliveryOutcome], str]) -> None:
    rows = [f"E{number},01/06/2026,3" for number in range(101, 120)]
    write(home, "use_2026-06-26", USE, [*rows, "E120,01/07/2026,2"])
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert "1 of 20 rows are of months after the day" in report(outcome)


def test_more_days_than_a_month_has_turn_their_row_away(home: Home) -> None:
    rows = [f"E{number},01/06/2026,3" for number in range(101, 130)]
    write(home, "use_2026-06-26", USE, [*rows, "E130,01/06/2026,32"])
    assert home.load_one().rows_rejected == 1
