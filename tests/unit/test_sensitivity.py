"""What is said of sources is said of every one, and kept where it is said to be kept."""

import re
from typing import Any

import duckdb
import pytest
import yaml

from expectations.contract.model import sources
from expectations.council import seed
from orchestration.releases import levels
from orchestration.settings import PROJECT
from orchestration.sources import check
from orchestration.sources.standing import Standing

KEPT = frozenset(
    {
        *("flag_code", "flag_name", "flag_state", "earlier_flag_state", "state_before", "state_after", "source"),
        *("source_name", "is_known_to_school", "raised_date", "raised_known_date", "cleared_date", "end_reason"),
        *("as_of_date", "before_date", "after_date", "opened_date", "restated_date", "restated_at", "said_from_at"),
        *("said_to_at", "is_still_said", "is_current", "change", "academic_year", "half_term", "half_term_label"),
        *("population_code", "population_name"),
        *("half_term_end_date", "half_terms_after", "nc_year", "age_years", "response_code"),
        *("school_id", "school_name", "pyramid_code", "pyramid_name", "zone_code", "zone_name"),
        *("times_raised_before_count", "raised_half_terms_count", "not_assessable_half_terms_count"),
        *("comparable_children_count", "comparable_raised_after_rate"),
    }
)
"""Columns of a child's flag that stay at `agency`: that it is or was up, when, where, whose word it is."""


def rows(name: str) -> list[dict[str, str]]:
    return seed.rows(seed.SEEDS / f"{name}.csv")


def columns_of(table: str) -> list[str]:
    (path,) = (PROJECT / "models" / "marts").rglob(f"{table}.yml")
    (model,) = yaml.safe_load(path.read_text())["models"]
    return [column["name"] for column in model["columns"]]


def published() -> list[tuple[str, str]]:
    return [
        (row["schema_name"], row["table_name"])
        for row in rows("ref_audience_table")
        if row["schema_name"] in ("core", "mart")
    ]


def test_every_source_has_class_purpose_basis_levels_and_retention() -> None:
    classes = {row["class_code"] for row in rows("ref_sensitivity_class")}
    known = {row["level_code"] for row in rows("ref_source_level")}
    audiences = [row["audience_code"] for row in rows("ref_audience") if row["audience_code"] != "open"]
    by_source = {row["source"]: row for row in rows("ref_source_audience")}
    told = {row["source"]: row for row in rows("ref_source")}
    assert set(sources()) == by_source.keys() == told.keys()
    for source, row in told.items():
        assert row["class_code"] in classes and row["purpose"] and row["lawful_basis"], source
        assert list(by_source[source]) == ["source", *audiences, "reason"]
        assert {by_source[source][audience] for audience in audiences} <= known, source
        assert list(check._kept(Standing(PROJECT, source))) == [], source


def test_every_flag_says_which_sources_it_may_rest_on() -> None:
    known = {row["source"] for row in rows("ref_source")}
    listed = {(row["flag_code"], row["source"]) for row in rows("ref_flag_source")}
    assert {flag for flag, _ in listed} == {row["flag_code"] for row in rows("ref_flag")}
    assert {source for _, source in listed} <= known


@pytest.mark.parametrize(
    ("name", "column", "of", "key", "order"),
    [
        ("ref_source", "class_code", "ref_sensitivity_class", "class_code", 1),
        ("ref_source_audience", "school", "ref_source_level", "level_code", -1),
    ],
)
def test_steps_of_a_council_go_from_the_loosest_to_the_strictest(
    name: str, column: str, of: str, key: str, order: int
) -> None:
    ordered = sorted(rows(of), key=lambda row: order * int(row[next(one for one in row if one.endswith("_order"))]))
    assert seed.named(name).steps[column] == tuple(row[key] for row in ordered)
    audiences = set(rows("ref_source_audience")[0]) - {"source", "reason"}
    assert set(seed.named("ref_source_audience").steps) == audiences


def test_a_column_of_a_childs_flag_is_evidence_or_stays() -> None:
    """A new one must be thought about: orchestration/releases/levels, or KEPT above."""
    undecided = {
        (table, column)
        for _, table in published()
        if {"child_durable_key"} < (columns := set(columns_of(table))) and columns & {"flag_key", "flag_code"}
        for column in columns - KEPT - levels.EVIDENCE - levels.EVIDENCE_KEYS.keys()
        if not column.endswith("_key")
    }
    assert undecided == set()
    assert not KEPT & levels.EVIDENCE


