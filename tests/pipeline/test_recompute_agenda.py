"""Tiers and agendas as they follow from the files: whom a huddle should mean first, whom it talks about and why."""

from collections.abc import Iterator

import duckdb
import pytest

from tests.support.recompute.comparison import recomputed, work_out_agendas
from tests.support.warehouse import Warehouse

PLACES = 15


@pytest.fixture(scope="module")
def files(clean: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    with recomputed(clean) as connection:
        work_out_agendas(connection, clean.county)
        yield connection


def test_every_child_is_in_the_tier_that_its_flags_give(files: duckdb.DuckDBPyConnection) -> None:
    differences = files.execute(
        """
        select keys.child_id, tier.tier, listed.tier_code, tier.reasons, listed.reasons_raised_count, tier.strong,
            listed.indicators_strong_count
        from said.mart.mart_child_list as listed
        left join keys using (child_durable_key)
        full join tier using (child_id)
        where (tier.tier, tier.reasons, tier.strong)
            is distinct from (listed.tier_code, listed.reasons_raised_count, listed.indicators_strong_count)
        """
    ).fetchall()
    assert differences == []
    assert {tier for (tier,) in files.execute("select distinct tier from tier").fetchall()} == {
        "first",
        "second",
        "third",
        "none",
    }


def test_every_agenda_holds_the_children_that_the_files_give_and_for_that_reason(
    files: duckdb.DuckDBPyConnection,
) -> None:
    differences = files.execute(
        """
        select keys.child_id, agenda.reason, published.reason_code, agenda.school_id, published.school_id
        from said.mart.mart_huddle_agenda as published
        left join keys using (child_durable_key)
        full join agenda using (child_id)
        where (agenda.reason, agenda.school_id) is distinct from (published.reason_code, published.school_id)
        """
    ).fetchall()
    assert differences == []
    reasons = {reason for (reason,) in files.execute("select distinct reason from agenda").fetchall()}
    assert reasons == {"surprise", "got_worse", "newly_flagged", "review_overdue", "first_tier", "already_known"}


def test_nobody_of_the_first_tier_is_neither_talked_about_nor_decided_nor_answered(
    files: duckdb.DuckDBPyConnection,
) -> None:
    (first, left) = files.execute(
        """
        select count(*), count(*) filter (
            where child_id not in (select child_id from agenda) and child_id not in (from quiet)
            and child_id not in (select child_id from open_response where answer <> 'new')
        )
        from tier
        inner join next_meeting using (school_id)
        where tier = 'first'
        """
    ).fetchall()[0]
    assert first > 0 and left == 0


def test_no_more_have_a_place_than_there_are_places(files: duckdb.DuckDBPyConnection) -> None:
    schools = files.execute(
        """
        select school_id, count(*), count(*) filter (where has_place), max(agenda_position) filter (where has_place)
        from said.mart.mart_huddle_agenda group by all
        """
    ).fetchall()
    assert schools and all(placed == last == min(listed, PLACES) for _, listed, placed, last in schools)
