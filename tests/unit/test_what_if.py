"""Small numbers of a what-if are not shown, and cannot be worked out from what is."""

import random
from typing import Any

import duckdb
import pytest

from orchestration.what_if import evaluate

SMALL = 5


def county(changes: dict[tuple[str, str], tuple[int, int]]) -> duckdb.DuckDBPyConnection:
    """Changes of one flag on one date: by (zone, school), how many would be gained and how many lost."""
    connection = duckdb.connect()
    connection.execute(
        "create temp table what_if_change (as_of_date date, is_current boolean, flag_code varchar, zone_name varchar, "
        "school_name varchar, state_now varchar, state_then varchar)"
    )
    for (zone, school), (gained, lost) in changes.items():
        for number, now, then in (
            (gained, "not_raised", "raised"),
            (lost, "raised", "not_raised"),
            (40, "raised", "raised"),
        ):
            connection.execute(
                "insert into what_if_change select '2026-06-26', true, 'sen', ?, ?, ?, ? from range(?)",
                [zone, school, now, then, number],
            )
    return connection


def told(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str | None, str | None], tuple[Any, ...]]:
    return {(zone, school): tuple(counts) for _, zone, school, *counts in evaluate.by_place(connection, SMALL)}


def test_four_are_not_shown_and_five_are() -> None:
    said = told(county({("A", "a1"): (4, 5), ("A", "a2"): (9, 5), ("B", "b1"): (7, 5), ("B", "b2"): (8, 5)}))
    assert said["A", "a1"] == (45, None, None, 5)
    assert said["B", "b1"] == (45, 47, 7, 5)


def test_a_second_number_goes_with_the_first_so_that_nobody_subtracts() -> None:
    """Zone A has 4 + 9 + 20: without the 4 alone, 33 - 9 - 20 would give it away. The next smallest goes too."""
    said = told(county({("A", "a1"): (4, 0), ("A", "a2"): (9, 0), ("A", "a3"): (20, 0), ("B", "b1"): (7, 0)}))
    assert [said["A", school][2] for school in ("a1", "a2", "a3")] == [None, None, 20]
    assert said["A", None][2] == 33


def test_what_is_left_out_together_is_no_small_number_either() -> None:
    """Zone A has 1 + 1 + 9 + 20: without the two ones alone, 31 - 9 - 20 = 2 would tell that each is one."""
    said = told(county({("A", "a1"): (1, 0), ("A", "a2"): (1, 0), ("A", "a3"): (9, 0), ("A", "a4"): (20, 0)}))
    assert [said["A", f"a{number}"][2] for number in (1, 2, 3, 4)] == [None, None, None, 20]


def test_a_school_with_nobody_hides_nobody() -> None:
    """Zone A has 4 + 0 + 9: without the 4 and the nought, 13 - 9 would tell the 4. The 9 goes, the nought stays."""
    said = told(county({("A", "a1"): (4, 0), ("A", "a2"): (0, 0), ("A", "a3"): (9, 0)}))
    assert [said["A", school][2] for school in ("a1", "a2", "a3")] == [None, 0, None]
    assert said["A", None][2] == 13


@pytest.mark.parametrize(("lost", "shown"), [(35, 35), (36, None), (39, None), (40, 40)])
def test_who_would_stay_is_not_told_where_they_are_few(lost: int, shown: int | None) -> None:
    """40 are raised now and 9 would be gained: with how many are lost, 40 - lost is told too. Five and none may be."""
    connection = county({("A", "a1"): (9, lost)})
    connection.execute(
        "delete from what_if_change where rowid in "
        f"(select rowid from what_if_change where state_now = 'raised' and state_then = 'raised' limit {lost})"
    )
    assert told(connection)["A", "a1"][3] == shown


def test_a_zone_left_out_is_not_the_sum_of_its_schools() -> None:
    """Zone A has 3 of the county's 60: another zone is left out with it, and then schools of that zone."""
    said = told(county({("A", "a1"): (3, 0), ("B", "b1"): (10, 0), ("B", "b2"): (12, 0), ("C", "c1"): (35, 0)}))
    assert said["A", None][2] is None
    assert said["B", None][2] is None
    assert said["B", "b1"][2] is None and said["B", "b2"][2] is None
    assert said["C", None][2] == 35
    assert said[None, None][2] == 60


def told_less_shown(said: dict[Any, Any], whole: tuple[Any, ...], parts: list[tuple[Any, ...]], column: int) -> int:
    return said[whole][column] - sum(said[part][column] or 0 for part in parts)


@pytest.mark.parametrize("seed", range(20))
def test_nothing_that_is_left_out_can_be_had_by_subtraction(seed: int) -> None:
    """For every place, what is left out below it is nothing or at least two numbers; small numbers are never shown."""
    chance = random.Random(seed)
    changes = {
        (zone, f"{zone}{school}"): (chance.choice((0, 1, 4, 5, 30)), chance.choice((0, 0, 2, 9)))
        for zone in "ABCD"
        for school in range(chance.randint(1, 4))
    }
    said = told(county(changes))
    zones = sorted({zone for zone, _ in changes})
    for column in (0, 2, 3):
        hidden_zones = [zone for zone in zones if said[zone, None][column] is None]
        if said[None, None][column] is not None:
            assert len(hidden_zones) != 1
            together = told_less_shown(said, (None, None), [(zone, None) for zone in zones], column)
            assert together == 0 or together >= SMALL
        for zone in zones:
            schools = [school for place, school in changes if place == zone]
            hidden = [school for school in schools if said[zone, school][column] is None]
            if zone not in hidden_zones:
                assert len(hidden) != 1
                # what the zone less the schools that are shown tells of all that are left out
                together = told_less_shown(said, (zone, None), [(zone, school) for school in schools], column)
                assert together == 0 or together >= SMALL
            else:
                assert hidden
        assert not [place for place, counts in said.items() if counts[column] in range(1, SMALL)]
    for counts in said.values():
        assert counts[1] is None or None not in counts
