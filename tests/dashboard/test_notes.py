"""The one free text about a child: off until a council turns it on, then for those alone who may read its class."""

import html
import json
import logging
import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dashboard import entries as forms
from dashboard import notes
from dashboard.entries import Entry, Subject
from dashboard.published import ANALYSTS, Published
from orchestration.home import audit, entries
from orchestration.home.drafts import NOTE, Drafts
from orchestration.home.entries import Journal, ResponseEvent, without_words
from orchestration.releases import store
from orchestration.rights import entered, subject_access, workspace
from orchestration.rights.redact import REMOVED
from orchestration.settings import Settings
from tests.support import needles
from tests.support.dashboards import Dashboard, change, served, settings_of
from tests.support.forms import DAY, KEY, OPENED, REVIEWED, checked, hidden, saved, without_response
from tests.support.visitors import Answer, Visitor
from tests.support.warehouse import DAY as TODAY
from tests.support.warehouse import Warehouse

WORDS = "Grandmother collects her on Zyxwednesdays"
HOSTILE = {
    "markup": ("<script>alert(1)</script>&amp;", "<script>alert(1)</script>&amp;"),
    "controls": ("a\x00b\x07c\x1bd\x7fe", "abcde"),
    "lines": ("one\r\ntwo\rthree\u2028four\n\n\n\nfive\tsix", "one\ntwo\nthree\nfour\n\nfive six"),
    "right to left": ("safe \u202egnp.exe\u202c \u2066x\u2069 \u200fy", "safe gnp.exe x y"),
    "another script": ("שלום \u0645\u200c\u0645", "שלום \u0645\u200c\u0645"),
    "half a letter": ("a\ud800b", "ab"),
    "nothing seen": ("\u200b\ufeff \r\n", ""),
    "sql and templates": ("'; drop table x; -- {{ 7*7 }} {% if %}", "'; drop table x; -- {{ 7*7 }} {% if %}"),
    "json": ('"}\n{"chain": "0"}', '"}\n{"chain": "0"}'),
}


def turned(own: Settings, class_code: str = "ordinary", on: bool = True) -> None:
    change(own, "analyst", f"update reference.ref_note_setting set is_on = {on}, class_code = '{class_code}'")


def zone_of(dashboard: Dashboard, school: str) -> str:
    return str(dashboard.site.known(dashboard.site.published.in_force()).schools[school].zone_code)


def responses(own: Settings) -> list[ResponseEvent]:
    """What stands in the journal about responses, oldest first."""
    return [event for event in Journal(own).events if isinstance(event, ResponseEvent)]


def carried(page: Answer) -> dict[str, str]:
    """What a form carries, as a browser reads it."""
    return {name: html.unescape(value) for name, value in hidden(page).items()}


def noted(visitor: Visitor, page: str, note: str) -> Answer:
    """A response that was opened with a note."""
    check = checked(visitor, f"{page}/open", **OPENED, note=note)
    assert "Check your answers" in check.words, check.words
    return visitor.post(f"{page}/open", **carried(check), step="save")


def test_no_form_asks_for_a_note_until_a_council_turns_notes_on(own: Settings) -> None:
    with served(own) as dashboard:
        school, page = without_response(dashboard)
        visitor = dashboard.visitor("school", school)
        form = visitor.get(f"{page}/open")
        assert "<textarea" not in form.text and "No names and no free text" in form.words
        refused = checked(visitor, f"{page}/open", **OPENED, note=WORDS)
        assert refused.status == 400 and notes.NOT_TAKEN in refused.words and WORDS not in refused.text
        # Nothing of it is kept, and the form goes on without.
        assert Drafts(own).texts() == []
        check = checked(visitor, f"{page}/open", **OPENED)
        answer = visitor.post(f"{page}/open", **hidden(check), step="save", note=WORDS)
        assert answer.status == 400 and not entries.log_of(own).exists()
        assert visitor.post(f"{page}/open", **hidden(check), step="save").status == 303
        assert responses(own)[0].note is None
        assert ">Note<" not in visitor.get(page).text
        dashboard.later[0] += 21 * 60
        visitor.post(f"{page}/open", **hidden(form) | DAY | OPENED, note=WORDS, step="check")
        assert Drafts(own).texts() == [] and Drafts(own).children() == {page.rpartition("/")[2]}
    assert needles.holding([WORDS], own.home / "dashboard") == []


