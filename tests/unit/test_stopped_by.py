"""What stopped a build is said in the words of whoever knows what it happened to."""

from pathlib import Path

import pytest
from dagster_shared.error import SerializableErrorInfo

from orchestration.jobs import build
from orchestration.settings import Settings


def error(*chain: str) -> SerializableErrorInfo:
    """Errors as Dagster keeps them, each raised from the next: `module.Class: message`."""
    made = None
    for said in reversed(chain):
        made = SerializableErrorInfo(f"{said}\n", [], said.partition(":")[0].rpartition(".")[2], made)
    assert made
    return made


STEP = "dagster._core.errors.DagsterExecutionStepExecutionError: Error occurred while executing op"
SQL = 'Binder Error: Values list "source" does not have a column named "interpreter"'


@pytest.mark.parametrize(
    ("chain", "told"),
    [
        (
            (
                STEP,
                f"orchestration.build.warehouse.BuildError: stg_a (models/a.sql): {SQL}",
                f"_duckdb.BinderException: {SQL}",
            ),
            f"stg_a (models/a.sql): {SQL}",
        ),
        (
            (STEP, f"_duckdb.BinderException: data test b: {SQL}", f"_duckdb.BinderException: {SQL}"),
            f"_duckdb.BinderException: data test b: {SQL}",
        ),
        (("dagster._core.definitions.events.Failure: 1 data tests failed: c",), "1 data tests failed: c"),
        ((STEP, "RuntimeError: nobody knows"), "RuntimeError: nobody knows"),
        (("dagster._core.errors.DagsterAssetCheckFailedError: 1 check failed",), None),
    ],
)
def test_a_table_or_test_that_fails_is_named(chain: tuple[str, ...], told: str | None) -> None:
    assert build.cause_of(Settings(), error(*chain)) == told


def test_what_to_do_about_a_full_disk_is_read_of_the_first_error(tmp_path: Path) -> None:
    chain = (
        STEP,
        "orchestration.build.warehouse.BuildError: stg_a (models/a.sql): not written",
        "OSError: No space left on device",
    )
    told = build.cause_of(Settings(home=tmp_path), error(*chain))
    assert told and told.startswith("The disk is full")
