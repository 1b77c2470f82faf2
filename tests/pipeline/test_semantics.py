"""What the marts say of how they are read holds for the rows of a release."""

import pytest

from orchestration.bi import semantics, sql
from orchestration.bi.semantics import Mart
from orchestration.build import relations
from tests.support.warehouse import Warehouse

MARTS = semantics.marts()


def with_words(*words: str) -> list[object]:
    """The marts of which each of these words says something."""
    chosen = [mart for mart in MARTS.values() if all(getattr(mart, word) for word in words)]
    return [pytest.param(mart, id=mart.name) for mart in chosen]


@pytest.mark.parametrize("mart", with_words())
def test_the_default_filter_leaves_rows_and_no_summary(clean: Warehouse, mart: Mart) -> None:
    """The hamlet has rows in every mart but one of restatements, which need a second release."""
    condition = sql.default_filter(mart) or "true"
    ((rows, left),) = clean.release(f"select count(*), count(*) filter (where {condition}) from mart.{mart.name}")
    assert left > 0 or (rows == 0 and mart.name == "mart_restatement")
    for name, value in mart.summary_rows.items():
        shown = f"select count(*) from mart.{mart.name} where {condition} and {sql.condition(name, value)}"
        assert clean.release(shown) == [(0,)]


def test_flags_before_and_after_a_response_are_summed_of_the_same_children(clean: Warehouse) -> None:
    """Of a child who left there are flags before and none after: in one sum they would look like flags that fell."""
    shown = sql.default_filter(MARTS["mart_outcome"])
    counted = "count(flags_before_count), count(flags_after_count)"
    (of_all,) = clean.release(f"select {counted} from mart.mart_outcome")
    (of_shown,) = clean.release(f"select {counted} from mart.mart_outcome where {shown}")
    assert of_all[0] > of_all[1] == of_shown[0] == of_shown[1] > 0


@pytest.mark.parametrize("mart", with_words("time_column"))
def test_no_row_lacks_its_day(clean: Warehouse, mart: Mart) -> None:
    """A tool that filters by time without a word loses no row."""
    assert clean.release(f"select count(*) from mart.{mart.name} where {mart.time_column} is null") == [(0,)]


@pytest.mark.parametrize("mart", with_words("ratios"))
def test_a_ratio_made_anew_of_one_row_is_the_column(clean: Warehouse, mart: Mart) -> None:
    """So that over many rows it is the ratio of the sums, and not a mean of rates."""
    for name, (of, to) in mart.ratios.items():
        # An estimate is published to two places, and its rate is of what it was before.
        rounding = 0.00006 if mart.column(of).unit == "count" else f"0.00006 + 0.006 / {to}"
        remade = f"cast({of} as double) / nullif({to}, 0)"
        ((rows, wrong),) = clean.release(
            f"select count(*), count(*) filter (where abs({name} - {remade}) > {rounding}) from mart.{mart.name} "
            f"where {name} is not null"
        )
        assert wrong == 0 and (rows or name.startswith("ks4")), name


@pytest.mark.parametrize("mart", with_words("additive", "added_again"))
def test_what_adds_up_adds_up_to_the_summary_row(clean: Warehouse, mart: Mart) -> None:
    """Of every column, within what a sum holds one of: the county is the sum of its zones."""
    summary = " or ".join(sql.condition(name, value) for name, value in mart.added_again.items())
    within = [*mart.sum_within, *([mart.time_column] if mart.time_column else [])]
    cut = ", ".join(dict.fromkeys(within)) or "true"
    for name in mart.additive:
        sums = f"sum({name}) filter (where {summary}) as whole, sum({name}) filter (where not ({summary})) as parts"
        both = "whole is not null and parts is not null"
        pairs = clean.release(f"select * from (select {sums} from mart.{mart.name} group by {cut}) where {both}")
        assert pairs, name
        assert [pair for pair in pairs if pair[0] != pair[1]] == [], name


