"""Staff write down what is done for a child: nothing is lost, nothing is there twice, the page says what happened."""

import re
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.home import audit, entries
from orchestration.home.drafts import Drafts
from orchestration.home.entries import Journal
from orchestration.rights import entered, subject_access, workspace
from orchestration.settings import Settings
from tests.support.dashboards import Dashboard, change, served
from tests.support.disks import mounted
from tests.support.forms import DAY, KEY, OPENED, REVIEWED, checked, hidden, saved, without_response
from tests.support.visitors import Visitor

CLOSED = REVIEWED | {"status_code": "outcome_met"}


@pytest.fixture
def dashboard(own: Settings) -> Iterator[Dashboard]:
    with served(own) as dashboard:
        yield dashboard


def test_what_is_entered_stands_on_every_page_at_once(dashboard: Dashboard) -> None:
    school, page = without_response(dashboard)
    visitor = dashboard.visitor("school", school)
    assert "No response was opened." in visitor.get(page).words
    answer = saved(visitor, f"{page}/open", **OPENED)
    assert answer.status == 303 and answer.headers["location"].startswith(page)
    child = visitor.get(answer.headers["location"])
    assert "Your entry is saved" in child.words
    assert re.search(r"1:1 25 June 2026 Not yet New – – Health, led by you Review by 6 August 2026", child.words)
    assert re.search(r"Opened 25 June 2026 1:1 New you after the release", child.words)
    row = re.search(
        rf'id="child-{page.rpartition("/")[2]}".*?</tr>', visitor.get(f"/school/{school}/children").text, re.S
    )
    assert row and "1:1" in row[0] and "by 6 August 2026" in row[0]
    (response,) = set(KEY.findall(child.text))
    saved(visitor, f"{page}/response/{response}/review", **REVIEWED)
    words = visitor.get(page).words
    assert re.search(r"Continue to monitor 25 June 2026 25 June 2026 Progress Up Green", words)
    saved(visitor, f"{page}/response/{response}/close", **CLOSED)
    assert "Closed 25 June 2026" in visitor.get(page).words
    # Somebody of the zone sees it by another file, and that it was somebody of the school.
    zone = dashboard.site.known(dashboard.site.published.in_force()).schools[school].zone_code
    assert "a user (School staff)" in dashboard.visitor("zone", zone).get(page).words


def test_an_entry_changes_nothing_for_those_it_does_not_concern(dashboard: Dashboard) -> None:
    """Another zone's pages lie where they lay, a partner agency's tell nothing of it, and all of them open."""
    school, page = without_response(dashboard)
    own_zone = dashboard.site.known(dashboard.site.published.in_force()).schools[school].zone_code
    ((other, other_zone),) = dashboard.rows(
        "select school_id, zone_code from mart.mart_child_list where zone_code <> $zone order by all limit 1",
        zone=own_zone,
    )
    reader = dashboard.visitor("zone", other_zone)
    before = reader.get(f"/school/{other}/children").words
    assert "Tier" in before
    author = dashboard.visitor("school", school)
    saved(author, f"{page}/open", **OPENED)
    assert "1:1" in author.get(page).words
    assert reader.get(f"/school/{other}/children").words == before
    partner = dashboard.visitor("police")
    assert partner.get(f"/partner/{own_zone}").status == 200
    published = dashboard.site.published
    concerning = {audience: len(one.events) for (_, audience), one in published._concerning.items()}
    assert concerning[f"zone/{other_zone}"] == 0
    assert concerning[f"school/{school}"] == 1


