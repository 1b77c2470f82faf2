"""A build that does not add up is not published."""

import shutil
from pathlib import Path

import duckdb

from tests.pipeline.warehouse import Warehouse


def test_a_build_that_lost_a_row_is_stopped_by_the_release_gate(clean: Warehouse, tmp_path: Path) -> None:
    shutil.copytree(clean.home, tmp_path / "home", symlinks=True)
    spoiled = Warehouse(tmp_path / "home", clean.county)
    before = spoiled.release("select release_id from ops.release")
    with duckdb.connect(str(spoiled.home / "build" / "early_help.duckdb")) as build:
        build.execute("delete from raw.synergy__pupils where _row_number = 1")
    done = spoiled.earlyhelp("build", "--as-of", "2026-06-25")
    assert done.returncode == 1, done.stdout
    assert "the release in force is untouched" in done.stderr
    assert "rows" in done.stderr
    assert spoiled.release("select release_id from ops.release") == before
    failed = spoiled.inside("select rule from ops.check_result where outcome = 'fail'")
    assert len(failed) == 1