@pytest.mark.parametrize("mart", with_words("additive"))
def test_a_measure_is_a_plain_sum_or_nothing(clean: Warehouse, mart: Mart) -> None:
    """Of more than one value of what a sum stays within, null. Of one, the sum of the rows that sum up others, which
    also know what those do not; and without such rows the sum of all."""
    table, within = f"mart.{mart.name}", ", ".join(mart.sum_within) or "1"
    one = " and ".join(f"{column} is not distinct from ?" for column in mart.sum_within) or "true"
    summary = " or ".join(sql.condition(name, value) for name, value in mart.added_again.items())
    ((values,),) = clean.release(f"select count(*) from (select distinct {within} from {table})")
    for name in mart.additive:
        measure = sql.measure(mart, name)
        if values > 1:
            assert clean.release(f"select {measure} from {table}") == [(None,)], name
        for counted in (summary, f"not ({summary})") if summary else ("true",):
            first = f"select {within} from {table} where {counted} and {name} is not null order by all limit 1"
            asked = one if counted == summary else f"{one} and {counted}"
            for row in clean.release(first):
                chosen = row if mart.sum_within else ()
                measured = clean.release(f"select {measure} from {table} where {asked}", *chosen)
                plain = clean.release(f"select sum({name}) from {table} where {one} and {counted}", *chosen)
                assert measured == plain, name


def test_the_traps_of_the_zone_dashboard_give_nothing_rather_than_double(clean: Warehouse) -> None:
    """sum(raised_count) of all rows is many times the truth: a county beside its zones, six flags, every half term."""
    mart = MARTS["mart_zone_dashboard"]
    raised, rate = sql.measure(mart, "raised_count"), sql.measure(mart, "raised_rate")
    now = "from mart.mart_zone_dashboard where is_current"
    ((plain,),) = clean.release("select sum(raised_count) from mart.mart_zone_dashboard where flag_code = 'any'")
    ((true,),) = clean.release(f"select raised_count {now} and is_county and flag_code = 'any'")
    assert plain > 2 * true
    assert clean.release(f"select {raised}, {rate} {now}") == [(None, None)]
    ((found, share),) = clean.release(f"select {raised}, {rate} {now} and flag_code = 'any'")
    ((wanted,),) = clean.release(f"select raised_rate {now} and is_county and flag_code = 'any'")
    assert found == true and share == pytest.approx(float(wanted), abs=0.0001)


def test_a_join_along_a_relation_keeps_every_row_and_multiplies_none(clean: Warehouse) -> None:
    """What a tool is told to join leads to one row: of each relation among the release's tables."""
    there = clean.release("select table_name from duckdb_tables() where schema_name in ('core', 'mart')")
    found = relations.among({table for (table,) in there})
    schemas = dict(clean.release("select table_name, schema_name from duckdb_tables()"))
    targets = sorted({(each.to_table, each.to_column) for each in found})
    assert len(found) > 150
    for table, column in targets:
        ((rows, values),) = clean.release(
            f"select count({column}), count(distinct {column}) from {schemas[table]}.{table}"
        )
        assert rows == values > 0, f"{table}.{column}"


def test_the_trap_of_a_durable_key_is_there_and_told(clean: Warehouse) -> None:
    """By a child's durable key a fact multiplies, as the comment in the file says; by its version's key it does not."""
    joined = "select count(*) from core.fct_enrolment as facts inner join core.dim_child as children using "
    ((rows,),) = clean.release("select count(*) from core.fct_enrolment")
    ((once,),), ((more,),) = clean.release(f"{joined}(child_key)"), clean.release(f"{joined}(child_durable_key)")
    assert once == rows < more
    ((told,),) = clean.release(
        "select comment from duckdb_columns() where table_name = 'dim_child' and column_name = 'child_durable_key'"
    )
    assert "or rows multiply" in told
