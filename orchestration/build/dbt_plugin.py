"""Prepares DuckDB for dbt: the pseudonym key and the flags that are on for every cursor, temporary files encrypted."""

from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection

from expectations.reference import flags
from orchestration.build import database, engine
from orchestration.home.pseudonym_key import pseudonym_key
from orchestration.settings import Settings


class Plugin(BasePlugin):
    """Found by dbt-duckdb under this name; see profiles.yml."""

    def update_connection_config(self, creds: DuckDBCredentials, config: dict[str, Any]) -> None:
        """Before the build is opened: say in a sentence what there is none without."""
        settings = Settings()
        try:
            self._key = pseudonym_key(settings)
            if not Path(creds.path).exists():
                raise LookupError(database.no_build(settings))
        except (LookupError, ValueError) as error:
            # dbt-duckdb shows this error's words alone; any other it shows with all the code that it came through.
            raise RuntimeError(str(error)) from error

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        engine.encrypt(conn)

    def configure_cursor(self, cursor: DuckDBPyConnection) -> None:
        cursor.execute("set variable earlyhelp_key = ?", [self._key])
        cursor.execute("set variable flag_codes = ?", [",".join(flags())])
