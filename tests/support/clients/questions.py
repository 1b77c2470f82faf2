"""What every client is asked of a release, and what none may do."""

DATABASE = {
    "which release it is": "select release_id, as_of_date from ops.release",
    "what the tables hold": """
        select schema_name, table_name, comment
        from duckdb_tables()
        where schema_name in ('core', 'mart')
        order by schema_name, table_name
    """,
    "what the columns mean": """
        select table_name, column_name, data_type, comment
        from duckdb_columns()
        where schema_name = 'mart'
        order by table_name, column_index
    """,
}
"""Questions that a DuckDB file answers and Parquet does not."""

TABLES = {
    "children by zone": """
        select zone_name, count(distinct child_durable_key) as children
        from mart.mart_child_list
        group by zone_name
        order by zone_name
    """,
    "flags raised by zone": """
        select zones.zone_name, count(*) as raised
        from core.fct_flag_assessment as assessments
        inner join core.dim_zone as zones on assessments.zone_key = zones.zone_key
        where assessments.is_current and assessments.flag_state = 'raised'
        group by zones.zone_name
        order by zones.zone_name
    """,
    "shares and dates": """
        select zone_code, flag_code, as_of_date, raised_count, raised_share
        from mart.mart_zone_dashboard
        where is_current
        order by all
    """,
}

FORBIDDEN = [
    "create table mart.mine as select 1 as one",
    "delete from mart.mart_child_list",
    "drop table core.dim_zone",
    "update ops.release set version = 'mine'",
]
"""Statements that must fail on a release that was opened read-only."""
