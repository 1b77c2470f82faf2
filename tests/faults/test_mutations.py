"""A few of the mutations of benchmarks/mutations: deliveries broken at random are told of before anything is built."""

from pathlib import Path

import duckdb
import pytest

from benchmarks.mutations.draw import Mutation, drawn
from benchmarks.mutations.kinds import KINDS
from benchmarks.mutations.trial import STOPPED, UNBUILT, WARNED, Trial, changed, tried
from tests.support.warehouse import Warehouse

SEED = 1


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mutations")


def mutated(built: Warehouse, kind: str, source: str, what: str) -> Mutation:
    """The first mutation of a kind that hits a source, there `what` it says first, arriving after the right file."""
    numbers = range(list(KINDS).index(kind), 10_000, len(KINDS))
    drawings = (drawn(number, SEED, built.county / "extracts", ["again"]) for number in numbers)
    return next(one for one in drawings if one.path.parent.name == source and one.what.startswith(what))


def trial(built: Warehouse, kind: str, source: str, scratch: Path, what: str = "") -> Trial:
    return tried(mutated(built, kind, source, what), SEED, built, scratch, False, print)


@pytest.mark.parametrize(
    ("kind", "source", "what"),
    [
        ("column_filled_down", "synergy", "From"),
        ("column_shifted", "attainment", "UPN"),
        ("columns_swapped", "family_matters", "Need and Identified"),
        ("day_and_month_swapped", "front_door", "DOB"),
        ("dates_moved", "responses", "DOB"),
        ("headings_exchanged", "huddles", "State and DfE Number"),
        ("separator_wrong", "tool_users", ""),
        ("total_appended", "synergy", ""),
        ("codes_numbered", "school_census", "PupilStatus/NCyearActual"),
    ],
)
def test_a_broken_delivery_is_told_of_when_it_is_loaded(
    clean: Warehouse, scratch: Path, kind: str, source: str, what: str
) -> None:
    found = trial(clean, kind, source, scratch, what)
    assert found.outcome in (STOPPED, WARNED), found
    assert found.messages


def test_rows_in_another_order_are_told_of_by_nobody(clean: Warehouse, scratch: Path) -> None:
    assert trial(clean, "rows_shuffled", "synergy", scratch).outcome == UNBUILT


def test_a_figure_that_changed_is_found(clean: Warehouse, tmp_path: Path) -> None:
    other = tmp_path / "other.duckdb"
    other.write_bytes(clean.release_file.read_bytes())
    assert changed(clean.release_file, other) == []
    with duckdb.connect(str(other)) as connection:
        connection.execute("update mart.mart_child_list set sen_state = 'raised' where sen_state = 'not_raised'")
    assert changed(clean.release_file, other) == ["mart_child_list.sen_state"]
