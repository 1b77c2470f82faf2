"""An erased child's name goes from every place of a home where a name can stand; what tells of others stays."""

import io
import json
import os
import sqlite3
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, InstigatorType, SensorInstigatorData
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from openpyxl import Workbook
from openpyxl.comments import Comment

from orchestration.deliveries import discover, register
from orchestration.deliveries.archive import archive
from orchestration.home import audit, decisions, disclosures, erasures
from orchestration.rights import arrivals, files, history, redact, screening, traces
from orchestration.rights.purge import NOTICE
from orchestration.rights.workspace import want_texts, wanted, workspace
from orchestration.settings import Settings
from tests.support.traces import Known, places

pytestmark = pytest.mark.slow

UPN, KEY = "A801200001001", "0123456789abcdef0123456789abcdef"
FORENAME, SURNAME = "Céline", "Falsett-O'Groß"
KNOWN = Known((UPN, KEY), FORENAME, SURNAME)
NAMES = [(FORENAME, SURNAME)]
DECOMPOSED = unicodedata.normalize("NFD", f"{SURNAME}, {FORENAME}").upper()
INNOCENT = {"word/document.xml": b"<w:p><w:r><w:t>Celine Dalgrave and Ada Falsett met.</w:t></w:r></w:p>"}


@dataclass(frozen=True)
class Home:
    """A home, and the workspace in which the child is looked for."""

    settings: Settings
    connection: duckdb.DuckDBPyConnection

    def taken_in(self, source: str, name: str, content: bytes) -> str:
        """The sha256 of a file that was archived and entered under its name, as homes of old did."""
        path = self.settings.home.parent / "delivered"
        path.write_bytes(content)
        kept = archive(path, self.settings.archive)
        entry = register.Entry(kept.sha256, source, name, "2026-06-26T02:00:00", "run")
        register.append(self.settings.archive, [entry])
        return kept.sha256

    def write(self, place: str | bytes, content: bytes | str) -> Path:
        path = self.settings.home / os.fsdecode(place)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        os.utime(path, (1e9, 1e9))
        return path

    def sweep(self) -> None:
        traces.remove(self.settings, self.connection, NAMES)

    def names(self) -> list[str]:
        return [entry.file_name for entry in register.entries(self.settings.archive)]


