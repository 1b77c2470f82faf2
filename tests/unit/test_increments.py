"""Incremental tables may grow only by the code that wrote what they hold."""

import duckdb

from orchestration.build import increments
from orchestration.deliveries.schema import ensure_schema


def test_a_build_grows_by_its_own_code_and_is_made_anew_by_any_other() -> None:
    with duckdb.connect() as build:
        ensure_schema(build)
        assert not increments.may_grow(build, "a"), "nobody knows who wrote what is there"
        increments.note(build, "a")
        assert increments.may_grow(build, "a")
        assert not increments.may_grow(build, "b")


def test_a_run_under_changed_code_that_was_killed_is_no_proof_for_the_code_before() -> None:
    with duckdb.connect() as build:
        ensure_schema(build)
        increments.note(build, "a")
        assert not increments.may_grow(build, "b")  # and killed before it could note b
        assert not increments.may_grow(build, "a"), "some tables may be of b"