def test_the_journal_holds_keys_and_codes_for_its_owner_alone(dashboard: Dashboard, own: Settings) -> None:
    school, page = without_response(dashboard)
    saved(dashboard.visitor("school", school), f"{page}/open", **OPENED)
    log = entries.log_of(own)
    (line,) = audit.read(log)
    assert line["child_durable_key"] == page.rpartition("/")[2] and line["recorded_by"] == dashboard.user(
        "school", school
    )
    ((forename, surname, upn),) = dashboard.rows(
        "select forename, surname, upn from core.dim_child_identity where child_durable_key = $key",
        f"school/{school}",
        key=line["child_durable_key"],
    )
    assert not any(name in log.read_text() for name in (forename, surname, upn))
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert list(audit.breaks(log)) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"response_code": ""}, "Choose a response"),
        ({"response_code": "one_to_one' or true"}, "Choose a response"),
        ({"status_code": "outcome_met"}, "Choose a status"),
        ({"event_date-day": "31"}, "Enter the day as day, month and year"),
        ({"event_date-day": "", "event_date-month": "", "event_date-year": ""}, "Enter the day"),
        ({"event_date-day": "27"}, "The day must be today or in the past"),
        ({"event_date-year": "2016"}, "The day must be 25 June 2025 or later"),
        ({"event_date-year": "206"}, "The day must be 25 June 2025 or later"),
        (
            {"review_due_date-day": "25", "review_due_date-month": "6", "review_due_date-year": "2026"},
            "must be after the day",
        ),
        ({"review_due_date-day": "25", "review_due_date-month": "6", "review_due_date-year": "2062"}, "within a year"),
        ({"agency_code": "nobody"}, "Choose an agency from the list"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_saved(
    dashboard: Dashboard, own: Settings, given: dict[str, str], words: str
) -> None:
    school, page = without_response(dashboard)
    visitor = dashboard.visitor("school", school)
    answer = checked(visitor, f"{page}/open", **OPENED | given)
    assert answer.status == 400 and answer.title.startswith("Error: ")
    assert "There is a problem" in answer.words and words in answer.words
    # Saving past the check is no way round it.
    assert visitor.post(f"{page}/open", **hidden(answer) | OPENED | DAY | given, form_id="x", step="save").status == 400
    assert not entries.log_of(own).exists()


def test_a_review_is_not_before_the_opening_and_says_how_it_goes(dashboard: Dashboard) -> None:
    school, page = without_response(dashboard)
    visitor = dashboard.visitor("school", school)
    saved(visitor, f"{page}/open", **OPENED)
    (response,) = set(KEY.findall(visitor.get(page).text))
    answer = checked(
        visitor, f"{page}/response/{response}/review", **REVIEWED | {"event_date-day": "24", "current_progress": ""}
    )
    assert "The day must be 25 June 2026, the day of the entry before, or later" in answer.words
    assert "Choose the progress since the last review" in answer.words


def test_a_double_click_is_one_entry(dashboard: Dashboard, own: Settings) -> None:
    school, page = without_response(dashboard)
    visitor = dashboard.visitor("school", school)
    check = checked(visitor, f"{page}/open", **OPENED)
    answers = [visitor.post(f"{page}/open", **hidden(check), step="save") for _ in range(2)]
    assert [answer.status for answer in answers] == [303, 303]
    assert len(Journal(own).events) == 1


def test_two_authors_see_each_other_and_nothing_is_lost(dashboard: Dashboard, own: Settings) -> None:
    school, page = without_response(dashboard)
    zone = dashboard.site.known(dashboard.site.published.in_force()).schools[school].zone_code
    first, second = dashboard.visitor("school", school), dashboard.visitor("zone", zone)
    check = checked(second, f"{page}/open", **OPENED | {"response_code": "monitor"})
    saved(first, f"{page}/open", **OPENED)
    answer = second.post(f"{page}/open", **hidden(check), step="save")
    assert answer.status == 409 and "Something was entered meanwhile" in answer.words
    assert "Opened 25 June 2026 1:1 New a user (School staff)" in answer.words
    assert "Response Continue to monitor" in answer.words
    assert len(Journal(own).events) == 1
    assert second.post(f"{page}/open", **hidden(answer), step="save").status == 303
    events = [event for event in Journal(own).events if isinstance(event, entries.ResponseEvent)]
    assert [event.response_code for event in events] == ["one_to_one", "monitor"]


def test_a_response_that_is_closed_while_its_form_is_open_is_said_to_be_closed(
    dashboard: Dashboard, own: Settings
) -> None:
    school, page = without_response(dashboard)
    zone = dashboard.site.known(dashboard.site.published.in_force()).schools[school].zone_code
    first, second = dashboard.visitor("school", school), dashboard.visitor("zone", zone)
    saved(first, f"{page}/open", **OPENED)
    (response,) = set(KEY.findall(first.get(page).text))
    review, close = f"{page}/response/{response}/review", f"{page}/response/{response}/close"
    reviewing, closing = checked(second, review, **REVIEWED), checked(second, close, **CLOSED)
    saved(first, close, **CLOSED)
    for address, check in ((review, reviewing), (close, closing)):
        answer = second.post(address, **hidden(check), step="save")
        assert answer.status == 409 and "This response is closed by now." in answer.words
        assert ("Saving your review as well opens it again." in answer.words) == (address == review)
        assert "Closed 25 June 2026" in answer.words and len(Journal(own).events) == 2
    # Nothing is lost either: whoever wants it said all the same says it once more.
    answer = second.post(review, **hidden(second.post(review, **hidden(reviewing), step="save")), step="save")
    assert answer.status == 303
    assert [event.event_kind for event in Journal(own).events] == ["opened", "closed", "reviewed"]
    assert re.search(r"Continue to monitor 25 June 2026 25 June 2026 Progress Up Green", second.get(page).words)


def test_a_form_outlives_its_session(dashboard: Dashboard, own: Settings) -> None:
    school, page = without_response(dashboard)
    visitor = dashboard.visitor("school", school)
    form = visitor.get(f"{page}/open")
    dashboard.later[0] += 21 * 60
    answer = visitor.post(f"{page}/open", **hidden(form) | DAY | OPENED, step="check")
    assert answer.status == 303 and answer.headers["location"].startswith("/sign-in?to=/school/")
    assert visitor.sign_in(dashboard.user("school", school)).status == 303
    form = visitor.get(f"{page}/open")
    assert "You began this before and did not save it" in form.words
    assert re.search(r'name="response_code" type="radio" value="one_to_one" checked', form.text)
    assert visitor.post(f"{page}/open", **hidden(form) | DAY | OPENED, step="discard").status == 303
    assert "You began this before" not in visitor.get(f"{page}/open").words
    assert not entries.log_of(own).exists()


def test_drafts_go_after_a_fortnight_and_hold_no_secret(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    drafts, now = Drafts(own), time.time()
    drafts.keep("u", "/school/1/child/a/open", {"form_token": "secret", "step": "save", "response_code": "x" * 100})
    assert drafts.find("u", "/school/1/child/a/open") == {"response_code": "x" * 40}
    assert drafts.find("v", "/school/1/child/a/open") == {}
    monkeypatch.setattr(time, "time", lambda: now + 14 * 24 * 60 * 60 + 60)
    assert drafts.find("u", "/school/1/child/a/open") == {} and drafts.children() == set()
    for number in range(40):
        drafts.keep("u", f"/school/1/child/{number}/open", {})
    assert len(drafts.children()) == 30


def test_somebody_elses_form_is_not_kept_for_them(dashboard: Dashboard, own: Settings) -> None:
    school, page = without_response(dashboard)
    visitor, other = dashboard.visitor("school", school), dashboard.visitor("county")
    token = hidden(visitor.get(f"{page}/open"))["form_token"]
    dashboard.later[0] += 21 * 60
    assert other.post(f"{page}/open", form_token=token, **DAY, **OPENED).status == 403
    assert Drafts(own).children() == set()


def test_a_form_that_cannot_be_written_down_says_so_and_is_kept(dashboard: Dashboard, own: Settings) -> None:
    school, page = without_response(dashboard)
    visitor = dashboard.visitor("school", school)
    check = checked(visitor, f"{page}/open", **OPENED)
    lock = entries.log_of(own).with_suffix(".lock")
    lock.mkdir()
    answer = visitor.post(f"{page}/open", **hidden(check), step="save")
    assert answer.status == 503
    lock.rmdir()
    assert not entries.log_of(own).exists()
    assert "You began this before and did not save it" in visitor.get(f"{page}/open").words


def test_a_full_disk_is_told_the_form_is_kept_and_the_journal_is_whole(own: Settings, tmp_path: Path) -> None:
    with mounted(tmp_path / "small", "1m") as disk, served(own) as dashboard:
        school, page = without_response(dashboard)
        visitor = dashboard.visitor("school", school)
        saved(visitor, f"{page}/open", **OPENED)
        # The journal alone lies on the small disk: drafts and sessions go on.
        log = entries.log_of(own)
        (disk.folder / log.name).write_bytes(log.read_bytes())
        log.unlink()
        log.symlink_to(disk.folder / log.name)
        disk.fill()
        # What is left of the last page of the disk takes some lines more.
        entered, answer = 1, None
        while answer is None or answer.status == 303:
            check = checked(visitor, f"{page}/open", **OPENED)
            answer = visitor.post(f"{page}/open", **hidden(check), step="save")
            entered += answer.status == 303
            assert entered < 12
        assert answer.status == 503 and "It could not be saved" in answer.words
        assert len(Journal(own).events) == entered
        assert "You began this before and did not save it" in visitor.get(f"{page}/open").words
        disk.free()
        assert visitor.post(f"{page}/open", **hidden(check), step="save").status == 303
        assert len(Journal(own).events) == entered + 1 and list(audit.breaks(log)) == []


def test_an_entry_by_mistake_is_taken_back_and_kept_on_record(dashboard: Dashboard, own: Settings) -> None:
    school, page = without_response(dashboard)
    visitor = dashboard.visitor("school", school)
    saved(visitor, f"{page}/open", **OPENED)
    (event,) = set(re.findall(r"/event/([0-9a-f]{32})/withdraw", visitor.get(page).text))
    form = visitor.get(f"{page}/event/{event}/withdraw")
    assert "This entry leaves nothing behind" in form.words
    assert visitor.post(f"{page}/event/{event}/withdraw", **hidden(form), step="save").status == 303
    words = visitor.get(page).words
    assert "No response was opened." in words and "Taken back 25 June 2026" in words
    assert len(Journal(own).events) == 2
    # What is taken back stands no more, and can be corrected no more.
    assert visitor.get(f"{page}/event/{event}/correct").status == 404


def test_a_correction_takes_the_place_of_what_it_corrects(dashboard: Dashboard) -> None:
    school, page = without_response(dashboard)
    visitor = dashboard.visitor("school", school)
    saved(visitor, f"{page}/open", **OPENED)
    (event,) = set(re.findall(r"/event/([0-9a-f]{32})/correct", visitor.get(page).text))
    form = visitor.get(f"{page}/event/{event}/correct")
    assert re.search(r'value="one_to_one" checked', form.text) and 'value="25"' in form.text
    saved(visitor, f"{page}/event/{event}/correct", **OPENED | {"response_code": "monitor", "event_date-day": "24"})
    words = visitor.get(page).words
    assert "Continue to monitor 24 June 2026 Not yet New" in words and "corrected later" in words


@pytest.mark.parametrize(("role", "status"), [("county", 404), ("ict", 404), ("school", 200)])
def test_who_sees_a_child_by_name_may_enter_and_nobody_else(dashboard: Dashboard, role: str, status: int) -> None:
    school, page = without_response(dashboard)
    visitor = dashboard.visitor(role, school if role == "school" else None)
    assert visitor.get(f"{page}/open").status == status
    token = re.search(r'name="form_token" value="([^"]+)"', visitor.get("/why").text)
    assert token
    answer = visitor.post(f"{page}/open", form_token=token[1], **DAY, **OPENED, step="check")
    assert answer.status == status
    if role == "county":
        assert "/open" not in visitor.get(page).text


def test_nothing_is_entered_about_a_child_whom_no_source_gives_a_upn(own: Settings) -> None:
    with served(own) as dashboard:
        school, page = without_response(dashboard)
    key = page.rpartition("/")[2]
    change(own, f"school/{school}", f"update core.dim_child_identity set upn = null where child_durable_key = '{key}'")
    with served(own) as dashboard:
        visitor = dashboard.visitor("school", school)
        assert "No source gives this child a UPN yet" in visitor.get(page).words
        assert visitor.get(f"{page}/open").status == 404
        assert f"{key}/open" not in visitor.get(f"/school/{school}/children").text


def test_a_release_of_an_older_version_says_what_comes_next(own: Settings) -> None:
    change(own, "analyst", "drop table mart.mart_not_in_school")
    with served(own) as dashboard:
        answer = dashboard.visitor().get("/sign-in")
        assert answer.status == 503 and "earlyhelp build" in answer.words


def test_no_form_of_another_site_or_session_enters_anything(dashboard: Dashboard, own: Settings) -> None:
    school, page = without_response(dashboard)
    visitor = dashboard.visitor("school", school)
    fields = hidden(checked(visitor, f"{page}/open", **OPENED))
    assert visitor.post(f"{page}/open", **fields | {"form_token": "other"}, step="save").status == 403
    assert Visitor(dashboard.port).post(f"{page}/open", **fields, step="save").status == 403
    body = "&".join(f"{name}={value}" for name, value in fields.items())
    assert visitor.ask(f"{page}/open", "POST", f"{body}&step=save", origin="https://elsewhere.example").status == 403
    assert not entries.log_of(own).exists()


def test_forms_are_on_record_before_they_are_shown(dashboard: Dashboard) -> None:
    school, page = without_response(dashboard)
    checked(dashboard.visitor("school", school), f"{page}/open", **OPENED)
    assert [(view["page"], view["child_durable_key"]) for view in dashboard.views()] == [
        ("open a response", page.rpartition("/")[2])
    ] * 2


def test_a_torn_line_is_no_entry_and_the_next_one_stands(dashboard: Dashboard, own: Settings) -> None:
    school, page = without_response(dashboard)
    visitor = dashboard.visitor("school", school)
    saved(visitor, f"{page}/open", **OPENED)
    with entries.log_of(own).open("a") as log:
        log.write('{"event_id": "E2026')
    assert len(Journal(own).events) == 1
    (response,) = set(KEY.findall(visitor.get(page).text))
    saved(visitor, f"{page}/response/{response}/review", **REVIEWED)
    assert [event.event_kind for event in Journal(own).events] == ["opened", "reviewed"]
    assert [event.event_kind for event in dashboard.site.journal.events] == ["opened", "reviewed"]


def test_an_erased_childs_entries_and_drafts_go_and_are_in_subject_access_before(
    dashboard: Dashboard, own: Settings
) -> None:
    school, page = without_response(dashboard)
    key = page.rpartition("/")[2]
    visitor = dashboard.visitor("school", school)
    saved(visitor, f"{page}/open", **OPENED)
    checked(visitor, f"{page}/open", **OPENED)
    (told,) = subject_access.entered_about(own, [key])
    assert (told["event_kind"], told["response_code"]) == ("opened", "one_to_one")
    assert not {"recorded_by", "child_durable_key"} & told.keys()
    assert Drafts(own).children() == {key}
    with workspace.workspace(own) as connection:
        workspace.want_texts(connection, "key", f"select 'key|{key}' as text")
        entered.erase(own, connection, [])
    assert Journal(own).events == () and dashboard.site.journal.events == ()
    assert Drafts(own).children() == set()
    assert key not in entries.log_of(own).read_text()
    assert "No response was opened." in visitor.get(page).words
