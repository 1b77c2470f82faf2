"""A family asks what is held on a child and has the child erased: all of it is told, then nothing of it is left."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.build import database
from orchestration.deliveries import deliver, load, register
from orchestration.deliveries.archive import archive, delivery_id
from orchestration.home import decisions, disclosures, erasures
from orchestration.jobs import retention
from orchestration.releases import content
from orchestration.rights import arrivals
from orchestration.settings import Settings
from tests.support.traces import Known, places
from tests.support.warehouse import DAY, KEY, PROJECT, Warehouse

GROWN_UP_ON = "2031-09-01"
REASON = "request of 3 July, case 17"

IN_MOST_SOURCES = """
    select identities.child_durable_key
    from core.dim_child_identity as identities
    inner join intermediate.int_child_identity as own using (child_durable_key)
    where identities.upn is not null
        and child_durable_key in (select child_durable_key from core.fct_huddle_review)
        and child_durable_key in (select child_durable_key from core.fct_response)
        and child_durable_key in (select child_durable_key from core.fct_attendance_day)
        and child_durable_key in (select child_durable_key from core.fct_contact)
        and child_durable_key in (select child_durable_key from core.fct_attainment)
        and child_durable_key in (select child_durable_key from core.fct_family_support)
        and identities.surname || identities.forename in (
            select surname || forename from read_csv('{truth}/children.csv', all_varchar = true)
            group by all having count(*) = 1
        )
    group by all
    having count(*) = 1
    order by all
    limit 1
"""

# The story makes the warehouse again several times, which takes its time.
pytestmark = pytest.mark.timeout(2400)

UNTOUCHED = {"delivery_key", "delivery_id", "said_from_at", "said_to_at"}
"""Which file said so changes, as files are written anew; when it was said is when the build is made."""


@dataclass(frozen=True)
class Story:
    """A home before and after, whom it is about, and what was printed on the way."""

    before: Warehouse
    after: Warehouse
    key: str
    known: Known
    papers: Path
    asked: str
    previewed: str
    begun: str
    finished: str
    rebuilt: str
    rebuild_code: int
    grown_up: tuple[str, ...]
    told_before: set[str]
    planted: set[str]
    seen_in_ps: set[bytes]
    left_when_cut_short: set[str]
    left: set[str]

    @property
    def settings(self) -> Settings:
        return Settings(home=self.after.home, key=KEY)


@pytest.fixture(scope="module")
def story(dirty: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Asked, previewed, begun and killed, finished together with retention, delivered again, rebuilt."""
    folder = tmp_path_factory.mktemp("rights")
    shutil.copytree(dirty.home, folder / "home", symlinks=True)
    home = Warehouse(folder / "home", dirty.county)
    ((key,),) = dirty.inside(IN_MOST_SOURCES)
    ((upn, forename, surname),) = dirty.inside(
        "select upn, forename, surname from core.dim_child_identity where child_durable_key = ?", key
    )
    earlier = dirty.inside(
        "select earlier_child_durable_key from core.brg_earlier_child__child where child_durable_key = ?", key
    )
    known = Known((upn, key, *(old for (old,) in earlier)), forename, surname)
    grown_up = tuple(
        upn
        for (upn,) in dirty.inside(
            "select upn from core.dim_child_identity where birth_date < date '2006-09-01' and upn is not null"
        )
    )
    told_before = places(dirty.home, known)
    _plant(home, known)
    planted = places(home.home, known)
    asking = ("subject-access", "--child", "-", "--out", folder / "papers", "--reason", REASON)
    asked, seen_in_ps = _typed(home, upn, *asking)
    previewed = home.earlyhelp("erase", "--child", key)
    seen_in_ps |= _kill_once_something_is_struck(home, upn)
    cut_short = places(home.home, known)
    begun = home.earlyhelp("build", "--as-of", DAY)
    finished = home.earlyhelp("retention", "--as-of", GROWN_UP_ON, "--allow-future", "--yes")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    left = places(home.home, known)
    shutil.copytree(home.home, folder / "erased", symlinks=True)
    rebuilt = home.earlyhelp("rebuild")
    return Story(
        before=dirty,
        after=Warehouse(folder / "erased", dirty.county),
        key=key,
        known=known,
        papers=folder / "papers",
        asked=asked,
        previewed=previewed.stdout + previewed.stderr,
        begun=begun.stdout + begun.stderr,
        finished=finished.stdout + finished.stderr,
        rebuilt=rebuilt.stdout + rebuilt.stderr,
        rebuild_code=rebuilt.returncode,
        grown_up=grown_up,
        told_before=told_before,
        planted=planted - told_before,
        seen_in_ps=seen_in_ps,
        left_when_cut_short=cut_short,
        left=left | places(home.home, known),
    )


