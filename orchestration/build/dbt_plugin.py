"""Prepares DuckDB for dbt: the pseudonym key for every cursor, temporary files encrypted."""

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection

from orchestration.build import engine
from orchestration.home.pseudonym_key import pseudonym_key
from orchestration.settings import Settings


class Plugin(BasePlugin):
    """Found by dbt-duckdb under this name; see profiles.yml."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        engine.encrypt(conn)
        self._key = pseudonym_key(Settings())

    def configure_cursor(self, cursor: DuckDBPyConnection) -> None:
        cursor.execute("set variable earlyhelp_key = ?", [self._key])
