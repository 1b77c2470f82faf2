"""Every mart says how it is read: which column is its time, what adds up, which rows count others once more."""

import dataclasses

import pytest

from orchestration.bi import semantics
from orchestration.bi.semantics import Mart
from orchestration.build import dbt

MARTS = semantics.marts()
PLACES = ("county", "zone", "pyramid", "school")
"""From the largest to the smallest."""


def named(mart: Mart) -> dict[str, list[str]]:
    """The columns that each word of a mart's semantics names."""
    return {
        "time_column": [mart.time_column] if mart.time_column else [],
        "default_filter": list(mart.default_filter),
        "summary_rows": list(mart.summary_rows),
        "sum_within": list(mart.sum_within),
        "additive": list(mart.additive),
        "ratios": [*mart.ratios, *(name for pair in mart.ratios.values() for name in pair)],
        "not_additive": list(mart.not_additive),
        "labels": list(mart.labels),
        "sort_by": [*mart.sort_by, *mart.sort_by.values()],
    }


def test_every_mart_says_how_it_is_read() -> None:
    every = {node["name"] for node in dbt.nodes("model") if node["schema"] == "mart"}
    assert MARTS.keys() == every and len(every) > 15
    words = {field.name for field in dataclasses.fields(Mart)} - {"name", "description", "columns"}
    said = {word for node in dbt.nodes("model") for word in node["config"]["meta"].get("semantics", {})}
    assert said == words, "a word that nobody says, or that nobody knows"


@pytest.mark.parametrize("mart", MARTS.values(), ids=MARTS)
def test_every_column_that_is_named_exists(mart: Mart) -> None:
    there = {column.name for column in mart.columns}
    assert {word: set(names) - there for word, names in named(mart).items() if set(names) - there} == {}


@pytest.mark.parametrize("mart", MARTS.values(), ids=MARTS)
def test_every_number_is_of_one_kind(mart: Mart) -> None:
    """It adds up, is a ratio, stands alone, or names and orders: a tool need not guess."""
    kinds = [*mart.additive, *mart.ratios, *mart.not_additive, *mart.labels]
    numbers = [column.name for column in mart.columns if column.is_number]
    assert sorted(kinds) == sorted(numbers)
    assert {name for pair in mart.ratios.values() for name in pair} <= {*mart.additive}


@pytest.mark.parametrize("mart", MARTS.values(), ids=MARTS)
def test_conditions_are_of_the_columns_type(mart: Mart) -> None:
    for name, value in [*mart.default_filter.items(), *mart.summary_rows.items()]:
        assert isinstance(value, bool) == (mart.column(name).data_type == "boolean"), name


@pytest.mark.parametrize("mart", MARTS.values(), ids=MARTS)
def test_the_time_column_is_a_day_that_every_row_has(mart: Mart) -> None:
    """A tool filters by it without a word: a row without a day would go."""
    dates = [column.name for column in mart.columns if column.data_type == "date"]
    assert bool(mart.time_column) == bool(dates)
    (node,) = (node for node in dbt.nodes("model") if node["name"] == mart.name)
    if mart.time_column:
        constraints = node["columns"][mart.time_column]["constraints"]
        assert mart.time_column in dates
        assert [constraint["type"] for constraint in constraints] == ["not_null"]


@pytest.mark.parametrize("mart", MARTS.values(), ids=MARTS)
def test_rows_that_count_others_are_marked(mart: Mart) -> None:
    """The county beside its zones, all responses beside each kind, any flag beside the flags."""
    marks = {column.name for column in mart.columns} & {"is_county", "is_all_responses"}
    assert marks <= mart.summary_rows.keys()
    flags = {"mart_flag_evidence", "mart_restatement"}  # one row a child and flag, and none of any flag
    if "flag_code" in {column.name for column in mart.columns} and mart.name not in flags:
        assert mart.summary_rows["flag_code"] == "any"


@pytest.mark.parametrize("mart", MARTS.values(), ids=MARTS)
def test_what_reads_wrongly_as_text_has_an_order(mart: Mart) -> None:
    there = {column.name for column in mart.columns}
    lacking = {
        name
        for name, order in {"flag_name": "display_order", "nc_year": "nc_year_order"}.items()
        if {name, order} <= there and mart.sort_by.get(name) != order
    }
    assert lacking == set()
    assert "nc_year" not in there or "nc_year_order" in there
    # Zones are filtered by one name on every page.
    assert not there & {"zone", "zone_label"} and ("zone_code" in there) == ("zone_name" in there)


@pytest.mark.parametrize("mart", MARTS.values(), ids=MARTS)
def test_every_mart_has_the_columns_of_its_places(mart: Mart) -> None:
    """One filter of zone, pyramid or school serves every mart; one that is of larger places says why."""
    smaller = PLACES[PLACES.index(mart.finest_place) + 1 :]
    there = {column.name for column in mart.columns}
    columns = {place: {f"{place}_{'id' if place == 'school' else 'code'}", f"{place}_name"} for place in PLACES[1:]}
    assert {place: names - there for place, names in columns.items() if place not in smaller and names - there} == {}
    assert {place: names & there for place, names in columns.items() if place in smaller and names & there} == {}
    assert bool(smaller) == bool(mart.no_finer_because)
