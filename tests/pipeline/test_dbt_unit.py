"""dbt's unit tests: every rule at its threshold, one step below and one above."""

import json
import os
import subprocess
from pathlib import Path

from orchestration.build import dbt
from tests.pipeline.warehouse import KEY, PROJECT, Warehouse


def test_every_unit_test_of_the_models_passes(clean: Warehouse, tmp_path: Path) -> None:
    written = dbt.manifest()["unit_tests"].keys()
    done = subprocess.run(
        [dbt.EXECUTABLE, "test", "--select", "test_type:unit", "--target-path", tmp_path, "--log-path", tmp_path],
        cwd=PROJECT,
        env={**os.environ, "EARLYHELP_HOME": str(clean.home), "EARLYHELP_KEY": KEY},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    results = json.loads((tmp_path / "run_results.json").read_text())["results"]
    assert {result["unique_id"] for result in results if result["status"] == "pass"} == written
