"""The page for a council's data team: its files make a folder, and the command prints what the page prints."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from expectations.council import overlay
from orchestration import cli
from orchestration.settings import PROJECT

PAGE = PROJECT / "docs" / "operators" / "council.md"
FILE = re.compile(
    r"`/srv/council/((?:seeds|contracts/\w+)/\w+\.(?:csv|yml)|council\.yml)`:\n\n```\n(.*?)```", re.DOTALL
)
PRINTED = re.compile(r"<!-- printed: (\w+) -->\n```\n(.*?)```", re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the page."""
    monkeypatch.setattr(overlay, "LAID", tmp_path / "laid")
    files = FILE.findall(PAGE.read_text(encoding="utf-8"))
    assert len(files) == 6
    for name, text in files:
        path = tmp_path / "council" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "council"


def printed(what: str) -> str:
    return dict(PRINTED.findall(PAGE.read_text(encoding="utf-8")))[what]


def check(folder: Path) -> tuple[int, str]:
    done = CliRunner().invoke(cli.app, ["council", "check", str(folder)])
    return done.exit_code, done.output


def test_the_page_prints_what_differs(folder: Path) -> None:
    assert check(folder) == (0, printed("check"))


def test_the_page_prints_what_is_wrong(folder: Path) -> None:
    for name, right, mistaken in (("ref_flag", "is_on", "is_onn"), ("ref_flag_rule", "0.15", "15 %")):
        path = folder / "seeds" / f"{name}.csv"
        path.write_text(path.read_text().replace(right, mistaken))
    assert check(folder) == (1, printed("wrong"))


def test_the_folder_to_begin_with_is_told_and_never_written_over(tmp_path: Path) -> None:
    """As the page says: it changes nothing yet, and its README lists every seed."""
    run = CliRunner().invoke
    done = run(cli.app, ["council", "new", str(tmp_path / "new"), "--name", "Borough of Eastmere"])
    assert (done.exit_code, done.output.splitlines()[-1]) == (
        0,
        f"Next: add rows, then earlyhelp council check {tmp_path / 'new'}",
    )
    assert check(tmp_path / "new") == (0, "Borough of Eastmere, version 1: 0 differences from the defaults.\n")
    again = run(cli.app, ["council", "new", str(tmp_path / "new")])
    assert again.exit_code == 1
    assert "is not empty; name a new folder" in again.output


def test_an_empty_folder_is_told_to_be_the_checkout(tmp_path: Path) -> None:
    assert check(tmp_path) == (0, f"{tmp_path} is empty: everything is as in this checkout.\n")
