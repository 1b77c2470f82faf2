"""What dbt read of the project is used as long as the project is what was read, by its content."""

import os
from pathlib import Path

import pytest

from orchestration.build import dbt, fingerprint


def sources() -> str:
    return fingerprint.files(dbt.SOURCES)


def fresh() -> bool:
    return dbt._is_fresh(sources())


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that was read."""
    for name in dbt.SOURCES:
        place = tmp_path / name / "a" if "." not in name else tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("select 1")
    monkeypatch.setattr(fingerprint, "PROJECT", tmp_path)
    monkeypatch.setattr(dbt, "TARGET", tmp_path / "target")
    dbt.TARGET.mkdir()
    for name in (dbt.MANIFEST, dbt.READ):
        (dbt.TARGET / name).write_text("{}")
    (dbt.TARGET / dbt.STAMP).write_text(dbt._stamp(sources()))
    assert fresh()
    return tmp_path


def test_what_was_read_is_kept_however_new_its_files_are(project: Path) -> None:
    os.utime(project / "models" / "a")
    assert fresh()


@pytest.mark.parametrize("name", ["models/a", "seeds/a", "tests/dbt/a", "requirements.lock"])
def test_another_file_of_an_earlier_date_is_read(project: Path, name: str) -> None:
    """As an upgrade brings it that keeps the dates of its files."""
    (project / name).write_text("select 2")
    os.utime(project / name, (0, 0))
    assert not fresh()


def test_a_file_that_was_taken_away_is_no_longer_there(project: Path) -> None:
    (project / "models" / "a").unlink()
    assert not fresh()


def test_what_somebody_else_read_since_is_read_anew(project: Path) -> None:
    os.utime(dbt.TARGET / dbt.MANIFEST, (0, 0))
    assert not fresh()


def test_what_changes_while_dbt_reads_was_not_read(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A branch that is switched, or a file that is saved, in the seconds that reading takes."""

    def read_and_saved() -> None:
        (dbt.TARGET / dbt.MANIFEST).write_text("{}")
        (project / "models" / "a").write_text("select 3")

    (project / "models" / "a").write_text("select 2")
    monkeypatch.setattr(dbt, "_parse", read_and_saved)
    dbt.target.__wrapped__()
    assert not fresh()