def test_a_release_of_before_there_were_notes_has_none(own: Settings) -> None:
    change(own, "analyst", "drop table reference.ref_note_reader", "update reference.ref_note_setting set is_on = true")
    with served(own) as dashboard:
        school, page = without_response(dashboard)
        assert "<textarea" not in dashboard.visitor("school", school).get(f"{page}/open").text


def test_a_note_is_written_shown_and_put_right_on_every_form(own: Settings) -> None:
    turned(own)
    with served(own) as dashboard:
        school, page = without_response(dashboard)
        visitor = dashboard.visitor("school", school)
        assert noted(visitor, page, WORDS).status == 303
        assert WORDS in visitor.get(page).words
        (response,) = set(KEY.findall(visitor.get(page).text))
        saved(visitor, f"{page}/response/{response}/review", **REVIEWED, note="Said at the review")
        closed = REVIEWED | {"status_code": "outcome_met"}
        saved(visitor, f"{page}/response/{response}/close", **closed, note="Said at the end")
        words = visitor.get(page).words
        assert all(note in words for note in (WORDS, "Said at the review", "Said at the end"))
        event = next(one for one in responses(own) if one.note == WORDS)
        correct = f"{page}/event/{event.response_event_key}/correct"
        assert f">\n{WORDS}</textarea>" in visitor.get(correct).text
        saved(visitor, correct, **OPENED, note="Made good by its author")
        words = visitor.get(page).words
        # What was put right is shown no more, and is on record.
        assert "Made good by its author" in words and WORDS not in words
        assert responses(own)[0].note == WORDS
        last = responses(own)[-1].response_event_key
        withdraw = f"{page}/event/{last}/withdraw"
        assert visitor.post(withdraw, **hidden(visitor.get(withdraw)), step="save").status == 303
        assert "Made good by its author" not in visitor.get(page).text
        assert list(audit.breaks(entries.log_of(own))) == []


@pytest.mark.parametrize(
    ("class_code", "school_reads"),
    [("ordinary", True), ("special_category", True), ("criminal_offence", False), ("safeguarding", False)],
)
def test_the_class_of_a_note_says_who_reads_it_and_others_are_told_nothing(
    own: Settings, class_code: str, school_reads: bool
) -> None:
    turned(own, class_code)
    with served(own) as dashboard:
        school, page = without_response(dashboard)
        zone = dashboard.visitor("zone", zone_of(dashboard, school))
        assert noted(zone, page, WORDS).status == 303
        assert WORDS in zone.get(page).text
        at_school = dashboard.visitor("school", school)
        assert (WORDS in at_school.get(page).text) == school_reads
        assert (">Note<" in at_school.get(page).text) == school_reads
        assert ("<textarea" in at_school.get(f"{page}/open").text) == school_reads
        if not school_reads:
            assert checked(at_school, f"{page}/open", **OPENED, note="Mine").status == 400
        county = dashboard.visitor("county")
        assert county.get(page).status == 200
        assert WORDS not in county.get(page).text and ">Note<" not in county.get(page).text
        for address in (f"/school/{school}", f"/school/{school}/children", f"/school/{school}/huddle"):
            assert WORDS not in zone.get(address).text


