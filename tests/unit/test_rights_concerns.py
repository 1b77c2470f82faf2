"""An erased child leaves a school's list of concerns, and the others of the list stay as they are."""

from pathlib import Path

import pytest

from orchestration.deliveries.archive import archive
from orchestration.rights import files
from orchestration.rights.purge import write_without
from orchestration.rights.workspace import want_texts, workspace
from orchestration.settings import Settings
from tests.support.made_files import PLANTED, text, upn

pytestmark = pytest.mark.slow

HEADINGS = "Incident ID,Student UPN,Surname,Forename,Date of Birth,LAESTAB,Incident Date,Categories,Level,Status"


def row(ref: int, number: int) -> str:
    return f"{ref},{upn(number)},{PLANTED},Child{number},2012-09-01,9994001,2026-03-02,Neglect,concern,open"


def test_every_concern_of_the_child_is_found_by_the_upn_and_no_other(tmp_path: Path) -> None:
    """One of two children is a row for each: the other child's stays."""
    settings = Settings(home=tmp_path / "home", key="k" * 64)
    rows = [row(1, 1), row(1, 2), row(2, 3), row(3, 2)]
    sent = text(tmp_path / "concerns_9994001_2026-06-26.csv", "\n".join([HEADINGS, *rows, ""]))
    kept = archive(sent, settings.archive)
    with workspace(settings) as connection:
        want_texts(connection, "upn", f"select 'upn|{upn(2)}' as text")
        delivered = files.Delivered(kept.path, kept.sha256, "concerns", sent.name)
        (read,) = files.read(settings, connection, [delivered])
    assert read.rows == {"concerns__concerns": [2, 4]}
    anew = tmp_path / "anew.csv"
    write_without(read, anew)
    assert anew.read_text().splitlines() == [HEADINGS, rows[0], rows[2]]
