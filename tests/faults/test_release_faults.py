"""Publication under fire: killed, short of room, watched by readers; the release in force is the old or the new one."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta, tzinfo
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import releases
from orchestration.build import journal
from orchestration.home import audit, modes
from orchestration.releases import keys, open_file, store
from orchestration.settings import PROJECT, Settings
from tests.support import accounts
from tests.support.small_build import make_build, publish

PUBLISH = """
from datetime import UTC, datetime, timedelta, tzinfo
from importlib import import_module
from orchestration import releases
from orchestration.settings import Settings
print("ready", flush=True)
releases.publish(Settings(), date(2026, 6, 26), "run")
"""


def _generations(file: Path) -> set[tuple[int]]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return set(
            connection.execute(
                "select generation from core.fct_big union all select generation from mart.mart_small"
            ).fetchall()
        )


def _columns(folder: Path, schema: str, table: str) -> dict[str, list[str]]:
    """The columns of a table in each audience's file that has it."""
    found = {}
    for path, entry in json.loads((folder / "manifest.json").read_text())["files"].items():
        if not path.endswith(".duckdb"):
            continue
        name, key_id = entry["audience"], entry["key_id"]
        options = f", encryption_key '{keys.derive(Settings(), name, key_id)}'" if key_id else ""
        with duckdb.connect() as connection:
            connection.execute(f"attach '{folder / path}' as opened (read_only{options})")
            columns = connection.execute(
                "select column_name from duckdb_columns() where database_name = 'opened' and schema_name = ? "
                "and table_name = ? order by column_index",
                [schema, table],
            ).fetchall()
        if columns:
            found[name] = [column for (column,) in columns]
    return found


def test_a_release_killed_at_any_moment_leaves_the_old_or_the_new_one_whole(settings: Settings) -> None:
    seen = {publish(settings).release_id}
    outcomes = set()
    for delay in (0.0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6):
        before = releases.in_force(settings).release_id
        process = subprocess.Popen([sys.executable, "-c", PUBLISH], cwd=PROJECT, stdout=subprocess.PIPE)
        process.stdout.readline()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        current = releases.in_force(settings)
        store.verify(current)
        assert len([path for path in current.manifest["files"] if path.endswith(".duckdb")]) == 4
        assert _generations(current.file) == {(1,)}
        outcomes.add(current.release_id != before)
        seen.add(current.release_id)
    assert False in outcomes, "no kill came before the switch, so nothing was shown"
    again = publish(settings)
    assert releases.in_force(settings).release_id == again.release_id
    assert {entry.release_id for entry in journal.entries(settings)} == seen | {again.release_id}
    assert not list(settings.releases.glob(".*")), "an unfinished release was left behind"


def test_a_new_column_of_what_was_delivered_reaches_nobody_until_it_is_listed(settings: Settings) -> None:
    planted = "Wilhelmina Zzyzxford"
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute("alter table ops.delivery add column said_by_file varchar")
        connection.execute(f"insert into ops.delivery values ('d1', 'synergy', 1, 1, 0, '2026-06-26', '{planted}')")
    folder = publish(settings).folder
    assert not [path for path in folder.rglob("*") if path.is_file() and planted.encode() in path.read_bytes()]
    assert _columns(folder, "ops", "delivery") == {
        "analyst": ["delivery_id", "source", "rows_read", "rows_accepted", "rows_rejected", "extract_date"]
    }
    with duckdb.connect(str(settings.build_file)) as connection:
        listed = "'ops', 'delivery', 'said_by_file', true, true, null, null, null, 'Listed.'"
        connection.execute(f"insert into reference.ref_audience_column values ({listed})")
        connection.execute("update reference.ref_audience_table set zone = 'all' where table_name = 'delivery'")
    folder = publish(settings).folder
    given = _columns(folder, "ops", "delivery")
    assert "said_by_file" in given["analyst"] and "said_by_file" in given["zone/Z1"]
    assert not [name for name in given if name.startswith("school")]


