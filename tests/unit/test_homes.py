"""What tests begin from is made once for each state of the project, whole, and nobody spoils it for the next one."""

from pathlib import Path

import pytest

from tests.support import counties, homes


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(homes, "KEPT", tmp_path / "kept")
    return homes.KEPT


def test_it_is_made_once_and_copied_and_anew_when_the_project_changed(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []

    def make(folder: Path) -> None:
        made.append(folder)
        (folder / "file").write_text("whole")

    (homes.copied("home", make, tmp_path / "one") / "file").write_text("spoiled")
    assert (homes.copied("home", make, tmp_path / "two") / "file").read_text() == "whole"
    assert len(made) == 1
    monkeypatch.setattr(homes, "_state", lambda made_in: "another")
    assert homes.kept("home", make) == kept / "home" / "another"
    assert len(made) == 2
    assert list((kept / "home").iterdir()) == [kept / "home" / "another"], "of each state before, nothing is left"


def test_what_was_cut_short_is_made_again(kept: Path, tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise RuntimeError("no room")

    with pytest.raises(RuntimeError, match="no room"):
        homes.kept("home", fail)
    whole = homes.kept("home", lambda folder: (folder / "file").touch())
    assert [path.name for path in whole.iterdir()] == ["file"]


def test_the_state_is_another_where_it_is_made_otherwise() -> None:
    """By the file in which it is made; that of the project is by content, as a release's is."""
    assert homes._state(homes.__file__) == homes._state(homes.__file__) != homes._state(__file__)


def test_a_helper_that_makes_no_home_makes_none_anew() -> None:
    """What counties are made with is followed through its imports, and no other helper of the tests."""
    names = {path.name for path in homes._helpers(Path(counties.__file__))}
    assert names >= {"counties.py", "homes.py", "warehouse.py"}
    assert not names & {"authors.py", "hostile_files.py", "traces.py"}
