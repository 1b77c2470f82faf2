"""ADBC: Arrow's driver manager with DuckDB's library as the driver; tables are listed by ADBC's own catalogue."""

import importlib.util

from adbc_driver_manager import dbapi
from client import Session, serve


def connect(file: str) -> Session:
    options = {"path": file} if file == ":memory:" else {"path": file, "access_mode": "READ_ONLY"}
    connection = dbapi.connect(
        driver=importlib.util.find_spec("_duckdb").origin,
        entrypoint="duckdb_adbc_init",
        db_kwargs=options,
        autocommit=True,
    )

    def ask(sql: str) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def listed() -> list[str]:
        objects = connection.adbc_get_objects(depth="tables", db_schema_filter="mart").read_all().to_pylist()
        return [
            table["table_name"]
            for catalog in objects
            for schema in catalog["catalog_db_schemas"]
            for table in schema["db_schema_tables"]
        ]

    return Session(ask, connection.close, listed)


serve(connect)