def test_a_note_that_its_author_may_not_read_stays_as_it_is_when_the_entry_is_put_right(own: Settings) -> None:
    """Written when notes were need to know; the class is looser now, and the note keeps its own."""
    turned(own, "safeguarding")
    with served(own) as dashboard:
        school, page = without_response(dashboard)
        noted(dashboard.visitor("zone", zone_of(dashboard, school)), page, WORDS)
    turned(own, "ordinary")
    with served(own) as dashboard:
        visitor, zone = dashboard.visitor("school", school), dashboard.visitor("zone", zone_of(dashboard, school))
        assert WORDS not in visitor.get(page).text and WORDS in zone.get(page).text
        correct = f"{page}/event/{responses(own)[0].response_event_key}/correct"
        assert "<textarea" not in visitor.get(correct).text
        saved(visitor, correct, **OPENED | {"response_code": "monitor"})
        assert (responses(own)[-1].note, responses(own)[-1].note_class) == (WORDS, "safeguarding")
        assert WORDS not in visitor.get(page).text and WORDS in zone.get(page).text
        # Who may read it puts it right, and it is no less need to know.
        correct = f"{page}/event/{responses(own)[-1].response_event_key}/correct"
        saved(zone, correct, **OPENED, note="Made good by its author")
        assert responses(own)[-1].note_class == "safeguarding"


def test_notes_that_were_turned_off_again_are_shown_to_nobody_and_found_by_those_who_must(own: Settings) -> None:
    turned(own)
    with served(own) as dashboard:
        school, page = without_response(dashboard)
        noted(dashboard.visitor("school", school), page, WORDS)
        checked(dashboard.visitor("school", school), f"{page}/open", **OPENED, note="Never saved")
    turned(own, on=False)
    key = page.rpartition("/")[2]
    with served(own) as dashboard:
        for visitor in (dashboard.visitor("school", school), dashboard.visitor("zone", zone_of(dashboard, school))):
            assert visitor.get(page).status == 200 and WORDS not in visitor.get(page).text
        left = dashboard.visitor("school", school).get(f"{page}/open")
        assert "You began this before" in left.words and "Never saved" not in left.text
        correct = f"{page}/event/{responses(own)[0].response_event_key}/correct"
        author = dashboard.visitor("school", school)
        assert WORDS not in author.get(correct).text
        saved(author, correct, **OPENED)
    assert [event.note for event in responses(own)] == [WORDS, WORDS]
    assert [told["note"] for told in subject_access.entered_about(own, [key])] == [WORDS, WORDS]
    with workspace.workspace(own) as connection:
        workspace.want_texts(connection, "key", f"select 'key|{key}' as text")
        entered.erase(own, connection, [])
    assert needles.holding([WORDS, "Never saved"], own.home) == []


def test_subject_access_has_notes_and_erasure_leaves_none_in_journal_or_drafts(own: Settings) -> None:
    turned(own)
    with served(own) as dashboard:
        school, page = without_response(dashboard)
        visitor, key = dashboard.visitor("school", school), page.rpartition("/")[2]
        noted(visitor, page, WORDS)
        checked(visitor, f"{page}/open", **OPENED, note="Never saved Zyxw")
        assert [told["note"] for told in subject_access.entered_about(own, [key])] == [WORDS]
        assert list(entered.unsaved_about(own, [key])) == [{"page": "open", "note": "Never saved Zyxw"}]
        assert needles.holding(["Zyxw"], own.home) != []
        with workspace.workspace(own) as connection:
            workspace.want_texts(connection, "key", f"select 'key|{key}' as text")
            entered.erase(own, connection, [])
        assert needles.holding(["Zyxw"], own.home) == []
        assert "Zyxw" not in visitor.get(page).text and list(audit.breaks(entries.log_of(own))) == []


