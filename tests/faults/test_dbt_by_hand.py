"""dbt started by hand where something is missing says in a sentence what to do, and leaves nothing behind."""

import os
import subprocess
from pathlib import Path

import pytest

from orchestration.build import dbt
from orchestration.settings import PROJECT


@pytest.mark.parametrize(
    ("key", "said"),
    [("k" * 64, "There is no build in"), (None, "There is no pseudonym key in")],
    ids=["without a build", "without a key"],
)
def test_what_dbt_cannot_do_without_is_said_in_a_sentence(key: str | None, said: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    told = {name: value for name, value in os.environ.items() if not name.startswith("EARLYHELP_")}
    told |= {"EARLYHELP_HOME": str(home)}
    told |= {"EARLYHELP_KEY": key} if key else {"EARLYHELP_KEY_FILE": str(tmp_path / "key")}
    done = subprocess.run(
        [dbt.EXECUTABLE, "test", "--select", "int_flags_evaluated", *dbt.places(tmp_path / "dbt")],
        cwd=PROJECT,
        env=told | dbt.QUIET,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert said in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert not home.exists()
