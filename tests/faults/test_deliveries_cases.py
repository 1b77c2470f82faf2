"""Wrong deliveries of responses, huddles and the front door."""

from collections.abc import Callable

from orchestration.deliveries.outcome import DeliveryOutcome
from tests.support.landing_home import Home
from tests.support.made_files import text, upn

HEADINGS = "Event Ref,Response Ref,UPN,DOB,DfE Number,Event,Date,Recorded,Response,Status,Current Progress,Corrects"


def event(number: int, **changes: str) -> str:
    row = {
        "ref": f"E{number}",
        "response": f"R{number}",
        "upn": upn(number),
        "event": "opened",
        "date": "01/05/2026",
        "code": "monitor",
        "status": "new",
        "progress": "",
        "corrects": "",
        **changes,
    }
    return (
        f"{row['ref']},{row['response']},{row['upn']},01/09/2015,999/4001,{row['event']},{row['date']},"
        f"2026-05-01 16:00:00,{row['code']},{row['status']},{row['progress']},{row['corrects']}"
    )


def log(home: Home, day: str, events: list[str]) -> None:
    text(home.landing("responses") / f"responses_{day}.csv", "\n".join([HEADINGS, *events]) + "\n")


def test_a_log_that_lost_events_is_rejected_and_the_longer_one_stays_in_force(
    home: Home, report: Callable[[DeliveryOutcome], str]
) -> None:
    log(home, "2026-05-29", [event(number) for number in range(1, 101)])
    assert home.load_one().status == "accepted"
    log(home, "2026-06-05", [event(number) for number in range(1, 81)])
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert "80 rows after 100" in report(outcome)
    in_force = "select count(*) from raw.responses__events where _delivery_id in (select delivery_id from ops.{})"
    assert home.value(in_force.format("delivery_in_force")) == 100


def test_a_log_that_grew_supersedes_the_one_before(home: Home) -> None:
    log(home, "2026-05-29", [event(number) for number in range(1, 101)])
    log(home, "2026-06-05", [event(number) for number in range(1, 131)])
    assert {outcome.status for outcome in home.load()} == {"accepted"}
    assert home.value("select count(*) from ops.delivery_in_force where table_name = 'responses__events'") == 1


def test_a_response_nobody_knows_fails_its_row_alone_and_is_named(
    home: Home, report: Callable[[DeliveryOutcome], str]
) -> None:
    log(home, "2026-05-29", [*(event(number) for number in range(1, 101)), event(101, code="hugs")])
    outcome = home.load_one()
    assert (outcome.status, outcome.rows_rejected) == ("accepted_with_warnings", 1)
    assert "response_code" in report(outcome) and "code_unknown" in report(outcome)


def test_progress_of_the_other_scale_is_not_taken_for_this_one(home: Home) -> None:
    log(home, "2026-05-29", [*(event(number) for number in range(1, 101)), event(101, progress="green")])
    assert home.load_one().rows_rejected == 0
    assert home.rows("select column_name, reason from ops.set_aside") == [("current_progress", "code_unknown")]


def test_a_childs_name_in_the_log_is_never_loaded(home: Home) -> None:
    rows = [f"{event(number)},Ashcombe,fell out with Ashcombe" for number in range(1, 21)]
    text(
        home.landing("responses") / "responses_2026-05-29.csv",
        "\n".join([HEADINGS + ",Surname,Review Notes", *rows]) + "\n",
    )
    assert home.load_one().status == "accepted"
    assert "Ashcombe" not in str(home.rows("from raw.responses__events"))


def test_a_contact_about_nobody_counts_all_the_same(home: Home) -> None:
    folder = home.landing("front_door")
    text(folder / "front_door_people_2026-05-29.csv", "Person Ref,Surname,First Name,DOB\nF1,Ash,Bo,01/09/2015\n")
    text(
        folder / "front_door_events_2026-05-29.csv",
        "Kind,Ref,Person Ref,Received,Source,Decision\n"
        "contact,C1,F1,01/05/2026,police,advice\nContact,C2,,02/05/2026,anonymous,\n",
    )
    assert {outcome.rows_rejected for outcome in home.load()} == {0}
    assert home.value("select count(*) from raw.front_door__events") == 2


def test_a_kind_of_event_nobody_knows_is_quarantined(home: Home) -> None:
    rows = "\n".join(f"contact,C{number},,01/05/2026,police,advice" for number in range(1, 100))
    text(
        home.landing("front_door") / "front_door_events_2026-05-29.csv",
        f"Kind,Ref,Person Ref,Received,Source,Decision\n{rows}\nenquiry,X1,,01/05/2026,police,advice\n",
    )
    assert home.load_one().rows_rejected == 1


def test_a_huddle_in_a_state_nobody_knows_is_quarantined(home: Home) -> None:
    rows = "\n".join(f"H{number},999/4001,01/05/2026,held" for number in range(1, 100))
    text(
        home.landing("huddles") / "huddles_huddles_2026-05-29.csv",
        f"Huddle Ref,DfE Number,Date,State\n{rows}\nH100,999/4001,01/06/2026,perhaps\n",
    )
    assert home.load_one().rows_rejected == 1
