"""SQLAlchemy with duckdb-engine, the way Superset connects; tables are listed by SQLAlchemy's inspector."""

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

    return Session(ask, close, lambda: inspect(engine).get_table_names(schema="mart"))


serve(connect)
