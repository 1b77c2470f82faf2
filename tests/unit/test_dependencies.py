"""The lock held against advisories, and its bill of materials. The advisories are invented, on an invented package."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from orchestration.dependencies import advisories, lock, sbom
from orchestration.dependencies.lock import Locked
from orchestration.settings import PROJECT

PACKAGE = "invented-package"


def advisory(name: str, *events: dict[str, str], versions: tuple[str, ...] = (), **more: object) -> dict[str, Any]:
    affected = {
        "package": {"ecosystem": "PyPI", "name": name},
        "ranges": [{"type": "ECOSYSTEM", "events": list(events)}] if events else [],
        "versions": list(versions),
    }
    return {
        "id": "INVENTED-2026-1",
        "modified": "2026-06-25T10:00:00Z",
        "summary": "It is invented.",
        "aliases": ["INVENTED-CVE"],
        "affected": [affected],
        **more,
    }


def found(record: dict[str, Any], version: str, folder: Path) -> list[advisories.Advisory]:
    (folder / "advisories.json").write_text(json.dumps([record]))
    locked = [Locked(PACKAGE, version, "", ())]
    return advisories.audit(locked, str(folder / "advisories.json")).found


@pytest.mark.parametrize(
    ("version", "is_found"),
    [("1.1.9", False), ("1.2", True), ("1.2.0rc1", False), ("1.9", True), ("2.0rc1", True), ("2.0", False)],
)
def test_a_version_is_affected_from_where_it_was_introduced_until_it_was_fixed(
    version: str, is_found: bool, tmp_path: Path
) -> None:
    record = advisory("Invented_Package", {"introduced": "1.2"}, {"fixed": "2.0"})
    assert bool(found(record, version, tmp_path)) is is_found


@pytest.mark.parametrize(("version", "is_found"), [("0.1", True), ("3.0", True), ("3.0.1", False)])
def test_a_last_affected_version_is_affected_and_zero_is_before_all(
    version: str, is_found: bool, tmp_path: Path
) -> None:
    assert bool(found(advisory(PACKAGE, {"introduced": "0"}, {"last_affected": "3.0"}), version, tmp_path)) is is_found


def test_two_ranges_leave_what_lies_between_them(tmp_path: Path) -> None:
    events = ({"introduced": "1"}, {"fixed": "1.5"}, {"introduced": "2"}, {"fixed": "2.5"})
    told = [version for version in ("1.4", "1.6", "2.1", "2.5") if found(advisory(PACKAGE, *events), version, tmp_path)]
    assert told == ["1.4", "2.1"]


def test_listed_versions_withdrawn_ones_and_other_packages(tmp_path: Path) -> None:
    assert found(advisory(PACKAGE, versions=("1.0",)), "1.0", tmp_path)
    assert not found(advisory(PACKAGE, versions=("1.0",), withdrawn="2026-06-26T00:00:00Z"), "1.0", tmp_path)
    assert not found(advisory("another-package", versions=("1.0",)), "1.0", tmp_path)
    assert found(advisory(PACKAGE, {"introduced": "who knows"}), "1.0", tmp_path), "told of, not left out"


def test_what_holds_no_advisories_proves_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty.json").write_text("[]")
    with pytest.raises(LookupError, match="proves nothing"):
        advisories.audit([], str(tmp_path / "empty.json"))
    (tmp_path / "other.json").write_text('[{"id": "x"}]')
    with pytest.raises(ValueError, match="not in the OSV format"):
        advisories.audit([], str(tmp_path / "other.json"))


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "dependencies", *arguments],
        cwd=PROJECT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


def exported(folder: Path, *records: dict[str, Any]) -> str:
    """A zip as OSV exports it: one file for each advisory."""
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        for number, record in enumerate(records):
            archive.writestr(f"INVENTED-2026-{number}.json", json.dumps(record))
    return str(folder / "all.zip")


def test_the_command_names_what_is_known_against_the_lock_and_how_old_its_file_is(tmp_path: Path) -> None:
    locked = lock.read()[0]
    day = datetime.now(UTC)
    record = advisory(locked.name, {"introduced": "0"}, {"fixed": "9999"}, modified=day.isoformat())
    said = command("audit", exported(tmp_path, record))
    assert said.returncode == 4
    assert f"against 1 advisories, the newest of {day:%Y-%m-%d}" in said.stdout
    assert (
        f"{locked.name} {locked.version}: INVENTED-2026-1, INVENTED-CVE. It is invented. (mended in 9999)"
        in said.stdout
    )

    fresh = exported(tmp_path, record | {"affected": []})
    said = command("audit", EARLYHELP_ADVISORIES=fresh)
    assert (said.returncode, said.stdout.splitlines()[-1]) == (0, "None is known against these versions.")

    old = exported(tmp_path, record | {"affected": [], "modified": (day - timedelta(days=20)).isoformat()})
    said = command("audit", old)
    assert said.returncode == 1
    assert "20 days old: fetch newer ones" in said.stderr

    said = command("audit", str(tmp_path / "nowhere.zip"))
    assert said.returncode == 1 and "nowhere.zip" in said.stderr and "Traceback" not in said.stderr


def test_the_lock_is_read_whole() -> None:
    text = lock.LOCK.read_text()
    locked = lock.read()
    assert len(locked) == text.count("==") - text.count(" == ")
    assert sum(len(package.sha256) for package in locked) == text.count("--hash=sha256:")
    assert all(len(digest) == 64 for package in locked for digest in package.sha256)


def test_the_bill_of_materials_is_of_the_whole_lock_valid_and_the_same_each_time() -> None:
    locked = lock.read()
    bill = sbom.write(locked)
    assert bill == sbom.write(lock.read())
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None
    told = {(part["name"], part["version"]): part for part in json.loads(bill)["components"]}
    assert set(told) == {(package.name, package.version) for package in locked}
    for package in locked:
        hashes = {one["content"] for one in told[package.name, package.version]["hashes"]}
        assert hashes == set(package.sha256)
    assert any("licenses" in part for part in told.values())


def test_another_lock_has_another_bill() -> None:
    digest = hashlib.sha256(b"a file").hexdigest()
    bills = [json.loads(sbom.write([Locked(PACKAGE, version, "", (digest,))])) for version in ("1", "2")]
    assert bills[0]["serialNumber"] != bills[1]["serialNumber"]
