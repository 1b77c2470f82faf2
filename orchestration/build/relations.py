"""Which published tables join which, by the relationships that dbt tests.

What joins stands in a table, ops.relation, which a reader or a tool can ask. Keys declared on every table would be
indexes in the file: on a county's release of 203 MiB 132 more, 26 of them without the three tables of most rows.
"""

import re
from dataclasses import dataclass

import duckdb

from orchestration.build import dbt


@dataclass(frozen=True)
class Relation:
    """Many rows of one table to one of another. One that is not active is there to be used by name in a measure.

    `of_rows` is the condition on the rows that join, as `not is_county`; None where all do.
    """

    table: str
    column: str
    to_table: str
    to_column: str
    of_rows: str | None
    is_active: bool


def among(tables: set[str]) -> list[Relation]:
    """The relations between these tables that lead to a key of one row.

    A table leads to another along one active way alone, as Power BI asks: from facts and marts to dimensions, and from
    one mart to another; from dimension to dimension, and where a way is there already, the relation is not active.
    """
    unique = keys()
    found: list[Relation] = []
    reached: dict[str, set[str]] = {table: {table} for table in tables}
    for node in sorted(dbt.nodes("test"), key=lambda node: str(node["unique_id"])):
        test = node.get("test_metadata") or {}
        if test.get("name") != "relationships" or not node["attached_node"]:
            continue
        table, to_table = node["attached_node"].split(".")[-1], re.sub(r"ref\('(\w+)'\)", r"\1", test["kwargs"]["to"])
        column, to_column = node["column_name"], test["kwargs"]["field"]
        if {table, to_table} <= tables and table != to_table and (to_table, to_column) in unique:
            leading = [each for each in tables if table in reached[each]]
            is_active = not (table.startswith("dim_") or to_table.startswith("fct_")) and not any(
                reached[each] & reached[to_table] for each in leading
            )
            for each in leading if is_active else ():
                reached[each] |= reached[to_table]
            found.append(Relation(table, column, to_table, to_column, node["config"].get("where"), is_active))
    return found


def keys() -> set[tuple[str, str]]:
    """Columns of which each value stands in one row of its table."""
    primary = {
        (node["name"], constraint["columns"][0])
        for node in dbt.nodes("model")
        for constraint in node["constraints"]
        if constraint["type"] == "primary_key" and len(constraint["columns"]) == 1
    }
    unique = {
        (node["attached_node"].split(".")[-1], node["column_name"])
        for node in dbt.nodes("test")
        if (node.get("test_metadata") or {}).get("name") == "unique" and node["attached_node"]
    }
    return primary | unique


def keep(connection: duckdb.DuckDBPyConnection) -> None:
    """Write ops.relation: the relations between the tables that analysts see, rules and code sets among them."""
    schemas = {str(node["name"]): str(node["schema"]) for node in dbt.nodes("model", "seed")}
    shown = connection.execute(
        "select schema_name, table_name from reference.ref_audience_table where analyst is not null"
    ).fetchall()
    tables = {name for name, schema in schemas.items() if {(schema, name), (schema, "*")} & {*shown}}
    rows = [
        (
            schemas[each.table],
            each.table,
            each.column,
            schemas[each.to_table],
            each.to_table,
            each.to_column,
            each.of_rows,
        )
        for each in among(tables)
    ]
    connection.execute("delete from ops.relation")
    connection.executemany("insert into ops.relation values (?, ?, ?, ?, ?, ?, ?)", rows)
