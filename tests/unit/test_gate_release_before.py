"""What is compared with the release before: each rule at its threshold and a step either side; an engineer's word."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from expectations.metrics.release.before import REMARKABLE_CHILDREN, REMARKABLE_COUNT, ROSE
from expectations.suites.release import SUITE
from tests.support.gate_star import AS_OF, judge, published, star

pytestmark = pytest.mark.slow


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with star() as connection:
        yield connection


def counts(raised: int, assessable: int = 1000, flag: str = "sen", zone: str = "Z1") -> str:
    return (
        f"update mart.mart_zone_dashboard set raised_count = {raised}, assessable_count = {assessable} "
        f"where flag_code = '{flag}' and zone_code = '{zone}'"
    )


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (38, 0, "fail"),
        (30, 10, "pass"),
        (30, 9, "fail"),
        (30, 11, "pass"),
        (REMARKABLE_COUNT, 0, "fail"),
        (REMARKABLE_COUNT - 1, 0, "pass"),
        (13, 4, "pass"),
        (13, 3, "fail"),
    ],
)
def test_a_flag_of_a_zone_that_vanishes_stops_the_release(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, before: int, now: int, expected: str
) -> None:
    connection.execute(counts(now))
    result = judge(connection, published(tmp_path / "before.duckdb", counts(before)))["flags_vanished"]
    assert result.outcome == expected
    assert expected == "pass" or f"Z1 sen from {before} to {now}" in result.detail


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [(0, 9, "pass"), (0, 10, "fail"), (10, 10 * ROSE, "pass"), (10, 21, "fail"), (17, 45, "fail")],
)
def test_a_flag_of_a_zone_that_doubles_stops_the_release(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, before: int, now: int, expected: str
) -> None:
    connection.execute(counts(now))
    result = judge(connection, published(tmp_path / "before.duckdb", counts(before)))["flags_doubled"]
    assert result.outcome == expected


@pytest.mark.parametrize(("then", "now", "expected"), [(1000, 500, "fail"), (1000, 499, "pass"), (499, 1000, "pass")])
def test_flags_are_compared_only_where_they_could_be_assessed_at_both_times(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, then: int, now: int, expected: str
) -> None:
    connection.execute(counts(0, now))
    result = judge(connection, published(tmp_path / "before.duckdb", counts(300, then)))["flags_vanished"]
    assert result.outcome == expected


def test_a_pyramid_that_moves_to_another_zone_takes_its_flags_with_it(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    connection.execute(counts(59, 1900))
    before = published(tmp_path / "before.duckdb", counts(27, 1100))
    assert judge(connection, before)["flags_doubled"].outcome == "pass"


@pytest.mark.parametrize(
    ("rate", "assessable", "expected"), [(0.3, 1000, "pass"), (0.31, 1000, "fail"), (0.9, 499, "pass")]
)
def test_a_county_flag_that_leaps_stops_the_release(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, rate: float, assessable: int, expected: str
) -> None:
    of_county = (
        "update mart.mart_zone_dashboard set raised_rate = {}, assessable_count = {} "
        "where is_county and flag_code = 'sen'"
    )
    connection.execute(of_county.format(rate, assessable))
    before = published(tmp_path / "before.duckdb", of_county.format(0.2, 1000))
    result = judge(connection, before)["flag_rate_leapt"]
    assert result.outcome == expected


def children(count: int, name: str = "n", born: str = "2014-05-01") -> str:
    """So many more children of the population, named by a letter and a number."""
    return f"""
    insert into core.dim_child
        select '{name}' || n, true, date '{born}', 'a1' from range({count}) as numbers (n);
    insert into intermediate.int_populations
        select 'school_age', '{name}' || n, date '{AS_OF}' from range({count}) as numbers (n);
    """


@pytest.mark.parametrize(
    ("new", "expected"),
    [(REMARKABLE_CHILDREN - 1, "pass"), (REMARKABLE_CHILDREN, "pass"), (52, "pass"), (53, "fail"), (59, "fail")],
)
def test_children_who_come_from_nowhere_stop_the_release(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, new: int, expected: str
) -> None:
    connection.execute(children(998, "k") + children(new))
    result = judge(connection, published(tmp_path / "before.duckdb", children(998, "k")))["children_from_nowhere"]
    assert result.outcome == expected


def test_children_who_enter_school_come_every_september(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    connection.execute(children(300, born="2021-01-01"))
    assert judge(connection, published(tmp_path / "before.duckdb"))["children_from_nowhere"].outcome == "pass"


def test_a_source_that_is_new_may_bring_children(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    connection.execute(children(300))
    connection.execute("insert into ops.delivery values ('d2', 'school_census', 'accepted', 0, 0, 0)")
    result = judge(connection, published(tmp_path / "before.duckdb"))["children_from_nowhere"]
    assert (result.outcome, result.observed) == ("pass", None)


def test_a_child_under_another_key_than_before_is_not_from_nowhere(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    connection.execute(children(300))
    connection.execute(
        "insert into core.brg_earlier_child__child select 'old' || n, 'n' || n from range(300) as numbers (n)"
    )
    before = published(tmp_path / "before.duckdb", children(300, "old"))
    assert judge(connection, before)["children_from_nowhere"].outcome == "pass"


@pytest.mark.parametrize(("without", "expected"), [(5, "pass"), (6, "fail")])
def test_areas_that_lose_their_decile_stop_the_release(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, without: int, expected: str
) -> None:
    connection.execute(children(97, "k"))
    connection.execute(
        f"update core.dim_child set area_key = 'new' "
        f"where child_durable_key in (from range({without}) select 'k' || range)"
    )
    result = judge(connection, published(tmp_path / "before.duckdb", children(97, "k")))["deciles_lost"]
    assert result.outcome == expected


def test_people_of_a_source_who_are_no_children_any_more_are_links_lost(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """Birth dates of another century: grown-ups are not counted, so those left are linked as often as before."""
    connection.execute(
        "update core.fct_link_summary set links_count = case link_status when 'linked' then 14 else 3 end"
    )
    before = published(tmp_path / "before.duckdb")
    assert judge(connection, before)["links_lost"].outcome == "pass"
    connection.execute("update core.fct_link_summary set links_count = 13 where link_status = 'linked'")
    assert judge(connection, before)["links_lost"].outcome == "fail"
    connection.execute("delete from core.fct_link_summary")
    result = judge(connection, before)["links_lost"]
    assert (result.outcome, result.detail.partition(".")[0]) == (
        "fail",
        "family_matters: 0 of 0 linked, after 40 of 50",
    )


@pytest.mark.parametrize(("linked", "expected"), [(30, "pass"), (29, "fail"), (0, "fail"), (45, "pass")])
def test_people_of_a_source_who_are_no_longer_linked_stop_the_release(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, linked: int, expected: str
) -> None:
    connection.execute(
        f"update core.fct_link_summary "
        f"set links_count = case link_status when 'linked' then {linked} else 50 - {linked} end"
    )
    result = judge(connection, published(tmp_path / "before.duckdb"))["links_lost"]
    assert result.outcome == expected


def test_a_change_that_an_engineer_accepts_warns_and_says_who_and_why(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    connection.execute(counts(0))
    word = "Accepted by kim on 2026-06-26: all plans were reviewed."
    before = published(tmp_path / "before.duckdb", counts(38))
    results = judge(connection, before, {"flags_vanished": word, "children_lost": word})
    assert results["flags_vanished"].outcome == "warn"
    assert results["flags_vanished"].detail.endswith(word)
    connection.execute("delete from core.dim_child where child_durable_key = 'c2'")
    assert judge(connection, before, {"children_lost": word})["children_lost"].outcome == "fail"


def test_every_rule_that_can_be_accepted_says_how() -> None:
    from expectations.metrics.catalogue import metric

    for rule in SUITE.rules:
        assert rule.may_be_accepted == (f"accept-change {rule.name}" in metric(rule.metric).remedy)
