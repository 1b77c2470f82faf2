"""A release says itself which of its tables join, and what it says holds of its rows."""

from tests.support.warehouse import Warehouse


def test_every_relation_told_of_leads_to_one_row(clean: Warehouse) -> None:
    """No row of the one table is lost by the join, and none multiplies."""
    told = clean.release("select * from ops.relation")
    assert len(told) > 300
    assert len({relation[1] for relation in told}) > 60, "tables that join nothing"
    for schema, table, column, to_schema, to_table, to_column, of_rows in told:
        rows_asked = f"(select * from {schema}.{table} where {of_rows or 'true'}) as asked"
        joined = (
            f"select count(*), count(others.{to_column}), count(asked.{column}) from {rows_asked} "
            f"left join {to_schema}.{to_table} as others on asked.{column} = others.{to_column}"
        )
        ((rows, found, named),) = clean.release(joined)
        assert [(rows, named)] == clean.release(f"select count(*), count({column}) from {rows_asked}"), table
        assert found == named, f"{table}.{column}"


def test_every_fact_joins_its_dimensions(clean: Warehouse) -> None:
    """But what releases said of children and schools, whose keys are those of its day, a count of links, and who works
    with a child, which knows no more than that."""
    facts = clean.release("select table_name from duckdb_tables() where schema_name = 'core' and table_name ^@ 'fct_'")
    joining = clean.release("select distinct table_name from ops.relation where to_table_name ^@ 'dim_'")
    alone = {name for (name,) in set(facts) - set(joining)}
    assert alone == {"fct_child_as_said", "fct_child_involvement", "fct_school_as_said", "fct_link_summary"}


def test_marts_share_the_dimensions_that_a_filter_is_laid_on(clean: Warehouse) -> None:
    """One choice of a zone, a pyramid or a flag cuts every mart that has it; the county alone stands in no zone."""
    having = "select table_name from duckdb_columns() where schema_name = 'mart' and column_name = ?"
    joining = "select table_name from ops.relation where schema_name = 'mart' and column_name = ? and to_table_name = ?"
    for column, table in (("zone_code", "dim_zone"), ("pyramid_code", "dim_pyramid"), ("flag_code", "dim_flag")):
        assert sorted(clean.release(having, column)) == sorted(clean.release(joining, column, table))
    told = clean.release("select distinct of_rows from ops.relation where schema_name = 'mart'")
    of_pupils = ("population_code = 'school_age'",)
    assert set(told) == {(None,), ("not is_county",), ("not is_all_responses",), of_pupils}


def test_codes_lead_to_the_words_for_them(clean: Warehouse) -> None:
    """A column whose comment says that it joins a list of rules or codes is told of as joining it."""
    said = clean.release(
        r"""
        select table_name, column_name, regexp_extract(comment, 'Joins (ref_\w+)', 1) as list
        from duckdb_columns()
        where schema_name in ('core', 'mart') and list <> ''
        """
    )
    told = clean.release("select table_name, column_name, to_table_name from ops.relation")
    assert len(said) > 15 and set(said) - set(told) == set()