PLANTED = {
    "archive/register.jsonl",
    "build/early_help.duckdb:ops.delivery_event",
    "dagster/storage/run/load.out",
    "disclosures.jsonl",
    "landing/front_door/{SURNAME}, {FORENAME}.zip (its name)",
    "landing/huddles/{Surname}\N{REPLACEMENT CHARACTER}{Forename}.csv (its name)",
    "landing/nowhere/note.txt",
    "logs/older.log",
    "quarantine/{id}/report.md",
    "review/decisions.jsonl",
}


def _plant(home: Warehouse, known: Known) -> None:
    """The child's name wherever a home may have one beside the rows of files that keep a contract."""
    named = f"{known.forename} {known.surname}.docx"
    letter = home.home.parent / "letter"
    with zipfile.ZipFile(letter, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(
            "word/document.xml", f"<w:t>{known.forename[:2]}</w:t><w:t>{known.forename[2:]} {known.surname}</w:t>"
        )
    settings = Settings(home=home.home, key=KEY)
    kept = archive(letter, settings.archive)
    last = register.entries(settings.archive)[-1]
    register.append(settings.archive, [replace(last, sha256=kept.sha256, source="synergy", file_name=named)])
    with database.connect(settings) as connection:
        connection.execute(
            "insert into ops.delivery_event by name select now()::timestamp as at, 'run' as run_id, "
            "'rejected' as event, ? as file_name, ? as sha256, ? as delivery_id",
            [named, kept.sha256, delivery_id(kept.sha256)],
        )
    told = {
        f"quarantine/{delivery_id(kept.sha256)}/report.md": f"# {named}",
        "logs/older.log": f"read {known.surname}_{known.forename}_2014.csv",
        "dagster/storage/run/load.out": f"read {named}",
        f"landing/front_door/{known.surname.upper()}, {known.forename.upper()}.zip": "nothing",
        f"landing/huddles/{known.surname}{os.fsdecode(bytes([0xA0]))}{known.forename}.csv": "nothing",
        "landing/nowhere/note.txt": f"{known.surname.upper()}%20{known.forename}",
    }
    for place, text in told.items():
        path = home.home / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    said = disclosures.Disclosure("export", "analyst", f"/secure/{named}.csv", 1, "review")
    disclosures.record(settings, [said])
    decided = decisions.Decision(
        "none", "link", "reject", "me", "2026-06-26T00:00:00", note=f"not {known.forename} {known.surname}"
    )
    decisions.append(settings, [decided])


def _typed(home: Warehouse, whom: str, *arguments: object) -> tuple[str, set[bytes]]:
    """What a command prints that reads from standard input whom it is about; the arguments that `ps` shows of it."""
    running = _started(home, whom, *arguments)
    seen: set[bytes] = set()
    watching = threading.Thread(target=lambda: seen.update(_arguments_of(running)))
    watching.start()
    printed = running.communicate()[0].decode()
    watching.join()
    return printed, seen


def _started(home: Warehouse, whom: str, *arguments: object) -> subprocess.Popen[bytes]:
    running = subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", *map(str, arguments)],
        cwd=PROJECT,
        env={**os.environ, "EARLYHELP_HOME": str(home.home), "EARLYHELP_KEY": KEY},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    running.stdin.write(f"{whom}\n".encode())
    running.stdin.close()
    running.stdin = None
    return running


def _arguments_of(running: subprocess.Popen[bytes], until: Callable[[], bool] = lambda: False) -> set[bytes]:
    """The arguments of a command and of every process that it starts, looked at until it ends."""
    seen: set[bytes] = set()
    while running.poll() is None and not until():
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                if os.getsid(int(path.parent.name)) == running.pid:
                    seen.add(path.read_bytes())
        time.sleep(0.01)
    return seen


def _kill_once_something_is_struck(home: Warehouse, upn: str) -> set[bytes]:
    settings = Settings(home=home.home, key=KEY)
    # Files that hold rows which may be kept nowhere were written anew before.
    before = len(erasures.rewritten_files(settings))

    def is_begun() -> bool:
        return len(erasures.rewritten_files(settings)) > before

    running = _started(home, upn, "erase", "--child", "-", "--reason", REASON, "--yes")
    until = time.monotonic() + 120
    seen = _arguments_of(running, lambda: is_begun() or time.monotonic() > until)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert is_begun(), "the erasure was to be cut short after its first file"
    return seen


def _truth(story: Story, table: str, where: str) -> list[dict[str, Any]]:
    path = story.before.county / "truth" / f"{table}.csv"
    with duckdb.connect() as connection:
        found = connection.execute(
            f"select * from read_csv('{path}', all_varchar = true) where {where}", {"upn": story.known.texts[0]}
        )
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _child(story: Story) -> dict[str, Any]:
    (child,) = _truth(story, "children", "upn = $upn")
    return child


def _papers(story: Story) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in story.papers.iterdir()}


