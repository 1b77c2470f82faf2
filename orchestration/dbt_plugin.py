"""Hands the pseudonym key to every cursor that dbt opens on DuckDB."""

from dbt.adapters.duckdb.plugins import BasePlugin

from orchestration.pseudonym_key import pseudonym_key
from orchestration.settings import Settings


class Plugin(BasePlugin):
    """Found by dbt-duckdb under this name; see profiles.yml."""

    def configure_cursor(self, cursor) -> None:
        cursor.execute("set variable earlyhelp_key = ?", [pseudonym_key(Settings())])
