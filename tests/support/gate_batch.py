"""A small build with a batch in `incoming`, for the tests of the gates: numbered pupils of invented schools."""

import duckdb

from expectations.contract.model import Contract, load_contracts, raw_columns

DELIVERY = """
    delivery_id varchar, source varchar, extract_date date, scope varchar, period varchar, part varchar,
    status varchar, sequence bigint
"""
SPRING = "2026-01-15"


def build() -> duckdb.DuckDBPyConnection:
    """An empty build in memory: raw, incoming and ops as a batch finds them."""
    connection = duckdb.connect()
    for schema in ("raw", "incoming", "ops"):
        connection.execute(f"create schema {schema}")
    for table, columns in raw_columns().items():
        declared = ", ".join(f"{column} varchar" for column in columns)
        declared += ", _delivery_id varchar, _extract_date date, _row_number bigint"
        connection.execute(f"create table raw.{table} ({declared})")
        connection.execute(f"create table incoming.{table} ({declared}, _reasons varchar[], _set_aside varchar[])")
    connection.execute(f"create table ops.delivery ({DELIVERY})")
    connection.execute(f"create table incoming.delivery ({DELIVERY})")
    connection.execute(
        "create table ops.delivery_table (delivery_id varchar, table_name varchar, rows_accepted bigint)"
    )
    return connection


def contract(source: str, **tolerances: float) -> Contract:
    """The first contract of a source, with these tolerances in place of its own."""
    found = next(c for c in load_contracts() if c.source == source)
    return found.model_copy(update={"tolerances": found.tolerances | tolerances})


def announce(
    connection: duckdb.DuckDBPyConnection, delivery: str, extract_date: str = SPRING, scope: str | None = None
) -> None:
    """A delivery of this batch; its rows are inserted by the test."""
    connection.execute(
        "insert into incoming.delivery (delivery_id, extract_date, scope, period) values (?, ?, ?, '2026-spring')",
        [delivery, extract_date, scope],
    )


def insert(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    delivery: str,
    rows: int,
    extract_date: str = SPRING,
    **columns: str,
) -> None:
    """So many rows of a delivery in the batch; columns are SQL of the row number `n`, counted from 1."""
    values = {column: f"({sql})" for column, sql in columns.items()}
    values["_reasons"] = values.get("_reasons", "[]::varchar[]")
    connection.execute(
        f"insert into incoming.{table} ({', '.join(values)}, _delivery_id, _extract_date, _row_number)"
        f" select {', '.join(values.values())}, ?, ?, n from range(1, ? + 1) as numbers (n)",
        [delivery, extract_date, rows],
    )


def pupils(connection: duckdb.DuckDBPyConnection, delivery: str, rows: int = 100, **columns: str) -> None:
    """A delivery of census pupils on roll, without anything wrong unless the test says so."""
    announce(connection, delivery, scope=columns.pop("scope", None), extract_date=columns.get("extract_date", SPRING))
    good = {
        "census_year": "'2026'",
        "census_term": "'spring'",
        "school_id": "'8384001'",
        "roll": "'on'",
        "pupil_return_id": "n",
        "upn": "'U' || n",
        "birth_date": "'2015-03-01'",
        "nc_year": "'6'",
        "sessions_possible": "'140'",
    }
    insert(connection, "school_census__pupils", delivery, rows, **{**good, **columns})


def accept(connection: duckdb.DuckDBPyConnection) -> None:
    """Load the batch as the pipeline does: clean rows to raw, the deliveries to ops, and clear the batch."""
    for table in raw_columns():
        connection.execute(
            f"insert into raw.{table} by name select * exclude (_reasons, _set_aside) from incoming.{table} "
            "where _reasons = []"
        )
        connection.execute(
            "insert into ops.delivery_table"
            f" select _delivery_id, '{table}', count(*) from incoming.{table} where _reasons = [] group by all"
        )
        connection.execute(f"truncate incoming.{table}")
    connection.execute("""
        insert into ops.delivery by name
        select
            * exclude (status, sequence),
            'accepted' as status,
            (select count(*) from ops.delivery) + row_number() over () as sequence
        from incoming.delivery
    """)
    connection.execute("truncate incoming.delivery")


def register(connection: duckdb.DuckDBPyConnection, *schools: str, closed: str | None = None, type_: str = "") -> None:
    """Schools of the register in force, open since 2000."""
    for school in schools:
        connection.execute(
            "insert into raw.school_register__establishments"
            " (urn, school_id, establishment_type, status, open_date, close_date, _delivery_id, _extract_date)"
            " values (?, ?, ?, 'Open', '01-09-2000', ?, 'register', date '2025-09-01')",
            [school, school, type_ or "Community School", closed],
        )
