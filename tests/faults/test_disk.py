"""Commands on a disk that is full or read-only, and on damaged files: a sentence that says where and what to do."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration import releases
from orchestration.build import database
from orchestration.deliveries import archive
from orchestration.home import disk, pseudonym_key
from orchestration.releases import store
from orchestration.settings import PROJECT, Settings
from tests.support.disks import Disk, mounted
from tests.support.small_build import make_build, publish
from tests.support.warehouse import Warehouse

PUPILS = Path("synergy") / "synergy_pupils_2026-06-26.csv"


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    file = tmp_path / PUPILS
    file.parent.mkdir()
    file.write_bytes(b"UPN\n" * 30_000)
    return file


def _told(done: subprocess.CompletedProcess[str], *words: str) -> bool:
    """Whether a command failed with a sentence that holds the words, and no traceback."""
    printed = done.stdout + done.stderr
    return done.returncode == 1 and "Traceback" not in printed and all(word in printed for word in words)


def _outcomes(home: Warehouse, extract: Path) -> dict[str, subprocess.CompletedProcess[str]]:
    """What each command that writes said."""
    out = str(home.home.parent / "out.csv")
    commands = {
        "deliver": ["deliver", str(extract)],
        "build": ["build", "--as-of", "2026-06-25"],
        "rollback": ["rollback"],
        "keys rotate": ["keys", "rotate", "zone/Z1"],
        "keys show": ["keys", "show", "zone/Z1", "--reason", "a test"],
        "export": ["export", "mart.mart_small", "--out", out],
    }
    return {name: home.earlyhelp(*command, EARLYHELP_KEY="k" * 64) for name, command in commands.items()}


def _init(home: Path, key_file: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "EARLYHELP_KEY"}
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "init"],
        cwd=PROJECT,
        env=environment | {"EARLYHELP_HOME": str(home), "EARLYHELP_KEY_FILE": str(key_file)},
        capture_output=True,
        text=True,
    )


def _home(disk: Disk) -> Warehouse:
    settings = Settings(home=disk.folder / "home", key="k" * 64)
    make_build(settings, 1, 2_000)
    publish(settings)
    publish(settings)
    return Warehouse(settings.home, settings.home)


def test_every_command_says_in_a_sentence_that_the_disk_is_full(tmp_path: Path, extract: Path) -> None:
    with mounted(tmp_path / "small", "64m") as small:
        home = _home(small)
        small.fill()
        outcomes = _outcomes(home, extract)
        # A line of a log may still find room where the page that it ends in is there already.
        assert {name for name, done in outcomes.items() if done.returncode == 0} <= {"rollback", "keys show"}
        words = ("The disk is full", "MiB are free", str(small.folder))
        assert {name: done for name, done in outcomes.items() if done.returncode and not _told(done, *words)} == {}
        store.verify(releases.in_force(Settings(home=home.home)))
        small.free()
        assert home.earlyhelp("deliver", str(extract)).returncode == 0


def test_a_key_is_made_whole_or_not_at_all(tmp_path: Path) -> None:
    """Half of one would be in the way for good."""
    with mounted(tmp_path / "small", "1m") as small:
        key_file = small.folder / "keys" / "key"
        key_file.parent.mkdir()
        small.fill()
        done = _init(tmp_path / "home", key_file)
        assert _told(done, "The disk is full", str(small.folder)), done
        assert list(key_file.parent.iterdir()) == []
        small.free()
        assert _init(tmp_path / "home", key_file).returncode == 0
        assert len(key_file.read_text().strip()) == 64
        assert key_file.stat().st_mode & 0o777 == 0o600
        assert list(key_file.parent.iterdir()) == [key_file]


def test_every_command_says_in_a_sentence_that_the_home_is_read_only(tmp_path: Path, extract: Path) -> None:
    with mounted(tmp_path / "small", "64m") as small:
        home = _home(small)
        small.take_away_writing()
        outcomes = _outcomes(home, extract)
        outcomes["init"] = _init(home.home, small.folder / "keys" / "key")
        words = ("mounted read-only", str(small.folder))
        assert {name: done for name, done in outcomes.items() if not _told(done, *words)} == {}


def test_a_place_that_an_account_may_not_write_to_is_named(tmp_path: Path) -> None:
    problem = PermissionError(13, os.strerror(13), str(tmp_path / "home" / "landing"))
    said = disk.explained(Settings(home=tmp_path / "home"), problem)
    assert said.startswith(f"{tmp_path / 'home' / 'landing'} may not be read or written")
    assert disk.explained(Settings(home=tmp_path), FileNotFoundError(2, "No such file", "x")) is None


@pytest.mark.parametrize("leave", [0, 1, 2, 4, 8, 16, 32, 64])
def test_publication_on_a_disk_that_fills_at_any_point_says_so_and_leaves_the_release_in_force(
    tmp_path: Path, leave: int
) -> None:
    """DuckDB, Parquet, manifest, journal, log: whichever write finds the disk full, in MiB / 4 of room."""
    with mounted(tmp_path / "small", "96m") as small:
        settings = Settings(home=small.folder / "home", key="k" * 64)
        make_build(settings, 1, 20_000)
        first = publish(settings)
        small.fill(2 * settings.build_file.stat().st_size + leave * 2**18)
        try:
            second = publish(settings)
        except (OSError, duckdb.Error) as problem:
            assert disk.explained(settings, problem) or "MiB free; the release needs" in str(problem)
            assert settings.current.resolve() == first.folder
            assert not list(settings.releases.glob(".*"))
        else:
            assert settings.current.resolve() == second.folder
        small.free()
        assert publish(settings).folder == settings.current.resolve()


def test_a_full_disk_leaves_no_half_fingerprint_of_the_key(tmp_path: Path) -> None:
    """Half of one would be taken for another key's, and stop every build for good."""
    with mounted(tmp_path / "small", "1m") as small:
        settings = Settings(home=small.folder / "home", key="k" * 64)
        settings.build.mkdir(parents=True)
        small.fill()
        with pytest.raises(OSError, match="No space left"):
            pseudonym_key.guard(settings)
        small.free()
        pseudonym_key.guard(settings)
        pseudonym_key.check(settings)


