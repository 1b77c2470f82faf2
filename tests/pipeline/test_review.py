"""Reviewers see what differs, decide, and their word holds; what waits leaves the build as counts alone."""

import json
import re
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from orchestration.jobs.build import is_current
from orchestration.settings import Settings
from tests.support import dirty_cases as cases
from tests.support.warehouse import DAY, Warehouse


@dataclass(frozen=True)
class Story:
    """A warehouse before and after its reviews: what was printed, and the ids that were decided on."""

    warehouse: Warehouse
    listed: str
    shown: str
    accepted: str
    rejected: str
    identity: str


LINK = "select review_id from intermediate.int_person_link_candidates where person_id = ? and child_durable_key = ?"
IDENTITY = "select review_id from intermediate.int_identity_links where review_reason = 'birth_dates_differ'"
KEYS = "select distinct child_durable_key from intermediate.int_child_identity where upn = ?"
SUMMARY = "select source, link_status, link_method, review_reason, links_count from core.fct_link_summary"


@pytest.fixture(scope="module")
def story(cases_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """One member without address may be either of two namesakes, a former UPN is another child's, a twin is linked."""
    folder = tmp_path_factory.mktemp("review")
    warehouse = Warehouse(folder / "home", folder)
    shutil.copytree(cases_home, warehouse.home)
    listed = warehouse.earlyhelp("review", "list").stdout
    ((here,),) = warehouse.inside(KEYS, cases.HERE)
    ((twin,),) = warehouse.inside(KEYS, cases.TWIN_1)
    ((accepted,),) = warehouse.inside(LINK, "H5/1", here)
    ((rejected,),) = warehouse.inside(LINK, "H1/1", twin)
    ((identity,),) = warehouse.inside(IDENTITY)
    shown = warehouse.here("review", "show", accepted[:8]).stdout
    decisions = [
        warehouse.here("review", "accept", accepted[:8], identity, "--by", "a.reviewer", "--note", "seen the file"),
        warehouse.here("review", "reject", rejected, "--by", "b.reviewer"),
    ]
    assert all(done.returncode == 0 for done in decisions), decisions
    warehouse.build()
    return Story(warehouse, listed, shown, accepted, rejected, identity)


def test_the_list_tells_reasons_and_no_names(story: Story) -> None:
    assert "two_candidates" in story.listed
    assert "birth_dates_differ" in story.listed
    assert "upn_of_two_children" in story.listed
    names = {name for row in cases.RETURNS for name in row[4:6]}
    assert not [name for name in names if name in story.listed]


def test_show_puts_both_sides_beside_each_other_and_marks_what_differs(story: Story) -> None:
    assert re.search(r"surname +Norwell +Norwell", story.shown)
    assert re.search(r"postcode +ZZ1 1AH +only one side", story.shown)


@pytest.mark.parametrize("note", ["seen with Mrs NORWELL", "is_norwell_2014"])
def test_a_note_that_names_somebody_of_the_pair_is_refused(story: Story, note: str) -> None:
    log = story.warehouse.home / "review" / "decisions.jsonl"
    before = log.read_bytes()
    done = story.warehouse.here("review", "accept", story.accepted, "--note", note)
    assert done.returncode == 1
    assert "must not name" in done.stderr
    assert "norwell" not in (done.stdout + done.stderr).lower()
    assert log.read_bytes() == before


def test_an_accepted_pair_is_linked_as_reviewed_from_the_next_build_on(story: Story) -> None:
    rows = story.warehouse.inside(
        "select link_status, link_method from intermediate.int_people_linked where person_id = 'H5/1'"
    )
    assert rows == [("linked", "reviewed")]
    assert story.warehouse.release("select count(*) from core.brg_child__household where link_method = 'reviewed'") == [
        (1,)
    ]


def test_a_rejected_pair_is_parted_and_stays_so(story: Story) -> None:
    rows = story.warehouse.inside(
        "select link_status from intermediate.int_person_link_candidates where review_id = ?", story.rejected
    )
    assert rows == [("rejected",)]
    assert story.warehouse.inside(
        "select child_durable_key from intermediate.int_people_linked where person_id = 'H1/1'"
    ) == [(None,)]


def test_accepted_identities_are_one_child_and_the_earlier_key_finds_it(story: Story) -> None:
    ((child,),) = story.warehouse.inside(
        "select distinct child_durable_key from intermediate.int_child_identity where upn in (?, ?)",
        cases.WRONG,
        cases.WRONG_FORMER,
    )
    rows = story.warehouse.release(
        "select distinct event, link_method from core.brg_earlier_child__child where child_durable_key = ?", child
    )
    assert rows == [("merged", "reviewed")]


def test_decisions_are_kept_with_who_and_when_and_only_ever_added(story: Story) -> None:
    log = story.warehouse.home / "review" / "decisions.jsonl"
    first = log.read_text()
    entries = [json.loads(line) for line in first.splitlines()]
    assert [(entry["decision"], entry["decided_by"]) for entry in entries[:3]] == [
        ("accept", "a.reviewer"),
        ("accept", "a.reviewer"),
        ("reject", "b.reviewer"),
    ]
    assert all(entry["decided_at"].startswith("20") for entry in entries)
    assert story.warehouse.here("review", "reject", story.accepted).returncode == 0
    assert log.read_text().startswith(first)
    assert len(log.read_text().splitlines()) == len(entries) + 1
    assert not [name for row in cases.RETURNS for name in row[4:6] if name in log.read_text()]


def test_the_analysts_file_has_the_queue_as_counts_alone(story: Story) -> None:
    waiting = {reason: count for _, status, _, reason, count in story.warehouse.release(SUMMARY) if status == "review"}
    assert waiting == {"upn_of_two_children": 1, "temporary_upn_of_two_schools": 1}
    tables = {table for (table,) in story.warehouse.release("select table_name from duckdb_tables()")}
    assert "review_decision" not in tables
    content = story.warehouse.release_file.read_bytes()
    for secret in (story.accepted, story.rejected, story.identity, "a.reviewer", "H5/1"):
        assert secret.encode() not in content


def test_a_decision_makes_the_next_build_worth_while(story: Story) -> None:
    settings = Settings(home=story.warehouse.home)
    log = settings.home / "review" / "decisions.jsonl"
    built_with = "".join(log.read_text().splitlines(keepends=True)[:3])
    log.write_text(built_with)
    assert is_current(settings, date.fromisoformat(DAY), pending=0)
    assert story.warehouse.here("review", "reject", story.accepted).returncode == 0
    assert not is_current(settings, date.fromisoformat(DAY), pending=0)


def test_what_is_not_in_the_queue_is_said_clearly(story: Story, tmp_path: Path) -> None:
    unknown = story.warehouse.here("review", "show", "zzzz")
    assert unknown.returncode == 1
    assert "earlyhelp review list" in unknown.stderr
    empty = Warehouse(tmp_path / "home", tmp_path).here("review", "list")
    assert empty.returncode == 1
    assert "earlyhelp build" in empty.stderr
