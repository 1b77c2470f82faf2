"""Homes that others can get at: found, said in a sentence, mended; folders into which another account drops files."""

import grp
import os
import subprocess
import sys
from pathlib import Path

import pytest

from expectations.contract.model import sources
from orchestration.home import modes, surroundings
from orchestration.settings import PROJECT, Settings
from tests.support import accounts


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home as it was made before there was a rule: whatever the account's umask let be."""
    home = tmp_path / "home"
    for name in ("archive/ab", "build/early_help.duckdb", "logs/last_run.log", "releases/1/early_help.duckdb"):
        (home / name).parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        (home / name).write_text("names")
        (home / name).chmod(0o644)
    (home / "archive/ab").chmod(0o444)
    (home / "current").symlink_to("releases/1")
    for folder in [home, *(path for path in home.rglob("*") if path.is_dir() and not path.is_symlink())]:
        folder.chmod(0o755)
    return home


def earlyhelp(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        cwd=PROJECT,
        env={**os.environ, "EARLYHELP_HOME": str(home), "EARLYHELP_KEY": "k" * 64, **environment},
        umask=0,
        capture_output=True,
        text=True,
    )


def test_doctor_finds_every_place_that_is_open_and_mends_it(home: Path) -> None:
    places = {home, *(path for path in home.rglob("*") if not path.is_symlink())}
    assert {found.path for found in modes.findings(Settings(home=home))} == places
    found = earlyhelp(home, "doctor")
    assert found.returncode == 1
    assert f"{home}/logs is open to every account (0755 instead of 0700), and 1 more places" in found.stdout
    assert "earlyhelp doctor --mend" in found.stdout
    mended = earlyhelp(home, "doctor", "--mend")
    assert mended.returncode == 0, mended.stdout
    assert f"{len(places)} places mended" in mended.stdout
    assert [path for path in places if path.stat().st_mode & 0o077] == []
    assert (home / "archive/ab").stat().st_mode & 0o777 == 0o400, "what nobody may write stays so"


def test_status_names_the_command(home: Path) -> None:
    (home / "current").unlink()
    (home / "build/early_help.duckdb").unlink()
    assert "places of the home are not as safe as they must be: earlyhelp doctor" in earlyhelp(home, "status").stdout
    earlyhelp(home, "doctor", "--mend")
    assert "earlyhelp doctor" not in earlyhelp(home, "status").stdout


def test_a_home_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "new"
    assert earlyhelp(home, "init").returncode == 0
    made = {home, *home.rglob("*")}
    assert {home / "landing" / source for source in sources()} <= made
    assert {path.stat().st_mode & 0o777 for path in made} == {0o700}


def test_a_group_that_does_not_exist_is_said_before_anything_is_built(tmp_path: Path) -> None:
    (tmp_path / "landing/deprivation").mkdir(parents=True)
    (tmp_path / "landing/deprivation/scores.csv").write_text("a file that waits")
    for command in (["init"], ["doctor"], ["build"]):
        said = earlyhelp(tmp_path, *command, EARLYHELP_READERS_GROUP="no_such_group")
        assert said.returncode == 1
        assert "There is no group no_such_group" in said.stderr
        assert "Traceback" not in said.stderr
    assert not (tmp_path / "build/early_help.duckdb").exists()


def test_the_readers_group_gets_what_was_published_before_it_was_named(home: Path) -> None:
    (group, *_) = accounts.groups() if os.geteuid() == 0 else [grp.getgrgid(os.getgid()).gr_name]
    settings = Settings(home=home, readers_group=group)
    (home / "releases/1/zone").mkdir()
    assert modes.repair(settings) == []
    gid = grp.getgrnam(group).gr_gid
    for path, mode in {
        home: 0o710,
        home / "releases": 0o2750,
        home / "releases/1": 0o2750,
        home / "releases/1/early_help.duckdb": 0o640,
    }.items():
        assert (path.stat().st_mode & 0o7777, path.stat().st_gid) == (mode, gid), path
    assert (home / "releases/1/zone").stat().st_mode & 0o777 == 0o700
    assert (home / "build").stat().st_mode & 0o777 == 0o700
    assert modes.repair(Settings(home=home)) == []
    assert (home / "releases/1/early_help.duckdb").stat().st_mode & 0o777 == 0o600, "the group is named no more"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts a process of another account")
def test_deliverers_drop_files_that_no_other_account_sees_or_takes(open_folder: Path) -> None:
    deliverers, readers, others = accounts.groups()[:3]
    home = open_folder / "home"
    named = {"EARLYHELP_DELIVERERS_GROUP": deliverers, "EARLYHELP_READERS_GROUP": readers}
    assert earlyhelp(home, "init", **named).returncode == 0
    dropped = home / "landing/synergy/pupils.csv"

    def shell(command: str, group: str) -> int:
        return accounts.run(["sh", "-c", f"umask 022; {command}"], group).returncode

    assert shell(f"echo a > {dropped}", others) != 0
    assert shell(f"echo a > {dropped}", deliverers) == 0
    assert grp.getgrgid(dropped.stat().st_gid).gr_name == deliverers
    for group in (readers, others):
        assert shell(f"cat {dropped}", group) != 0
    assert shell(f"ls {dropped.parent}", deliverers) != 0
    assert shell(f"echo a > {home}/file", deliverers) != 0
    (dropped.parent / "of_another.csv").write_text("b")
    assert shell(f"mv {dropped.parent}/of_another.csv {dropped.parent}/mine.csv", deliverers) != 0
    settings = Settings(home=home, deliverers_group=deliverers, readers_group=readers)
    (home / "landing/.being_read").mkdir(mode=0o755)
    assert modes.repair(settings) == []
    assert shell(f"ls {home}/landing/.being_read", deliverers) != 0
    assert list(modes.findings(settings)) == []


def test_what_surrounds_a_home_is_judged(tmp_path: Path) -> None:
    key = tmp_path / "anybody" / "key"
    key.parent.mkdir()
    key.parent.chmod(0o777)
    key.write_text("k" * 64)
    key.chmod(0o644)
    settings = Settings(home=key.parent / "home", key_file=key)
    said = [f"{found.path} {found.fault}" for found in surroundings.findings(settings)]
    assert f"{key.parent} lets every account put something else in the place of {settings.home}" in said
    assert f"{key} holds the pseudonym key and is open to others (0644)" in said
    inside = Settings(home=tmp_path, key_file=key)
    assert any("lies inside the home" in found.fault for found in surroundings.findings(inside))
    key.parent.chmod(0o755)
    key.chmod(0o600)
    assert list(surroundings.findings(settings)) == []


def test_an_encrypted_disk_is_known_by_what_it_lies_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's list of disks, as files: a volume on an encrypted one."""
    device = tmp_path.stat().st_dev
    volume = tmp_path / f"{os.major(device)}:{os.minor(device)}"
    (volume / "dm").mkdir(parents=True)
    (volume / "dm/uuid").write_text("LVM-abc")
    monkeypatch.setattr(surroundings, "BLOCK_DEVICES", tmp_path)
    assert not surroundings.is_encrypted(Settings(home=tmp_path))
    (volume / "slaves/below/dm").mkdir(parents=True)
    (volume / "slaves/below/dm/uuid").write_text("CRYPT-LUKS2-abc")
    assert surroundings.is_encrypted(Settings(home=tmp_path))