@pytest.mark.parametrize("spoil", ["a bit", "the end", "everything"])
def test_a_damaged_file_of_the_archive_is_healed_when_it_comes_again(tmp_path: Path, extract: Path, spoil: str) -> None:
    folder = tmp_path / "archive"
    whole = archive.archive(extract, folder)
    content = bytearray(extract.read_bytes())
    content[5_000] ^= 1
    spoilt = {"a bit": bytes(content), "the end": bytes(content[:7]), "everything": b""}[spoil]
    whole.path.unlink()
    whole.path.write_bytes(spoilt)
    again = archive.archive(extract, folder)
    assert again == whole
    assert whole.path.read_bytes() == extract.read_bytes()
    assert not list(folder.glob(".*"))
    untouched = whole.path.stat().st_ino
    archive.archive(extract, folder)
    assert whole.path.stat().st_ino == untouched


@pytest.mark.parametrize("leave", [0, 2**16])
def test_a_file_that_the_archive_has_no_room_for_leaves_nothing(tmp_path: Path, extract: Path, leave: int) -> None:
    with mounted(tmp_path / "small", "1m") as small:
        folder = small.folder / "archive"
        folder.mkdir()
        small.fill(leave)
        with pytest.raises(archive.NoRoom, match="The disk is full: to archive a file takes 120,000 bytes"):
            archive.archive(extract, folder)
        assert list(folder.iterdir()) == []
        small.free()
        assert archive.archive(extract, folder).path.exists()


def _cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def _spoil_blocks(file: Path) -> None:
    with file.open("r+b") as stream:
        for place in range(12_288 + 4_096, file.stat().st_size, 262_144):
            stream.seek(place)
            stream.write(b"spoilt")


def _leave_a_strangers_log(file: Path) -> None:
    """The write-ahead log of another database, as a restored copy of the build might find beside itself."""
    other = file.with_name("other.duckdb")
    script = (
        "import duckdb, os, sys; connection = duckdb.connect(sys.argv[1]); "
        "connection.execute('create table gone as select 1 as one'); connection.execute('checkpoint'); "
        "connection.execute('insert into gone values (2)'); connection.execute('drop table gone'); os._exit(0)"
    )
    assert os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", script, str(other)]) == 0
    other.with_name("other.duckdb.wal").replace(file.with_name(f"{file.name}.wal"))
    other.unlink()


@pytest.mark.parametrize(
    "damage",
    [_cut, _spoil_blocks, lambda file: file.write_bytes(b""), lambda file: file.write_bytes(b"no" * 99)],
    ids=["cut", "blocks", "empty", "garbage"],
)
def test_a_damaged_build_points_to_rebuild(small: Settings, damage: Callable[[Path], object]) -> None:
    publish(small)
    damage(small.build_file)
    home = Warehouse(small.home, small.home)
    done = home.earlyhelp("review", "list", EARLYHELP_KEY="k" * 64)
    assert _told(done, "is damaged", "`earlyhelp rebuild`"), done
    with pytest.raises(database.DamagedBuild, match="earlyhelp rebuild"), database.connect(small) as connection:
        connection.execute("select sum(hash(told)) from core.fct_big as told").fetchall()


def test_a_build_beside_a_strangers_write_ahead_log_points_to_rebuild(small: Settings) -> None:
    _leave_a_strangers_log(small.build_file)
    with pytest.raises(database.DamagedBuild, match="earlyhelp rebuild"), database.connect(small) as connection:
        connection.execute("from core.dim_child").fetchall()
