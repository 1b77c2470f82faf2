"""DuckDB's own client for Python, of any version."""

import duckdb
from client import Session, serve


def connect(file: str) -> Session:
    connection = duckdb.connect(file, read_only=file != ":memory:")
    return Session(lambda sql: connection.execute(sql).fetchall(), connection.close)


serve(connect)