def test_a_full_disk_leaves_the_release_in_force_and_says_how_much_room_is_needed(
    settings: Settings, tmp_path: Path
) -> None:
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("needs the right to mount a small file system")
    publish(settings)
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=80m", "tmpfs", small], capture_output=True).returncode:
        pytest.skip("this machine does not let a test mount a small file system")
    try:
        shutil.copytree(settings.home, small / "home", symlinks=True)
        crowded = Settings(home=small / "home")
        before = releases.in_force(crowded).release_id
        free = shutil.disk_usage(small).free
        (small / "filler").write_bytes(b"\0" * (free - 2**20))
        with pytest.raises(OSError, match="MiB free; the release needs up to"):
            publish(crowded)
        # With room for the check and none for the file, DuckDB itself runs out.
        (small / "filler").unlink()
        make_build(settings, 2, 500_000)
        with pytest.raises((OSError, duckdb.Error)):
            crowded.build_file.unlink()
            crowded.build_file.symlink_to(settings.build_file)
            (small / "filler").write_bytes(b"\0" * (shutil.disk_usage(small).free - 8 * 2**20))
            publish(crowded)
        assert releases.in_force(crowded).release_id == before
        store.verify(releases.in_force(crowded))
        assert not list(crowded.releases.glob(".*"))
    finally:
        subprocess.run(["umount", small], check=True)


def test_a_reader_that_stays_open_sees_its_release_whole_while_new_ones_are_published(settings: Settings) -> None:
    first = publish(settings)
    with duckdb.connect(str(settings.current / first.file.name), read_only=True) as reader:
        for generation in (2, 3):
            make_build(settings, generation)
            publish(settings)
            assert reader.execute("select distinct generation from core.fct_big").fetchall() == [(1,)]
            assert reader.execute("select generation from mart.mart_small").fetchall() == [(1,)]
    assert _generations((settings.current / first.file.name).resolve()) == {(3,)}


def test_a_release_keeps_comments_and_constraints_and_no_identity(settings: Settings) -> None:
    release = publish(settings)
    with duckdb.connect(str(release.file), read_only=True) as connection:
        assert connection.execute("select comment from duckdb_columns() where column_name = 'filler'").fetchall() == [
            ("It's filler.",)
        ]
        kinds = {
            kind
            for (kind,) in connection.execute(
                "select constraint_type from duckdb_constraints() where table_name = 'fct_big'"
            ).fetchall()
        }
        assert kinds == {"PRIMARY KEY", "NOT NULL"}
        assert connection.execute(
            "select count(*) from duckdb_tables() where table_name = 'dim_child_identity'"
        ).fetchone() == (0,)
        assert {schema for (schema,) in connection.execute("select schema_name from duckdb_tables()").fetchall()} == {
            "core",
            "mart",
            "ops",
        }


def test_only_the_last_releases_are_kept_and_never_the_one_in_force_removed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARLYHELP_KEEP_RELEASES", "2")
    few = Settings()
    made = [publish(few).release_id for _ in range(4)]
    assert [release.release_id for release in releases.on_disk(few)] == made[-2:]
    assert releases.in_force(few).release_id == made[-1]


def test_rollback_refuses_a_release_whose_bytes_changed(settings: Settings) -> None:
    old = publish(settings)
    new = publish(settings)
    with old.file.open("r+b") as file:
        file.seek(4096)
        file.write(b"spoiled")
    with pytest.raises(ValueError, match="differs from its manifest"):
        releases.rollback(settings)
    assert releases.in_force(settings).release_id == new.release_id


def test_a_code_that_a_council_delivers_leads_to_no_other_folder(settings: Settings) -> None:
    code = "../../Z'1\"/x"
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute("update mart.mart_child_list set zone_code = ?", [code])
        connection.execute("update core.dim_zone set zone_code = ?", [code])
    outside = {path for path in settings.home.rglob("*.duckdb") if settings.releases not in path.parents}
    release = publish(settings)
    assert {path for path in settings.home.rglob("*.duckdb") if settings.releases not in path.parents} == outside
    (zone,) = (release.folder / "zone").iterdir()
    with releases.opened(settings, release, f"zone/{code}") as connection:
        assert connection.execute("select forename from core.dim_child_identity").fetchall() == [("Ann",)]
    assert zone.is_file()


class BehindByTwoDays:
    """A clock that was set back."""

    @staticmethod
    def now(tz: tzinfo | None = None) -> datetime:
        return datetime.now(tz) - timedelta(days=2)