def test_the_papers_of_a_subject_access_have_the_notes_also_while_notes_are_off(
    clean: Warehouse, tmp_path: Path
) -> None:
    home = Warehouse(Path(shutil.copytree(clean.home, tmp_path / "home", symlinks=True)), clean.county)
    settings = settings_of(home.home)
    with served(settings) as dashboard:
        school, page = without_response(dashboard)
    key, release = page.rpartition("/")[2], store.in_force(settings)
    assert release
    opened = forms.read(Subject("opened"), OPENED | DAY, choices_of(settings), "u", date.fromisoformat(TODAY))
    noted = replace(opened, values=opened.values | {"note": f"{WORDS} <b>\u05e9", "note_class": "safeguarding"})
    author, seen = forms.Author("u", key, school, release.release_id), forms.Case([], {}, "")
    forms.save(settings, Journal(settings), author, Subject("opened"), noted, seen, "form")
    Drafts(settings).keep("u", f"{page}/open", {NOTE: "Never saved Zyxw"})
    out = tmp_path / "papers"
    done = home.here("subject-access", "--child", key, "--out", out, "--reason", "request of 3 July, case 17")
    assert done.returncode == 0, done.stdout + done.stderr
    papers = (out / "subject_access.html").read_text(encoding="utf-8")
    assert html.escape(f"{WORDS} <b>\u05e9") in papers and "Never saved Zyxw" in papers
    told = json.loads((out / "subject_access.json").read_text(encoding="utf-8"))
    assert [one["note"] for one in told["entered"]] == [f"{WORDS} <b>\u05e9"]
    assert told["unsaved"] == [{"page": "open", "note": "Never saved Zyxw"}]
    # What the case system is given has columns of its own, and none for a note.
    entered_there = home.here("export-entries", "--out", tmp_path / "entries.csv", "--reason", "week 26")
    assert entered_there.returncode == 0, entered_there.stderr
    assert "one_to_one" in (tmp_path / "entries.csv").read_text() and "Zyxw" not in done.stdout + done.stderr
    assert needles.holding(["Zyxw"], tmp_path / "entries.csv") == []


def choices_of(settings: Settings) -> forms.Choices:
    """What forms offer, by the release in force."""
    published = Published(settings)
    try:
        with published.tables(published.in_force(), ANALYSTS) as analysts:
            return forms.choices(analysts)
    finally:
        published.close()


def test_a_note_about_another_child_that_names_who_is_erased_is_struck_and_the_entry_stays(own: Settings) -> None:
    turned(own)
    with served(own) as dashboard:
        school, page = without_response(dashboard)
        visitor = dashboard.visitor("school", school)
        noted(visitor, page, "Walks home with Zebulon Quillfeather")
        checked(visitor, f"{page}/open", **OPENED, note="Asks for Zebulon Quillfeather")
        with workspace.workspace(own) as connection:
            workspace.want_texts(connection, "key", "select 'key|nobody' as text")
            entered.erase(own, connection, [("zebulon", "quillfeather")])
        (event,) = responses(own)
        assert (event.note, event.response_code) == (REMOVED, "one_to_one")
        assert needles.holding(["Zebulon", "Quillfeather"], own.home) == []
        assert REMOVED in html.unescape(visitor.get(page).text)


def test_a_note_outlives_its_session_as_a_draft(own: Settings) -> None:
    turned(own)
    with served(own) as dashboard:
        school, page = without_response(dashboard)
        visitor = dashboard.visitor("school", school)
        form = visitor.get(f"{page}/open")
        dashboard.later[0] += 21 * 60
        answer = visitor.post(f"{page}/open", **hidden(form) | DAY | OPENED, note=f"{WORDS}\r\nand so on", step="check")
        assert answer.status == 303 and "Zyxw" not in answer.headers["location"]
        visitor.sign_in(dashboard.user("school", school))
        left = visitor.get(f"{page}/open")
        assert "You began this before" in left.words and f"{WORDS}\r\nand so on</textarea>" in left.text
        check = checked(visitor, f"{page}/open", **OPENED, note=f"{WORDS}\r\nand so on")
        assert visitor.post(f"{page}/open", **carried(check), step="save").status == 303
        assert responses(own)[0].note == f"{WORDS}\nand so on" and Drafts(own).texts() == []