def test_what_is_made_of_flags_together_is_made_again_or_left_empty() -> None:
    standing = Standing(PROJECT, "school_census")
    made = standing.downstream(["int_flags_evaluated", "fct_flag_assessment"])
    together = {
        (schema, table)
        for schema, table in published()
        if table in made and not {"flag_key", "flag_code"} & set(columns_of(table))
    }
    # who is on which register, and how old what is known is: of no flag
    of_none = {("core", "brg_child__school"), ("mart", "mart_freshness")}
    assert together - of_none == levels.OF_ALL_FLAGS | levels.MADE_AGAIN.keys()
    before: set[str] = set()
    for _, table in levels.MADE_AGAIN:
        reads = standing._parents[table] & {name for _, name in levels.MADE_AGAIN}
        assert reads <= before, f"{table} is made before what it reads"
        before.add(table)


def test_tables_that_are_a_sources_detail_are_published() -> None:
    known = {row["source"] for row in rows("ref_source")}
    for row in rows("ref_source_table"):
        assert (row["schema_name"], row["table_name"]) in published() and row["source"] in known
    for table, columns in levels.DETAIL.items():
        assert table in published() and columns.keys() <= set(columns_of(table[1])) and set(columns.values()) <= known


def tables_of(page: str) -> list[list[list[str]]]:
    text = (PROJECT / "docs" / "governance" / page).read_text()
    found = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    return [[[cell.strip() for cell in line.strip("|").split("|")] for line in one.splitlines()] for one in found]


def test_governance_pages_say_what_the_seeds_say() -> None:
    names = {row["source"]: row["source_name"] for row in rows("ref_source")}
    classes = {row["class_code"]: row["class_name"] for row in rows("ref_sensitivity_class")}

    def shown(head: list[str], body: list[list[str]]) -> list[Any]:
        return [head, ["---"] * len(head), *body]

    audiences = list(rows("ref_source_audience")[0])[1:-1]
    pages = tables_of("audiences.md")
    assert (
        shown(
            ["level", "an audience sees"], [[row["level_code"], row["description"]] for row in rows("ref_source_level")]
        )
        in pages
    )
    by_source = [[names[row["source"]], *(row[one] for one in audiences)] for row in rows("ref_source_audience")]
    assert shown(["source", *audiences], by_source) in pages
    pages = tables_of("impact-assessment.md")
    assert (
        shown(
            ["class", "what it is"], [[row["class_name"], row["description"]] for row in rows("ref_sensitivity_class")]
        )
        in pages
    )
    told = [
        [row["source_name"], classes[row["class_code"]], row["purpose"], row["lawful_basis"]]
        for row in rows("ref_source")
    ]
    assert shown(["source", "class", "purpose", "lawful basis"], told) in pages


def test_a_flag_of_another_population_is_in_no_count_of_those_at_school() -> None:
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as build; create schema build.core; create schema build.reference")
        for name in ("ref_source_level", "ref_source_audience", "ref_source_table", "ref_flag_source"):
            connection.execute(f"create table build.reference.{name} as from '{seed.SEEDS}/{name}.csv'")
        connection.execute(
            "create table build.core.dim_flag as from (values ('family', 'F', 'school_age', false), "
            "('neet', 'N', 'post16', false), ('any', 'A', 'school_age', true), ('unknown', 'unknown', null, false)) "
            "as flags (flag_code, flag_key, population_code, is_summary)"
        )
        seen = levels.read(connection, "school", is_partner=False)
        assert (seen.hidden, seen.summaries, seen.is_made_again) == ({"neet": "N"}, {}, False)
        assert not levels.OF_ALL_FLAGS & seen.empty
        connection.execute(
            "update build.reference.ref_source_audience set school = 'nothing' where source ilike 'fam%'"
        )
        seen = levels.read(connection, "school", is_partner=False)
        assert (seen.hidden, seen.summaries) == ({"family": "F", "neet": "N"}, {"any": "A"})
        assert seen.is_made_again and seen.empty >= levels.OF_ALL_FLAGS
        assert not levels.read(connection, "police", is_partner=True).is_made_again
