"""Small numbers of a what-if are not shown, and cannot be worked out from what is: the attacker tries it."""

import random
from typing import Any

import duckdb
import pytest

from orchestration import suppression
from orchestration.what_if import evaluate
from tests.support.attacker import Changes, recovered_changes

RULE = suppression.Rule(threshold=5, minimum_hidden_places=3, is_insider_withstood=True, rate_decimals=3)
STATES = {
    "stays": ("raised", "raised"),
    "gained": ("not_raised", "raised"),
    "lost": ("raised", "not_raised"),
    "neither": ("not_raised", "not_assessable"),
}
Parts = dict[tuple[str, str], dict[str, int]]


def counted(parts: Parts, is_current: bool = True) -> duckdb.DuckDBPyConnection:
    """Changes of one flag on one date: by (zone, school), how many children of each part."""
    connection = duckdb.connect()
    connection.execute(
        "create temp table what_if_change (as_of_date date, is_current boolean, flag_code varchar, zone_name varchar, "
        "school_name varchar, state_now varchar, state_then varchar)"
    )
    for (zone, school), children in parts.items():
        for part, number in children.items():
            connection.execute(
                "insert into what_if_change select '2026-06-26', ?, 'sen', ?, ?, ?, ? from range(?)",
                [is_current, zone, school, *STATES[part], number],
            )
    evaluate.count(connection, RULE)
    return connection


def gaining(**gained: int) -> Parts:
    """Schools where nobody is lost; the first letter of each is its zone."""
    return {
        (school[0].upper(), school): {"stays": 40, "gained": number, "lost": 0, "neither": 40}
        for school, number in gained.items()
    }


def told(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str | None, str | None], tuple[Any, ...]]:
    return {(zone, school): tuple(counts) for _, zone, school, *counts in evaluate.by_place(connection)}


def test_four_are_not_shown_and_five_are() -> None:
    said = told(counted(gaining(a1=4, a2=9, a3=9, a4=9, b1=5, b2=7, b3=8)))
    assert said["A", "a1"] == (40, None, None, None)
    assert said["B", "b1"] == (40, 45, 5, 0)


def test_others_go_with_the_first_so_that_nobody_subtracts() -> None:
    """Zone A has 4 + 9 + 20 + 30: without the 4 alone, or with one beside it, somebody could take the others off."""
    said = told(counted(gaining(a1=4, a2=9, a3=20, a4=30)))
    assert [said["A", f"a{number}"][2] for number in (1, 2, 3, 4)] == [None, None, None, 30]
    assert said["A", None] == (160, 160 + 63, 63, 0)


def test_where_few_are_left_the_zone_goes_and_another_with_it() -> None:
    said = told(counted(gaining(a1=3, b1=10, b2=12, b3=9, c1=35, c2=36, c3=37)))
    assert said["A", None][2] is None
    hidden = {place for place, counts in said.items() if counts[2] is None}
    assert len({school for _, school in hidden if school}) >= 3
    assert said[None, None][2] == 142


@pytest.mark.parametrize(("stays", "shown"), [(0, 35), (1, None), (4, None), (5, 35)])
def test_who_would_stay_is_not_told_where_they_are_few(stays: int, shown: int | None) -> None:
    """With how many are raised now and how many would be lost it is told, too. Five and none may be."""
    parts: Parts = {("A", f"a{n}"): {"stays": 40, "gained": 0, "lost": 35, "neither": 40} for n in range(4)}
    parts["A", "a0"]["stays"] = stays
    assert told(counted(parts))["A", "a0"][3] == shown


def test_of_dates_that_have_passed_the_county_is_told_and_no_place() -> None:
    connection = counted(gaining(a1=4, a2=9, b1=20), is_current=False)
    assert evaluate.by_place(connection) == []
    assert [counts for _, _, *counts in evaluate.by_half_term(connection)] == [[120, 153, 33, 0]]
    (few,) = evaluate.by_half_term(counted(gaining(a1=2, a2=0, b1=1), is_current=False))
    assert few[2:] == (120, None, None, None)


def made(seed: int) -> Parts:
    chance = random.Random(seed)
    return {
        (zone, f"{zone}{school}"): {
            "stays": chance.choice((0, 3, 5, 8, 20)),
            "gained": chance.choice((0, 0, 1, 4, 5, 9, 30)),
            "lost": chance.choice((0, 0, 2, 6, 9)),
            "neither": chance.choice((3, 40, 60, 80)),
        }
        for zone in "ABCD"
        for school in range(chance.randint(1, 5))
    }


def attacked(parts: Parts, insider: str | None = None) -> list[Any]:
    rows = [Changes(*counts) for _, *counts in evaluate.by_place(counted(parts))]
    assert any(row.school and row.gained is None for row in rows), "nothing is hidden here: nothing is tried"
    truth = {school: children for (_, school), children in parts.items()}
    return recovered_changes(rows, truth, RULE.threshold, insider)


def test_the_attacker_finds_a_small_number_that_is_hidden_alone() -> None:
    parts = gaining(a1=4, a2=9, a3=20)
    rows = [Changes("A", school, 40, 40 + n["gained"], n["gained"], 0) for (_, school), n in parts.items()]
    rows[0] = Changes("A", "a1", 40, None, None, None)
    rows.append(Changes("A", None, 120, 153, 33, 0))
    found = recovered_changes(rows, {school: children for (_, school), children in parts.items()}, 5)
    assert ("a1", "gained", 4, 4) in {(one.place, one.number, one.least, one.most) for one in found}


@pytest.mark.parametrize("seed", range(3))
def test_nothing_that_is_hidden_can_be_worked_out(seed: int) -> None:
    assert attacked(made(seed)) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3, 8))
def test_nor_by_a_school_that_knows_its_own_numbers(seed: int) -> None:
    parts = made(seed)
    assert [found for _, school in parts for found in attacked(parts, insider=school)] == []