@pytest.mark.parametrize(("given", "kept"), HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_is_written_is_text_and_no_more(given: str, kept: str) -> None:
    assert notes.plain(given) == kept
    assert notes.plain(kept) == kept


def test_hostile_words_are_kept_as_one_line_of_the_journal_and_escaped_on_every_page(own: Settings) -> None:
    turned(own)
    with served(own) as dashboard:
        school, page = without_response(dashboard)
        visitor = dashboard.visitor("school", school)
        # Half a letter cannot be sent as one: what comes in its place is a mark that says so.
        given = "\r\n".join(text for text, _ in HOSTILE.values()).replace("\ud800", "\ufffd")
        form = visitor.get(f"{page}/open")
        check = visitor.post(f"{page}/open", **hidden(form) | DAY | OPENED, note=given, step="check")
        assert "Check your answers" in check.words and "<script>" not in check.text
        change_it = visitor.post(f"{page}/open", **carried(check), step="change")
        assert "<script>" not in change_it.text and "&lt;script&gt;" in change_it.text
        assert visitor.post(f"{page}/open", **carried(check), step="save").status == 303
        (event,) = responses(own)
        assert event.note and event.note == notes.plain(given) and "\u202e" not in event.note
        assert entries.log_of(own).read_bytes().count(b"\n") == 1
        child = visitor.get(page)
        assert "<script>" not in child.text and html.escape(event.note.partition("\n")[0], quote=False) in child.text
        assert 'dir="auto"' in child.text and "49" not in re.findall(r"drop table.{0,40}", child.text)[0]


@pytest.mark.parametrize("note", ["x" * (notes.LONGEST + 1), "x" * 10_000, "שלום" * 300])
def test_a_note_that_is_too_long_is_told_so_and_kept_for_its_author_to_shorten(own: Settings, note: str) -> None:
    turned(own)
    with served(own) as dashboard:
        school, page = without_response(dashboard)
        visitor = dashboard.visitor("school", school)
        answer = checked(visitor, f"{page}/open", **OPENED, note=note)
        assert answer.status == 400 and f"Write at most 500 letters: these are {len(note):,}" in answer.words
        assert answer.title.startswith("Error: ") and '<a href="#note">' in answer.text
        assert f">\n{note}</textarea>" in answer.text
        assert f">\n{note}</textarea>" in visitor.get(f"{page}/open").text
        check = checked(visitor, f"{page}/open", **OPENED, note=note[: notes.LONGEST])
        assert visitor.post(f"{page}/open", **carried(check), step="save").status == 303


def test_notes_reach_no_log_no_address_no_title_no_error_page_and_no_table(
    own: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    turned(own)
    caplog.set_level(logging.DEBUG)
    with served(own) as dashboard:
        school, page = without_response(dashboard)
        visitor = dashboard.visitor("school", school)
        check = checked(visitor, f"{page}/open", **OPENED, note=WORDS)
        assert "Zyxw" not in check.title

        def failing(*_: object) -> None:
            raise ValueError(WORDS)

        with monkeypatch.context() as broken:
            broken.setattr(forms, "save", failing)
            answer = visitor.post(f"{page}/open", **carried(check), step="save")
        assert answer.status == 500 and "Zyxw" not in answer.text
        answer = visitor.post(f"{page}/open", **carried(check), step="save")
        assert answer.status == 303 and "Zyxw" not in answer.headers["location"]
        assert WORDS in visitor.get(page).text and "Zyxw" not in visitor.get(page).title
        assert "Zyxw" not in caplog.text
        holding = needles.holding(["Zyxw"], own.home)
        assert holding == [str(entries.log_of(own))]
        (event,) = responses(own)
        assert "Zyxw" not in str(without_words(event)) and not {"note", "note_class"} & without_words(event).keys()
        release = store.in_force(own)
        assert release
        laid = dashboard.site.published.tables_today
        with laid(release, f"school/{school}", (event,), dashboard.site.today(release)) as tables:
            rows = tables.rows(forms.EVENTS, child=page.rpartition("/")[2])
        assert rows and "Zyxw" not in str(rows)


def test_a_class_that_is_known_no_more_is_the_strictest() -> None:
    rule = notes.Rule(True, "ordinary", frozenset({("ordinary", "school")}), {"ordinary": 0, "safeguarding": 3})
    assert rule.stricter("ordinary", "safeguarding") == "safeguarding"
    assert rule.stricter("gone", "safeguarding") == "gone"
    assert not notes.Reader(rule, frozenset()).may_write
    entry = notes.read(Entry({}, {}), notes.Reader(rule, frozenset({"school"})), Subject("opened"), ())
    assert entry.problems == {} and "note" not in entry.values