def test_the_papers_tell_all_that_the_truth_knows_of_the_child(story: Story) -> None:
    child = _child(story)
    own = f"child_id = '{child['child_id']}' and $upn is not null"
    page, data = _papers(story)["subject_access.html"], _papers(story)["subject_access.json"]
    for said in (child["upn"], child["surname"], child["forename"], child["birth_date"]):
        assert said in page and said in data
    told = {table["table"]: table["rows"] for table in json.loads(data)["tables"]}
    responses, reviews = _truth(story, "responses", own), _truth(story, "huddle_reviews", own)
    events, links = _truth(story, "front_door", own), _truth(story, "links", own)
    assert responses and reviews and events and links
    assert {row["response_id"] for row in told["raw.responses__events"]} >= {row["response_id"] for row in responses}
    assert {row["huddle_id"] for row in told["raw.huddles__reviews"]} >= {row["huddle_id"] for row in reviews}
    assert {row["event_id"] for row in told["raw.front_door__events"]} >= {row["event_id"] for row in events}
    assert {row["flag_state"] for row in told["mart.mart_flag_evidence"]} >= {
        row["state"] for row in _truth(story, "flags", own)
    }
    # By which number, since when: from the rows of the deliveries themselves.
    numbers = told["intermediate.int_identifiers_stated"]
    since = {one["source"]: one["valid_from_date"] for one in numbers if one["identifier"] == child["upn"]}
    for source in ("synergy", "school_census"):
        assert since[source] == min(row["_extract_date"] for row in told[f"raw.{source}__pupils"])


def test_the_papers_show_the_rows_of_every_file_that_tells_of_the_child_and_of_every_release(story: Story) -> None:
    content_of = json.loads(_papers(story)["subject_access.json"])
    by_bytes = {place.split("!")[0] for place in story.told_before if place.startswith("archive/")}
    shown = {file["file"] for file in content_of["files"]}
    assert shown >= by_bytes
    assert {file["source"] for file in content_of["files"]} == {
        *("school_census", "synergy", "family_matters", "attainment", "attendance_daily", "responses", "huddles"),
        "front_door",
        "sen2",
    }
    assert all(file["rows"] for file in content_of["files"] if file["is_whole"])
    # The register of an earlier version has one name as it was delivered; what waits is known by its hash.
    by_name = sorted(file["file_name"] for file in content_of["files"] if file["is_told_by_name"])
    assert len(by_name) == 3
    assert by_name[0] == f"{story.known.forename} {story.known.surname}.docx"
    assert all(name.startswith("unnamed-") for name in by_name[1:])
    elsewhere = {place["file"] for place in content_of["elsewhere"]}
    (report,) = [place for place in elsewhere if place.startswith("quarantine/")]
    assert elsewhere == {
        *("dagster/storage/run/load.out", "disclosures.jsonl", "landing/nowhere/note.txt", "logs/older.log"),
        *("review/decisions.jsonl", report),
    }
    (release,) = content_of["releases"]
    assert {table["table"] for table in release["tables"]} >= {"core.dim_child", "mart.mart_child_list"}