@pytest.fixture(scope="module")
def sought(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A workspace in which the child is looked for."""
    with workspace(Settings(home=tmp_path_factory.mktemp("sought"), key="k" * 64)) as connection:
        want_texts(connection, "upn", f"select 'upn|{UPN}' as text")
        want_texts(connection, "key", f"select 'key|{KEY}' as text")
        yield connection


@pytest.fixture
def home(tmp_path: Path, sought: duckdb.DuckDBPyConnection) -> Home:
    settings = Settings(home=tmp_path / "home", key="k" * 64)
    settings.archive.mkdir(parents=True)
    settings.build.mkdir()
    return Home(settings, sought)


def zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, content in members.items():
            parts.writestr(name, content)
    return packed.getvalue()


def workbook(remark: str = "", **properties: str) -> bytes:
    """A workbook of Family Matters as its contract wants it, of somebody else."""
    book, packed = Workbook(), io.BytesIO()
    households, members, needs = book.active, book.create_sheet("Members"), book.create_sheet("Needs")
    households.title = "Households"
    households.append(["Household Ref", "Address", "Postcode", "Programme", "Start Date", "End Date"])
    households.append(["F1", "1 Lane", "ZZ1 1ZZ", "SF", "2025-01-01", None])
    members.append(["Household Ref", "Member Ref", "Surname", "Forename", "Date of Birth", "Gender", "Relationship"])
    members.append(["F1", "01", "Byfield", "Zachariah", "2010-01-01", "Male", "Child"])
    needs.append(["Household Ref", "Need", "Identified"])
    needs.append(["F1", "crime", "2025-01-01"])
    if remark:
        members["D2"].comment = Comment(remark, "worker")
        needs.oddHeader.center.text = remark
    for name, text in properties.items():
        setattr(book.properties, name, text)
    book.save(packed)
    return packed.getvalue()


REJECTED: dict[str, bytes] = {
    f"{FORENAME} {SURNAME}.docx": zipped(INNOCENT),
    f"{DECOMPOSED}_2014.docx": zipped({"a.xml": b"<t>nobody</t>"}),
    "letter.docx": zipped(
        {"word/document.xml": "<w:p><w:t>Cél</w:t></w:r><w:r><w:t>ine FALSETT O GROSS</w:t></w:p>".encode()}
    ),
    "more.zip": zipped({"Groß.txt": b"-", "in/inner.zip": zipped({f"{FORENAME}-{SURNAME}.txt": b"-"})}),
    "rows.xlsx": zipped(
        {"xl/sharedStrings.xml": f"<si>{FORENAME}</si>{'<si>x</si>' * 900}<si>{SURNAME}</si>".encode()}
    ),
    "wide.csv": f"whatever;{SURNAME};{FORENAME}\n".encode("utf-16"),
    "narrow.csv": f"whatever;{SURNAME.upper()};{FORENAME.upper()}\n".encode("cp1252", errors="replace"),
    "decomposed.csv": f"whatever;{DECOMPOSED}\n".encode(),
    "key.csv": f"whatever;{KEY}\n".encode(),
    "spaced.csv": b"whatever;A801 2000 01001\n",
    "remarks.xml": f"<a b='{FORENAME}' c='{SURNAME}'><!-- --></a>".encode(),
    "broken.xlsx": b"PK\x03\x04 cut off",
    "scan.pdf": b"%PDF-1.7 stream",
}
STAYS: dict[str, bytes] = {
    "Falsetta Celineau.docx": zipped(INNOCENT),
    "others.csv": "whatever;Falsetta;Céline\n".encode(),
    "old.csv": "whatever;Dalgravé;Ada\n".encode("cp1252"),
}


@pytest.mark.parametrize("name", REJECTED)
def test_a_rejected_file_that_tells_by_content_or_name_keeps_neither(home: Home, name: str) -> None:
    before = home.taken_in("synergy", name, REJECTED[name])
    by_name = screening.in_name(home.connection, name, NAMES)
    home.sweep()
    (entry,) = register.entries(home.settings.archive)
    kept = (home.settings.archive / entry.sha256).read_bytes()
    assert (entry.file_name != name) is by_name
    assert (entry.sha256 == before) is (kept == REJECTED[name])
    assert by_name or kept == NOTICE.encode()
    if by_name:
        assert entry.file_name == f"unnamed-{entry.sha256[:16]}.docx"
    assert places(home.settings.home, KNOWN) == set()


@pytest.mark.parametrize("name", STAYS)
def test_a_rejected_file_that_tells_of_others_stays_as_it_is(home: Home, name: str) -> None:
    sha256 = home.taken_in("synergy", name, STAYS[name])
    home.sweep()
    (entry,) = register.entries(home.settings.archive)
    assert (entry.sha256, entry.file_name) == (sha256, name)
    assert (home.settings.archive / sha256).read_bytes() == STAYS[name]


def test_every_name_under_which_the_same_bytes_came_goes(home: Home) -> None:
    for name in (f"{SURNAME}_{FORENAME}.docx", "plain.docx"):
        home.taken_in("synergy", name, STAYS["Falsetta Celineau.docx"])
    home.sweep()
    assert places(home.settings.home, KNOWN) == set()
    assert home.names() == ["plain.docx"]


@pytest.mark.parametrize("remark", [{"title": f"about {FORENAME} {SURNAME}"}, {"remark": f"of {DECOMPOSED}"}], ids=str)
def test_what_stands_beside_the_rows_of_a_file_that_keeps_its_contract_goes_and_the_rows_stay(
    home: Home, remark: dict[str, str]
) -> None:
    home.taken_in("family_matters", "family_matters_2026-06-12.xlsx", workbook(**remark))
    home.taken_in("family_matters", "family_matters_2026-06-19.xlsx", untouched := workbook("of nobody", title="x"))
    assert all(read.is_whole for read in files.read(home.settings, home.connection, traces.archived(home.settings)))
    assert places(home.settings.home, KNOWN)
    home.sweep()
    first, second = register.entries(home.settings.archive)
    assert places(home.settings.home, KNOWN) == set()
    with zipfile.ZipFile(home.settings.archive / first.sha256) as parts:
        assert b"Zachariah" in b"".join(map(parts.read, parts.namelist()))
    assert (home.settings.archive / second.sha256).read_bytes() == untouched


NOTES = "Huddle Ref,UPN,Forename,Surname,Notes,DOB,Decision\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_note_in_the_row_of_another_child_goes_and_the_row_stays(home: Home, encoding: str) -> None:
    kept = 'H1,B801200001002,Ada,Byfield,"seen, twice",,watch\r\n'
    noted = f'H2,B801200001002,Ada,Byfield,"brother of\r\n{FORENAME} {SURNAME}",,"watch"\r\n'
    after = "H2,B801200001002,,,,,watch\r\n"
    name = "huddles_reviews_2026-06-30.csv"
    before = home.taken_in("huddles", name, (NOTES + kept + noted).encode(encoding))
    (read,) = files.read(home.settings, home.connection, traces.archived(home.settings))
    assert read.is_whole, read.candidate.problem
    home.sweep()
    (entry,) = register.entries(home.settings.archive)
    assert entry.sha256 != before
    assert (home.settings.archive / entry.sha256).read_bytes() == (NOTES + kept + after).encode(encoding)


def test_notes_of_two_rows_are_not_one_name(home: Home) -> None:
    rows = f"H1,B801200001002,,,{FORENAME},,watch\r\nH2,B801200001002,,,{SURNAME},,watch\r\n"
    before = home.taken_in("huddles", "huddles_reviews_2026-06-30.csv", (NOTES + rows).encode())
    home.sweep()
    assert [entry.sha256 for entry in register.entries(home.settings.archive)] == [before]
    assert (home.settings.archive / before).exists()


RETURN = """<?xml version="1.0" encoding="UTF-8"?>
<Message>
<Header by="{0}"><!-- {0} -->
<CollectionDetails><Collection>School Census</Collection><Term>AUT</Term><Year>2024</Year>
<ReferenceDate>2024-10-03</ReferenceDate></CollectionDetails>
<Source><SourceLevel>S</SourceLevel><LEA>838</LEA><Estab>1101</Estab><SoftwareCode>{0}</SoftwareCode></Source>
</Header>
<Pupils><PupilsOnRoll>
<PupilOnRoll><PupilIdentifiers><UPN>F838260315002</UPN><Surname>Dalgrave</Surname><Forename>Ada</Forename>
<DOB>2011-07-10</DOB><Sex>F</Sex></PupilIdentifiers></PupilOnRoll>
</PupilsOnRoll></Pupils>
</Message>
"""


def test_remarks_and_attributes_of_a_return_go_and_its_pupils_stay(home: Home) -> None:
    # Every return may be called what it will.
    home.taken_in("school_census", f"{FORENAME} {SURNAME}.xml", RETURN.format(f"{FORENAME} {SURNAME}").encode())
    (read,) = files.read(home.settings, home.connection, traces.archived(home.settings))
    assert read.is_whole, read.candidate.problem
    home.sweep()
    (entry,) = register.entries(home.settings.archive)
    assert places(home.settings.home, KNOWN) == set()
    assert entry.file_name == f"unnamed-{entry.sha256[:16]}.xml"
    kept = (home.settings.archive / entry.sha256).read_text()
    assert "<UPN>F838260315002</UPN>" in kept and "<ReferenceDate>2024-10-03<" in kept


PLACES: dict[str | bytes, str | bytes] = {
    f"landing/synergy/{DECOMPOSED}.csv": b"of nobody",
    b"landing/synergy/C\xe9line_Falsett-O'Gro\xdf.csv": b"of nobody",
    f"landing/synergy/{FORENAME}.{SURNAME}.part": b"of nobody",
    f"landing/synergy/~${SURNAME}{FORENAME}.docx": b"of nobody",
    f"landing/synergy/{FORENAME} {SURNAME}/x.csv": b"of nobody",
    "landing/synergy/deeper/x.csv": f"{FORENAME} {SURNAME}",
    "landing/nowhere/x.csv": f"{SURNAME}: {FORENAME}",
    f"aside/{SURNAME}, {FORENAME}/x.csv": b"of nobody",
    "aside/torn.txt": f'{{"name": "{json.dumps(FORENAME)[1:-1]} {SURNAME}',
    "aside/torn.jsonl": f'{{"file": "ok"}}\n{{"name": "{FORENAME} {SURNAME}',
    "exports/list.csv": f"upn;nc_year\n{UPN};7\n",
    "exports/list.xlsx": zipped({"xl/worksheets/sheet1.xml": f"<c>{KEY}</c>".encode()}),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_name_goes_from_wherever_else_it_stands_under_the_home(home: Home, place: str | bytes) -> None:
    home.write(place, PLACES[place])
    other = home.write("aside/of others.txt", "Céline Falsetta")
    found = places(home.settings.home, KNOWN)
    assert len(found) == 1
    touched = traces.look(home.settings, home.connection, NAMES)
    assert touched.names_count + touched.others_count + touched.unreadable_count >= 1
    home.sweep()
    assert places(home.settings.home, KNOWN) == set()
    assert other.read_text() == "Céline Falsetta"


def test_a_file_that_is_being_copied_to_landing_is_left_to_arrive(home: Home) -> None:
    copying = home.write("landing/huddles/huddles_reviews_2026-06-30.csv.part", f"UPN\n{UPN}\n")
    copying.touch()
    home.sweep()
    assert UPN in copying.read_text()


def test_a_link_that_leads_to_a_name_goes(home: Home) -> None:
    link = home.settings.home / "link"
    link.symlink_to(f"/elsewhere/{FORENAME} {SURNAME}.csv")
    home.sweep()
    assert not link.is_symlink()


def test_logs_keep_their_lines_without_the_name(home: Home) -> None:
    said: dict[str, Any] = {
        "audience": "analyst",
        "children_count": 3,
        "release_id": "r",
        "disclosed_by": "me",
        "disclosed_at": "then",
    }
    lines = [
        disclosures.Disclosure(action="export", file=f"/secure/{SURNAME}_{FORENAME}.csv", reason="review", **said),
        disclosures.Disclosure(action="export", file="/secure/list.csv", reason=f"for {DECOMPOSED}", **said),
        disclosures.Disclosure(action="release", file="releases/r/x.duckdb", reason="published", **said),
    ]
    disclosures.record(home.settings, lines)
    noted = [
        decisions.Decision("r1", "link", "accept", "me", "2026-06-26", note=f"brother of {FORENAME} {SURNAME}"),
        decisions.Decision("r2", "link", "accept", "me", "2026-06-26", note="seen"),
    ]
    decisions.append(home.settings, noted)
    home.sweep()
    assert places(home.settings.home, KNOWN) == set()
    first, second, third = disclosures.entries(home.settings)
    assert (first.reason, first.children_count) == ("review", 3)
    assert first.file.startswith("unnamed-") and first.file.endswith(".csv")
    assert (second.file, second.reason) == ("/secure/list.csv", redact.REMOVED)
    assert third == lines[2]
    log = decisions.log_of(home.settings)
    assert [entry["note"] for entry in audit.read(log)] == [redact.REMOVED, "seen"]
    assert log.stat().st_mode & 0o777 == 0o600


def test_who_asks_what_is_held_is_told_of_the_same_places(home: Home) -> None:
    for place, content in PLACES.items():
        home.write(place, content)
    home.write("logs/last_run.log", f"read {FORENAME}_{SURNAME}.csv")
    home.write("quarantine/abc/report.md", f"# {SURNAME}, {FORENAME}.docx")
    home.write("dagster/storage/run/out.log", f"{FORENAME} {SURNAME}")
    told = {line["file"] for line in redact.places_that_mention(home.settings, home.connection, NAMES)}
    # What waits is read as files are, and told of with them.
    found = {place.split(" (")[0].split("!")[0] for place in places(home.settings.home, KNOWN)}
    assert {"logs/last_run.log", "quarantine/abc/report.md", "dagster/storage/run/out.log"} < told
    assert {place for place in found if not place.startswith("landing/synergy")} <= told


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_name_is_found_wherever_it_stands_in_a_large_file(encoding: str) -> None:
    """What these tests look with looks closer only where a piece of the name stands."""
    apart = f"{SURNAME} {'x' * 9000} {FORENAME} {'y' * 9000}".encode(encoding)
    for place in (0, 1, 2):
        parts = [apart] * 2
        parts.insert(place, f" {FORENAME.upper()} of {SURNAME.title()} ".encode(encoding))
        assert KNOWN.in_bytes(b"".join(parts)), place
    assert not KNOWN.in_bytes(apart * 3)


def test_old_bytes_that_come_again_are_known_by_their_hash_and_bring_no_name_back(home: Home) -> None:
    content = REJECTED["letter.docx"]
    home.taken_in("synergy", "letter.docx", content)
    home.sweep()
    erasures.add_to_list(home.settings, wanted(home.connection))
    again = home.write("landing/synergy/letter.docx", content)
    other = home.write("landing/synergy/other.docx", STAYS["Falsetta Celineau.docx"])
    named = home.write(f"landing/synergy/of {UPN}.docx", zipped({"a": b"nobody"}))
    arrivals.keep_out(home.settings, discover(home.settings))
    assert again.read_text() == NOTICE
    assert other.read_bytes() == STAYS["Falsetta Celineau.docx"]
    assert not named.exists()
    assert places(home.settings.home, KNOWN) == set()


def test_an_erasure_that_is_done_again_changes_nothing_more(home: Home) -> None:
    for name, content in REJECTED.items():
        home.taken_in("synergy", name, content)
    for place in PLACES:
        home.write(place, PLACES[place])
    home.sweep()
    after = {path: path.read_bytes() for path in home.settings.home.rglob("*") if path.is_file()}
    home.sweep()
    assert {path: path.read_bytes() for path in home.settings.home.rglob("*") if path.is_file()} == after


def test_dagster_forgets_its_runs_and_what_its_sensor_saw_which_stays_switched_on(home: Home) -> None:
    folder = history.folder_of(home.settings)
    folder.mkdir()
    name = f"{FORENAME} {SURNAME}.csv"

    @dg.op
    def load(context: dg.OpExecutionContext) -> None:
        context.log.info(f"read {name}")

    @dg.job
    def build() -> None:
        load()

    code = ManagedGrpcPythonEnvCodeLocationOrigin(LoadableTargetOrigin(module_name="orchestration.definitions"), "here")
    origin = RemoteInstigatorOrigin(RemoteRepositoryOrigin(code, "all"), "landed")
    saw = SensorInstigatorData(cursor=json.dumps({name: 1}), last_run_key=name, min_interval=30)
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        assert build.execute_in_process(instance=instance, tags={"file": name}).success
        assert instance.get_runs_count() == 1
        instance.add_instigator_state(InstigatorState(origin, InstigatorType.SENSOR, InstigatorStatus.RUNNING, saw))
    assert len(places(folder, KNOWN)) > 1
    history.forget(home.settings)
    assert places(folder, KNOWN) == set()
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        assert instance.get_runs_count() == 0
        (state,) = instance.all_instigator_state()
        assert state.status is InstigatorStatus.RUNNING
        assert state.sensor_instigator_data == saw._replace(cursor=None, last_run_key=None)
        assert build.execute_in_process(instance=instance).success


def test_a_history_that_dagster_holds_is_told_of_in_a_sentence(home: Home) -> None:
    folder = history.folder_of(home.settings)
    folder.mkdir()
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        assert instance.get_runs_count() == 0
    with closing(sqlite3.connect(folder / "history" / "runs.db", isolation_level=None)) as held:
        held.execute("begin exclusive")
        with pytest.raises(RuntimeError, match="Stop it and run `earlyhelp erase --yes`"):
            history.forget(home.settings)
    history.forget(home.settings)
