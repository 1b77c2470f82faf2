"""dbt's unit tests: every rule at its threshold, one step below and one above."""

import os
import re
import subprocess
from pathlib import Path

from orchestration.build.dbt import EXECUTABLE
from tests.support.warehouse import KEY, PROJECT, Warehouse


def test_every_unit_test_of_the_models_passes(clean: Warehouse, tmp_path: Path) -> None:
    done = subprocess.run(
        [EXECUTABLE, "test", "--select", "test_type:unit", "--target-path", tmp_path, "--log-path", tmp_path],
        cwd=PROJECT,
        env={**os.environ, "EARLYHELP_HOME": str(clean.home), "EARLYHELP_KEY": KEY},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    passed = int(re.search(r"PASS=(\d+)", done.stdout).group(1))
    written = sum(
        path.read_text().count("- name: int_flags_evaluated__") for path in (PROJECT / "models").rglob("*.yml")
    )
    assert passed >= written > 0