def test_the_papers_name_nobody_else(story: Story) -> None:
    text = "\n".join(_papers(story).values())
    others = [child for child in _truth(story, "children", "upn is distinct from $upn")]
    family = story.before.inside(
        """
        select distinct forename, surname from raw.family_matters__members
        where household_id in (
            select household_id from intermediate.int_people_linked where child_durable_key = ?
        )
        """,
        story.key,
    )
    assert len(family) > 1, "somebody else must live in the household"
    assert not [child["upn"] for child in others if child["upn"] and child["upn"] in text]
    people = {(child["forename"], child["surname"]) for child in others} | set(family)
    people.discard((story.known.forename, story.known.surname))
    words = set(text.replace('"', " ").replace(">", " ").replace("<", " ").replace(",", " ").split())
    assert not [pair for pair in people if f"{pair[0]} {pair[1]}" in text]
    first_names = {forename for forename, surname in family if surname == story.known.surname}
    assert not first_names & words - {story.known.forename}


def test_the_papers_are_their_owners_alone_and_the_log_says_that_and_not_who(story: Story) -> None:
    assert story.papers.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in story.papers.iterdir()} == {0o600}
    log = disclosures.log_of(story.settings).read_bytes()
    assert not story.known.in_bytes(log)
    (line,) = [line for line in disclosures.entries(story.settings) if line.action == "subject access"]
    assert (line.audience, line.children_count, line.reason) == ("family", 1, REASON)
    for printed in (story.asked, story.previewed, story.finished):
        assert not story.known.in_bytes(printed.encode())


def test_whom_nobody_knows_is_an_error_that_repeats_nothing(story: Story) -> None:
    for asked in ("Z999999999999", "Nobody Whatsoever, 2014-05-31", "0" * 32):
        running = _started(story.after, asked, "erase", "--child", "-")
        printed = running.communicate()[0].decode()
        assert running.returncode == 1
        assert asked.split(",")[0] not in printed
        assert "UPN" in printed


@pytest.mark.parametrize("reason", ["Mrs {0} asked", "for {1}_{0}", "of {2}"])
def test_a_reason_that_names_the_child_is_refused(story: Story, tmp_path: Path, reason: str) -> None:
    told = reason.format(story.known.surname.upper(), story.known.forename, story.key)
    done = story.before.here(*("subject-access", "--child", story.key, "--out", tmp_path / "papers", "--reason", told))
    assert done.returncode == 1
    assert "must not name the child" in done.stderr
    assert not (tmp_path / "papers").exists()


def test_a_folder_that_names_the_child_is_refused(story: Story, tmp_path: Path) -> None:
    out = tmp_path / f"{story.known.surname}_{story.known.forename}"
    done = story.before.here("subject-access", "--child", story.key, "--out", out, "--reason", REASON)
    assert done.returncode == 1
    assert "must not name the child" in done.stderr
    assert not out.exists()


def test_the_preview_changes_nothing_and_counts_what_would_go(story: Story) -> None:
    assert "attendance_daily__marks" in story.previewed
    assert "Nothing was changed" in story.previewed


def test_the_search_finds_the_child_before_the_erasure(story: Story) -> None:
    found = {place.split("/")[0] for place in story.told_before}
    assert found == {"archive", "build", "knowledge", "releases"}
    assert any("!" in place for place in story.told_before), "the workbook holds the child too"


def test_an_erasure_that_was_cut_short_is_noticed_and_nothing_is_published_until_it_is_finished(story: Story) -> None:
    assert story.left_when_cut_short
    assert "nothing is published until it is" in story.begun
    assert "earlyhelp erase --yes" in story.begun


def test_the_search_finds_what_was_planted_before_the_erasure(story: Story) -> None:
    name = {"Forename": story.known.forename, "Surname": story.known.surname}
    names = name | {key.upper(): value.upper() for key, value in name.items()}
    (report,) = [place for place in story.planted if place.startswith("quarantine/")]
    expected = {place.format(**names, id=report.split("/")[1]) for place in PLANTED}
    assert {place for place in story.planted if not place.startswith("archive/")} == expected - {
        "archive/register.jsonl"
    }
    assert "archive/register.jsonl" in story.planted
    assert any("!" in place for place in story.planted), "the letter's text is split over its runs"


def test_whom_it_is_about_stands_in_no_argument_of_any_process(story: Story) -> None:
    assert {b"subject-access", b"erase"} <= {word for seen in story.seen_in_ps for word in seen.split(b"\0")}
    assert not [seen for seen in story.seen_in_ps if story.known.in_bytes(seen)]


