"""Publication under fire: killed, short of room, watched by readers; the release in force is the old or the new one."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration import knowledge, releases
from orchestration.releases import keys, shelf
from orchestration.settings import PROJECT, Settings
from tests.open_county import SEEDS, County

PUBLISH = """
from datetime import date
from orchestration import releases
from orchestration.settings import Settings
print("ready", flush=True)
releases.publish(Settings(), date(2026, 6, 26), "run")
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home whose build holds what a release is made of, large enough that publishing takes a moment."""
    monkeypatch.setenv("EARLYHELP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("EARLYHELP_KEY", "k" * 64)
    made = Settings()
    _make_build(made, 1)
    return made


SCHOOLS = {school: ("P1", "Z1") for school in ("a", "b", "c", "d")}
COUNTY = County(SCHOOLS, {("2026-05-22", school, "fsm"): (100, 100, 30) for school in SCHOOLS})


def _make_build(settings: Settings, generation: int, rows: int = 200_000) -> None:
    COUNTY.build(settings.home)
    with duckdb.connect(str(settings.build_file)) as connection:
        for schema in ("ops", "intermediate", "snapshots"):
            connection.execute(f"create schema {schema}")
        connection.execute(
            f"""
            create table core.fct_big (id bigint primary key, generation integer not null, filler varchar);
            insert into core.fct_big select range, {generation}, sha256(range::varchar) from range({rows});
            create table mart.mart_small as select {generation} as generation;
            comment on table core.fct_big is 'Grain: the id.';
            comment on column core.fct_big.filler is 'It''s filler.';
            create table core.dim_child as select 'child' as child_durable_key;
            create table core.dim_child_identity as select 'child' as child_durable_key, 'Ann' as forename;
            create table core.brg_user__scope as
                select true as has_access, 'county' as scope_level, 'a' as school_durable_key, 'Z1' as zone_key
                union all select true, 'school', 'a', 'Z1';
            create table mart.mart_child_list as
                select 'child' as child_durable_key, 'a' as school_durable_key, 'a' as school_id, 'Z1' as zone_code;
            create table reference.ref_audience as from '{SEEDS}/ref_audience.csv';
            create table reference.ref_audience_table as
                select * from (values
                    ('core', 'fct_big', 'all', 'all', null, null),
                    ('core', 'dim_child', 'all', 'all', 'children', 'children'),
                    ('core', 'dim_child_identity', 'all', null, 'children', 'children'),
                    ('mart', 'mart_small', 'all', 'all', 'all', 'all'),
                    ('mart', 'mart_child_list', 'all', 'all', 'children', 'children'),
                    ('ops', 'delivery', 'listed', 'all', null, null),
                    ('ops', 'check_result', 'listed', 'all', null, null)
                ) as lines (schema_name, table_name, columns, analyst, zone, school);
            create table reference.ref_audience_column as from '{SEEDS}/ref_audience_column.csv';
            create table ops.delivery (
                delivery_id varchar, source varchar, rows_read bigint, rows_accepted bigint, rows_rejected bigint,
                extract_date date
            );
            create table ops.check_result (run_id varchar, outcome varchar);
            create table ops.saying as
                select timestamp '2026-06-26 02:00:00' + interval {generation} second as said_at,
                    false as is_look_back, null::varchar as in_step_with;
            create table snapshots.snap_flag as
                select {generation} as statement_id, said_at as said_from_at, timestamp '9999-12-31' as said_to_at
                from ops.saying;
            create view ops.delivery_in_force as select delivery_id from ops.delivery;
            """
        )


def _publish(settings: Settings) -> releases.Release:
    return releases.publish(settings, date(2026, 6, 26), "run")


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
    seen = {_publish(settings).release_id}
    outcomes = set()
    for delay in (0.0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6):
        before = releases.in_force(settings).release_id
        process = subprocess.Popen([sys.executable, "-c", PUBLISH], cwd=PROJECT, stdout=subprocess.PIPE)
        process.stdout.readline()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        current = releases.in_force(settings)
        shelf.verify(current)
        assert len([path for path in current.manifest["files"] if path.endswith(".duckdb")]) == 4
        assert _generations(current.file) == {(1,)}
        outcomes.add(current.release_id != before)
        seen.add(current.release_id)
    assert False in outcomes, "no kill came before the switch, so nothing was shown"
    again = _publish(settings)
    assert releases.in_force(settings).release_id == again.release_id
    assert {entry.release_id for entry in knowledge.entries(settings)} == seen | {again.release_id}
    assert not list(settings.releases.glob(".*")), "an unfinished release was left behind"


def test_a_new_column_of_what_was_delivered_reaches_nobody_until_it_is_listed(settings: Settings) -> None:
    planted = "Wilhelmina Zzyzxford"
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute("alter table ops.delivery add column said_by_file varchar")
        connection.execute(f"insert into ops.delivery values ('d1', 'synergy', 1, 1, 0, '2026-06-26', '{planted}')")
    folder = _publish(settings).folder
    assert not [path for path in folder.rglob("*") if path.is_file() and planted.encode() in path.read_bytes()]
    assert _columns(folder, "ops", "delivery") == {
        "analyst": ["delivery_id", "source", "rows_read", "rows_accepted", "rows_rejected", "extract_date"]
    }
    with duckdb.connect(str(settings.build_file)) as connection:
        listed = "'ops', 'delivery', 'said_by_file', true, true, null, 'Listed.'"
        connection.execute(f"insert into reference.ref_audience_column values ({listed})")
        connection.execute("update reference.ref_audience_table set zone = 'all' where table_name = 'delivery'")
    folder = _publish(settings).folder
    given = _columns(folder, "ops", "delivery")
    assert "said_by_file" in given["analyst"] and "said_by_file" in given["zone/Z1"]
    assert not [name for name in given if name.startswith("school")]


def test_a_full_disk_leaves_the_release_in_force_and_says_how_much_room_is_needed(
    settings: Settings, tmp_path: Path
) -> None:
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("needs the right to mount a small file system")
    _publish(settings)
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
            _publish(crowded)
        # With room for the check and none for the file, DuckDB itself runs out.
        (small / "filler").unlink()
        _make_build(settings, 2, 500_000)
        with pytest.raises((OSError, duckdb.Error)):
            crowded.build_file.unlink()
            crowded.build_file.symlink_to(settings.build_file)
            (small / "filler").write_bytes(b"\0" * (shutil.disk_usage(small).free - 8 * 2**20))
            _publish(crowded)
        assert releases.in_force(crowded).release_id == before
        shelf.verify(releases.in_force(crowded))
        assert not list(crowded.releases.glob(".*"))
    finally:
        subprocess.run(["umount", small], check=True)


def test_a_reader_that_stays_open_sees_its_release_whole_while_new_ones_are_published(settings: Settings) -> None:
    first = _publish(settings)
    with duckdb.connect(str(settings.current / first.file.name), read_only=True) as reader:
        for generation in (2, 3):
            _make_build(settings, generation)
            _publish(settings)
            assert reader.execute("select distinct generation from core.fct_big").fetchall() == [(1,)]
            assert reader.execute("select generation from mart.mart_small").fetchall() == [(1,)]
    assert _generations((settings.current / first.file.name).resolve()) == {(3,)}


def test_a_release_keeps_comments_and_constraints_and_no_identity(settings: Settings) -> None:
    release = _publish(settings)
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
    made = [_publish(few).release_id for _ in range(4)]
    assert [release.release_id for release in releases.on_shelf(few)] == made[-2:]
    assert releases.in_force(few).release_id == made[-1]


def test_rollback_refuses_a_release_whose_bytes_changed(settings: Settings) -> None:
    old = _publish(settings)
    new = _publish(settings)
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
    release = _publish(settings)
    assert {path for path in settings.home.rglob("*.duckdb") if settings.releases not in path.parents} == outside
    (zone,) = (release.folder / "zone").iterdir()
    with releases.opened(settings, release, f"zone/{code}") as connection:
        assert connection.execute("select forename from core.dim_child_identity").fetchall() == [("Ann",)]
    assert zone.is_file()
