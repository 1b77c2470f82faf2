"""The file says which table a key joins, where a join by it multiplies rows, and what a value is counted in."""

from orchestration.bi import semantics
from orchestration.build import dbt, relations

BUILD_ALONE = {"dim_child_identity"}
"""Tables that a column may lead to and a reader of a release does not have."""
TABLES = {str(node["name"]) for node in dbt.nodes("model") if node["schema"] in ("core", "mart")} - BUILD_ALONE


def comment(table: str, column: str) -> str:
    return {each.name: each.description for each in semantics.columns(table)}[column]


def test_the_comment_of_a_key_names_the_table_it_joins() -> None:
    found = relations.among(TABLES)
    assert len(found) > 150
    untold = [each for each in found if each.to_table not in comment(each.table, each.column)]
    assert untold == []


def test_a_key_that_several_versions_have_warns_of_the_join_that_multiplies() -> None:
    """A durable key that is not declared unique is had by several rows of its dimension."""
    unique = relations.keys()
    durable = [(table, f"{table.removeprefix('dim_')}_durable_key") for table in TABLES if table.startswith("dim_")]
    there = {(table, each.name) for table, _ in durable for each in semantics.columns(table)}
    several = [each for each in durable if each in there and each not in unique]
    assert len(several) >= 4
    assert [each for each in several if "or rows multiply" not in comment(*each)] == []


def test_every_value_has_its_unit_beside_it() -> None:
    """A share, a yes or no and a number of things stand in one column: alone it is of nothing."""
    there = {table: {each.name for each in semantics.columns(table)} for table in TABLES}
    values = {
        table for table, names in there.items() if {"value", "earlier_value", "value_before", "threshold"} & names
    }
    assert len(values) >= 6
    assert [table for table in sorted(values) if "unit" not in there[table]] == []