def test_nothing_is_left_of_the_child_and_a_rebuild_brings_nothing_back(story: Story) -> None:
    assert story.left == set()
    assert story.rebuild_code == 0, story.rebuilt
    assert "the same" in story.rebuilt


def test_retention_leaves_nothing_of_those_who_grew_up(story: Story) -> None:
    known = Known(story.grown_up, "Qxqxqx", "Xqxqxq")
    assert story.grown_up
    ((held,),) = story.before.inside(
        "select count(distinct upn) from core.dim_child_identity where upn = any(?)", list(story.grown_up)
    )
    assert held == len(set(story.grown_up)), "each of them was there before"
    assert {place.split("/")[0] for place in places(story.before.home, known)} >= {"archive", "build"}
    assert places(story.after.home, known) == set()


def test_what_is_said_of_everybody_else_is_what_was_said_before(story: Story) -> None:
    gone = [
        key
        for (key,) in story.before.inside(
            "select child_durable_key from core.dim_child_identity where child_durable_key = ? or upn = any(?)",
            story.key,
            list(story.grown_up),
        )
    ]
    with duckdb.connect() as both:
        both.execute(f"attach '{story.before.release_file}' as before (read_only)")
        both.execute(f"attach '{story.after.release_file}' as after (read_only)")
        compared = 0
        for schema, table in both.execute(
            "select distinct schema_name, table_name from duckdb_columns() "
            "where database_name = 'before' and column_name = 'child_durable_key' "
            "and table_name not like '%\\_as\\_said' escape '\\' order by all"
        ).fetchall():
            columns = [
                f'"{name}"'
                for (name,) in both.execute(
                    "select column_name from duckdb_columns() "
                    "where database_name = 'before' and schema_name = ? and table_name = ?",
                    [schema, table],
                ).fetchall()
                # Places on an agenda close up behind a child who is gone, who is compared with others no more either.
                if name not in UNTOUCHED | {"agenda_position"} and not name.startswith("comparable_")
            ]
            before, after = (
                f"select {', '.join(columns)} from {side}.{schema}.{table} where child_durable_key <> all($gone)"
                for side in ("before", "after")
            )
            if table == "fct_police_notification":
                # too old, of everybody
                assert both.execute(f"select count(*) from after.{schema}.{table}").fetchone() == (0,)
                continue
            for one, other in ((before, after), (after, before)):
                (differing,) = both.execute(
                    f"select count(*) from ({one} except all {other})", {"gone": gone}
                ).fetchone()
                assert differing == 0, f"{schema}.{table}"
            compared += both.execute(f"select count(*) from ({before})", {"gone": gone}).fetchone()[0]
    assert compared > 10_000


def test_the_audit_says_what_was_done_and_that_the_new_release_is_the_only_one(story: Story) -> None:
    actions = [(line.action, line.children_count) for line in disclosures.entries(story.settings)]
    assert ("erasure", 1) in actions
    assert ("retention", len(story.grown_up)) in actions
    assert erasures.pending(story.settings) == []
    (folder,) = story.settings.releases.iterdir()
    assert folder == story.settings.current.resolve()


@pytest.fixture
def delivered_again(story: Story, tmp_path: Path) -> Iterator[Settings]:
    """The home after the erasure, to deliver to."""
    shutil.copytree(story.after.home, tmp_path / "home", symlinks=True)
    for waiting in (tmp_path / "home" / "landing").glob("*/unnamed-*"):
        waiting.unlink()
    yield Settings(home=tmp_path / "home", key=KEY)


def test_the_old_files_delivered_again_are_known_and_bring_nobody_back(story: Story, delivered_again: Settings) -> None:
    settings = delivered_again
    archived = {entry.sha256 for entry in register.entries(settings.archive)}
    # By the day that retention counted to, a file of the police is too old to be known.
    folders = [path for path in (story.before.county / "extracts").iterdir() if path.name != "police_notifications"]
    sent = deliver(settings, folders)
    with database.connect(settings) as connection:
        outcomes = load(settings, connection, "again", screen=arrivals.keep_out)
    rejected_before = {entry.sha256 for entry in register.entries(settings.archive)} == archived
    assert rejected_before, "no file is new"
    assert len(outcomes) == len(sent.laid)
    assert all(outcome.repeated or outcome.status == "rejected" for outcome in outcomes)
    assert places(settings.home, story.known) == set()


