"""The tables of deliveries in a build of an older version: what is missing comes, what is there stays."""

import duckdb

from orchestration.deliveries.schema import ensure_schema

COLUMNS = """
    select schema_name, table_name, column_name, data_type
    from duckdb_columns() where schema_name in ('raw', 'quarantine', 'ops') order by all
"""


def test_a_table_and_a_column_that_contracts_brought_are_added_and_rows_stay() -> None:
    with duckdb.connect() as build:
        ensure_schema(build)
        whole = build.execute(COLUMNS).fetchall()
        build.execute(
            """
            insert into raw.synergy__pupils (upn, _row_number) values ('A', 1);
            alter table raw.synergy__pupils drop column surname;
            alter table quarantine.synergy__pupils drop column surname;
            drop table raw.synergy__sen;
            drop table quarantine.nccis__activities;
            """
        )
        assert len(build.execute(COLUMNS).fetchall()) < len(whole)
        for _ in range(2):
            ensure_schema(build)
            assert build.execute(COLUMNS).fetchall() == whole
        rows = build.execute("select upn, surname, _row_number from raw.synergy__pupils").fetchall()
        assert rows == [("A", None, 1)]
