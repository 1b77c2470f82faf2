"""A release says itself which of its tables join, and what it says holds of its rows."""

from tests.support.warehouse import Warehouse


def test_every_relation_told_of_leads_to_one_row(clean: Warehouse) -> None:
    """No row of the one table is lost by the join, and none multiplies."""
    told = clean.release("select * from ops.relation")
    assert len(told) > 200
    assert len({relation[1] for relation in told}) > 40, "tables that join nothing"
    for schema, table, column, to_schema, to_table, to_column in told:
        joined = (
            f"select count(*), count(others.{to_column}), count({table}.{column}) from {schema}.{table} "
            f"left join {to_schema}.{to_table} as others on {table}.{column} = others.{to_column}"
        )
        ((rows, found, named),) = clean.release(joined)
        assert [(rows, named)] == clean.release(f"select count(*), count({column}) from {schema}.{table}"), table
        assert found == named, f"{table}.{column}"


def test_every_fact_joins_its_dimensions(clean: Warehouse) -> None:
    """But what releases said of children and schools, whose keys are those of its day, and a count of links."""
    facts = clean.release("select table_name from duckdb_tables() where schema_name = 'core' and table_name ^@ 'fct_'")
    joining = clean.release("select distinct table_name from ops.relation where to_table_name ^@ 'dim_'")
    alone = {name for (name,) in set(facts) - set(joining)}
    assert alone == {"fct_child_as_said", "fct_school_as_said", "fct_link_summary"}