def test_a_later_file_is_taken_in_without_the_child_and_its_rows_add_up(
    story: Story, delivered_again: Settings, tmp_path: Path
) -> None:
    settings = delivered_again
    upn, other = story.known.texts[0], _truth(story, "children", "upn <> $upn and upn is not null")[-1]["upn"]
    later = tmp_path / "huddles" / "huddles_reviews_2026-06-30.csv"
    (original,) = (story.before.county / "extracts" / "huddles").glob("huddles_reviews_*.csv")
    with original.open(encoding="utf-8-sig", newline="") as stream:
        headings, *rows = csv.reader(stream)
    place = next(number for number, heading in enumerate(headings) if heading.upper().replace(" ", "") == "UPN")
    later.parent.mkdir()
    with later.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(headings)
        for number, row in enumerate(rows):
            row[place] = {0: upn, 1: f"{upn[:5]} {upn[5:]}".lower(), 2: other}.get(number, row[place])
            writer.writerow(row)
    deliver(settings, [later], "huddles")
    with database.connect(settings) as connection:
        (outcome,) = load(settings, connection, "later", screen=arrivals.keep_out)
        ((read, accepted, rejected, erased),) = connection.execute(
            "select rows_read, rows_accepted, rows_rejected, rows_erased from ops.delivery where delivery_id = ?",
            [outcome.delivery_id],
        ).fetchall()
    delivered_rows = [row[place] for row in rows]
    own = 2 + sum(value.upper().replace(" ", "") == upn for value in delivered_rows[3:])
    assert erased == own
    assert len(rows) == accepted + rejected + erased
    assert read == accepted + rejected
    assert places(settings.home, story.known) == set()


def test_retention_counts_who_and_what_is_too_old_to_the_day(dirty: Warehouse) -> None:
    settings = Settings(home=dirty.home, key=KEY)

    def grown_up_on(day: date) -> int:
        (rule,) = [rule for rule in retention.due(settings, day) if rule.rule_id == "child_grown_up"]
        return len(rule.names)

    ((birth_date, born_then),) = dirty.inside(
        "select birth_date, count(*) from core.dim_child_identity where birth_date is not null group by all "
        "order by birth_date limit 1"
    )
    birthday = birth_date.replace(year=birth_date.year + 25)
    assert grown_up_on(birthday) == 0
    assert grown_up_on(birthday.replace(day=birthday.day + 1)) == born_then


def test_releases_reports_and_logs_go_when_their_time_is_over_and_the_release_in_force_never(
    dirty: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(dirty.home, tmp_path / "home", symlinks=True)
    settings = Settings(home=tmp_path / "home", key=KEY)
    in_force = settings.current.resolve()
    earlier = settings.releases / "20200101T000000Z"
    shutil.copytree(in_force, earlier)
    manifest = json.loads((earlier / "manifest.json").read_text())
    manifest |= {"release_id": earlier.name, "published_at": "2020-01-01 00:00:00"}
    (earlier / "manifest.json").write_text(json.dumps(manifest))
    rules = tmp_path / "rules.csv"
    lines = retention.rules().read_text().splitlines()
    kept = [line for line in lines if line.split(",")[3] in ("thing", "release", "quarantine_report", "log")]
    rules.write_text("\n".join(kept) + "\n")
    monkeypatch.setattr(retention, "rules", lambda: rules)
    said = content.of(in_force / "early_help.duckdb")
    day = date(2036, 1, 1)
    found = retention.due(settings, day)
    assert {rule.thing: len(rule.names) > 0 for rule in found} == {
        "release": True,
        "quarantine_report": True,
        "log": True,
    }
    assert retention.purge(settings, day, found) is None
    assert [path for path in settings.releases.iterdir()] == [in_force]
    assert content.of(in_force / "early_help.duckdb") == said
    assert not any(settings.quarantine.iterdir())
    assert not any((settings.home / "logs").iterdir())
    purged = [line for line in disclosures.entries(settings) if line.action == "retention"]
    assert {line.reason.split(",")[0] for line in purged} == {
        "release_old",
        "report_old",
        "log_old",
    }