def _set_the_clock_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("orchestration.releases.publish"), "datetime", BehindByTwoDays)


def test_a_clock_set_back_neither_hides_a_release_nor_removes_the_newest(
    small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EARLYHELP_KEEP_RELEASES", "3")
    few = Settings()
    first, second = publish(few).release_id, publish(few).release_id
    _set_the_clock_back(monkeypatch)
    third = publish(few).release_id
    assert third < first < second, "by name the newest comes first"
    assert [release.release_id for release in releases.on_disk(few)] == [first, second, third]
    assert releases.rollback(few).release_id == second
    assert releases.rollback(few).release_id == first
    releases.rollback(few, third)
    fourth = publish(few).release_id
    assert [release.release_id for release in releases.on_disk(few)] == [second, third, fourth]
    assert releases.in_force(few).release_id == fourth
    assert [line["release_id"] for line in audit.read(journal.log_of(few))] == [first, second, third, fourth]


def test_the_open_file_is_held_against_the_one_given_out_last_whatever_the_clock_says(
    small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the newest file hid stays hidden: with the clock set back it is not the newest by name."""
    publish(small)
    _set_the_clock_back(monkeypatch)
    newest = publish(small)
    held_against: list[Path | None] = []
    write = open_file.write

    def noted(settings: Settings, target: Path, row: dict[str, Any], before: Path | None) -> dict[str, int]:
        held_against.append(before)
        return write(settings, target, row, before)

    monkeypatch.setattr(open_file, "write", noted)
    publish(small)
    assert held_against == [newest.folder / "open" / "early_help_open.duckdb"]


def test_releases_from_before_they_were_numbered_come_first_by_name(small: Settings) -> None:
    old, new = publish(small), publish(small)
    for release, name in ((old, "20990101T000000Z"), (new, "20980101T000000Z")):
        manifest = json.loads((release.folder / store.MANIFEST).read_text())
        del manifest["sequence"]
        (release.folder / store.MANIFEST).write_text(json.dumps(manifest | {"release_id": name}))
    third = publish(small)
    assert [release.release_id for release in releases.on_disk(small)] == [
        "20980101T000000Z",
        "20990101T000000Z",
        third.release_id,
    ]


def test_no_release_takes_the_name_of_one_that_is_gone(small: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal still has it; before, a moment that came twice stopped the publication half way."""
    still = datetime(2026, 6, 26, 2, tzinfo=UTC)
    clock = type("Still", (datetime,), {"now": lambda tz=None: still})
    monkeypatch.setattr(import_module("orchestration.releases.publish"), "datetime", clock)
    first = publish(small)
    second = publish(small)
    store.remove(first)
    third = publish(small)
    assert len({first.release_id, second.release_id, third.release_id}) == 3


def test_a_release_is_its_owners_alone_whatever_the_process_lets_others_read(small: Settings) -> None:
    before = os.umask(0)
    try:
        folder = publish(small).folder
    finally:
        os.umask(before)
    assert [path for path in [folder, *folder.rglob("*")] if path.stat().st_mode & 0o077] == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts a process of another account")
def test_another_account_reads_nothing_and_the_readers_group_what_names_nobody(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers, others = accounts.groups()[:2]
    monkeypatch.setenv("EARLYHELP_HOME", str(open_folder / "home"))
    monkeypatch.setenv("EARLYHELP_KEY", "k" * 64)
    monkeypatch.setenv("EARLYHELP_READERS_GROUP", readers)
    settings = Settings()
    make_build(settings, 1)
    settings.build.chmod(0o700)
    release = publish(settings)
    assert accounts.readable(settings.home, others) == set()
    of_places = {release.folder / path for path in release.manifest["files"] if path.startswith(("zone/", "school/"))}
    assert of_places
    published = {path for path in release.folder.rglob("*") if path.is_file()} - of_places
    assert accounts.readable(settings.current.resolve(), readers) == published
    modes.repair(settings)
    # A home that may be passed through and not be listed: what lies in it is asked for by name.
    for place in settings.home.iterdir():
        assert accounts.readable(place, readers) == (published if place == settings.releases else set()), place
