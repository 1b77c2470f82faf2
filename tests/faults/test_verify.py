"""`earlyhelp verify`: whatever is damaged, missing or changed of what is kept for good is found, and nothing else."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration import releases
from orchestration.build import journal
from orchestration.deliveries import archive, register
from orchestration.home import audit, disclosures, durable, pseudonym_key
from orchestration.jobs.verify import verify
from orchestration.releases import store
from orchestration.settings import Settings
from tests.support.small_build import publish
from tests.support.warehouse import Warehouse


def _verified(settings: Settings) -> list[str]:
    return [finding.text for finding in verify(settings) if finding.is_damage]


def _archived(settings: Settings, content: bytes) -> Path:
    file = settings.home / "file"
    file.write_bytes(content)
    kept = archive.archive(file, settings.archive)
    line = register.Entry(kept.sha256, "synergy", "pupils.csv", "2026-06-26T02:00:00", "run")
    register.append(settings.archive, [line])
    return kept.path


def _spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()
    path.write_bytes(content)


def _forge(release: releases.Release) -> None:
    """A file of a release changed, and its manifest made to agree, as whoever has the disk could."""
    _spoil(release.folder / release.file.name)
    path = release.folder / store.MANIFEST
    manifest = json.loads(path.read_text())
    manifest["files"][release.file.name]["sha256"] = durable.sha256(release.file)
    path.write_text(json.dumps(manifest))


def _replace_log(log: Path) -> None:
    """A log written anew with one line less, and a chain that holds."""
    lines = audit.read(log)
    log.unlink()
    audit.append(log, lines[1:])


def _cut_log(log: Path) -> None:
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:2]))


def _edit(log: Path) -> None:
    log.write_bytes(log.read_bytes().replace(b'"synergy"', b'"attainment"'))


DAMAGES: dict[str, Callable[[Settings, releases.Release, Path], object]] = {
    "a file of the archive is damaged": lambda s, r, a: _spoil(a),
    "a file of the archive is missing": lambda s, r, a: a.unlink(),
    "a file of a release is damaged": lambda s, r, a: _spoil(r.file),
    "a file of a release is missing": lambda s, r, a: (r.folder / "zone" / "Z1.duckdb").unlink(),
    "a file was put into a release": lambda s, r, a: (r.folder / "more.csv").write_text("1"),
    "a release was forged": lambda s, r, a: _forge(r),
    "a manifest is damaged": lambda s, r, a: (r.folder / store.MANIFEST).write_text('{"release_id": "'),
    "the release in force is gone": lambda s, r, a: store.remove(r),
    "a line of the register was edited": lambda s, r, a: _edit(s.archive / register.NAME),
    "the tail of a log is gone": lambda s, r, a: _cut_log(disclosures.log_of(s)),
    "a log was replaced": lambda s, r, a: _replace_log(disclosures.log_of(s)),
    "a log is gone": lambda s, r, a: disclosures.log_of(s).unlink(),
    "the journal was changed": lambda s, r, a: _spoil(next(s.knowledge.glob("*/snap_flag.parquet"))),
    "an entry of the journal is gone": lambda s, r, a: shutil.rmtree(next(s.knowledge.glob("2*"))),
    "an entry was put into the journal": lambda s, r, a: shutil.copytree(
        next(s.knowledge.glob("2*")), s.knowledge / "20200101T000000Z"
    ),
    "the key is another": lambda s, r, a: (s.build / "key.sha256").write_text("another\n"),
    "the build is cut short": lambda s, r, a: os.truncate(s.build_file, s.build_file.stat().st_size // 2),
    "a block of the build is damaged": lambda s, r, a: _spoil(s.build_file),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_whatever_is_damaged_or_changed_is_found_and_nothing_else(small: Settings, what: str) -> None:
    pseudonym_key.guard(small)
    archived = _archived(small, b"UPN\n" * 5_000)
    publish(small)
    release = publish(small)
    assert _verified(small) == []
    DAMAGES[what](small, release, archived)
    found = _verified(small)
    assert found
    assert len(found) <= 2, found


def test_verify_prints_what_is_damaged_and_what_to_do_and_exits_with_5(small: Settings) -> None:
    pseudonym_key.guard(small)
    archived = _archived(small, b"UPN\n" * 5_000)
    publish(small)
    home = Warehouse(small.home, small.home)
    whole = home.earlyhelp("verify", EARLYHELP_KEY="k" * 64)
    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert "All is as it was written" in whole.stdout
    _spoil(archived)
    damaged = home.here("verify", EARLYHELP_KEY="k" * 64)
    assert damaged.returncode == 5
    assert str(archived) in damaged.stdout
    assert "deliver it again" in damaged.stdout
    other_key = home.here("verify", EARLYHELP_KEY="x" * 64)
    assert "The pseudonym key is not the one" in other_key.stdout
    assert "not as it was sealed" in other_key.stdout


def test_an_erasures_rewriting_of_register_and_journal_is_not_taken_for_damage(small: Settings) -> None:
    archived = _archived(small, b"UPN\n" * 5_000)
    first = publish(small)
    register.drop(small.archive, [archived.name])
    archived.unlink()
    (statements,) = small.knowledge.glob(f"{first.release_id}/snap_flag.parquet")
    with duckdb.connect() as connection:
        connection.execute(f"copy (from '{statements}' limit 0) to '{statements}'")
    journal.enter_anew(small)
    assert _verified(small), "until a release is published the heads are those from before"
    second = publish(small)
    store.remove(first)
    assert _verified(small) == []
    notes = [finding.text for finding in verify(small)]
    assert any("written anew" in note for note in notes)
    assert releases.in_force(small).release_id == second.release_id


def test_a_home_from_before_the_chains_goes_on(small: Settings) -> None:
    """Logs without a chain, a journal without a log, a release without seal or number."""
    _archived(small, b"UPN\n")
    old = publish(small)
    for name in audit.LOGS:
        path = small.home / name
        lines = audit.read(path)
        path.unlink(missing_ok=True)
        if lines and path != journal.log_of(small):
            path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    manifest = json.loads((old.folder / store.MANIFEST).read_text())
    for field in ("sequence", "seal", "logs"):
        del manifest[field]
    (old.folder / store.MANIFEST).write_text(json.dumps(manifest))
    assert _verified(small) == []
    new = publish(small)
    assert _verified(small) == []
    assert [line["release_id"] for line in audit.read(journal.log_of(small))] == [old.release_id, new.release_id]
    assert disclosures.entries(small)[0].release_id == old.release_id


def test_a_damaged_manifest_is_told_and_another_release_can_be_put_in_force(small: Settings) -> None:
    old, new = publish(small), publish(small)
    (new.folder / store.MANIFEST).write_text('{"release_id": "')
    home = Warehouse(small.home, small.home)
    told = home.here("status", EARLYHELP_KEY="k" * 64)
    assert told.returncode == 1
    assert "earlyhelp rollback --to" in told.stderr
    assert "Traceback" not in told.stderr
    assert home.here("rollback", "--to", old.release_id, EARLYHELP_KEY="k" * 64).returncode == 0
    assert releases.in_force(small).release_id == old.release_id
