"""The page on BI tools tells of the versions that the clients are locked to: of what was tested, and of all of it."""

from datetime import date
from pathlib import Path

import pytest

from orchestration.settings import PROJECT
from tests.support.clients import table

ELSEWHERE = {"power_bi"}
"""What checks text and reads no release."""


def test_every_client_that_is_locked_has_a_row() -> None:
    locked = {path.stem for path in table.LOCKED.iterdir()} - ELSEWHERE
    assert locked == set(table.CLIENTS)
    assert len({table.label(client) for client in table.CLIENTS}) == len(table.CLIENTS)


@pytest.mark.parametrize("client", table.CLIENTS)
def test_something_is_written_of_the_locked_versions(client: str) -> None:
    """Where it fails, a version was locked of which `make clients` has not yet written what it does."""
    assert table.written().get((client, table.READS))


def test_what_was_found_is_written_and_the_rest_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "index.md"
    page.write_text(table.PAGE.read_text())
    monkeypatch.setattr(table, "PAGE", page)
    before = table.written()
    table.write({("adbc", table.DECRYPTS): "no: a test"}, date(2030, 1, 2))
    assert table.written() == before | {
        ("adbc", table.DECRYPTS): "no: a test",
        ("adbc", table.ASKED): "2030-01-02",
    }
    table.write(
        {("adbc", table.DECRYPTS): before["adbc", table.DECRYPTS]}, date.fromisoformat(before["adbc", table.ASKED])
    )
    assert page.read_text() == (PROJECT / "docs/bi-tools/index.md").read_text()
