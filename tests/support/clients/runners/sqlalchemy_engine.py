"""SQLAlchemy with duckdb-engine, the way Superset connects; tables are listed by SQLAlchemy's inspector."""

from collections.abc import Callable

from client import Session, serve
from sqlalchemy import create_engine, inspect, text


def connect(file: str) -> Session:
    engine = create_engine(f"duckdb:///{file}", connect_args={"read_only": file != ":memory:"})
    connection = engine.connect()

    def ask(sql: str) -> list[tuple]:
        with connection.begin():
            result = connection.execute(text(sql))
            return [tuple(row) for row in result] if result.returns_rows else []

    def close() -> None:
        connection.close()
        engine.dispose()

    def described(schema: str, table: str) -> dict[str, Callable[[], list[str]]]:
        return {
            "columns": lambda: [column["name"] for column in inspect(engine).get_columns(table, schema=schema)],
            "key": lambda: inspect(engine).get_pk_constraint(table, schema=schema)["constrained_columns"],
        }

    return Session(ask, close, lambda: inspect(engine).get_table_names(schema="mart"), described)


serve(connect)
