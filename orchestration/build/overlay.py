"""Keeps, in the build and so in its release, the SQL of the tables that an entry of the dashboard changes at once.

Models say `meta: {is_laid_over: true}`. The dashboard makes them again of what was entered since, by the SQL that made
the release, so that a page says what the next release will say. What says `is_log_of` is a log of events, as that table
publishes it, and continued with what was entered since.
"""

from collections.abc import Iterable

import duckdb

from orchestration.build.compiled import Compiled
from orchestration.build.materializations import Node


def keep(connection: duckdb.DuckDBPyConnection, nodes: Iterable[Node], sql: Compiled) -> None:
    """Write ops.overlay_model: of `nodes`, each after those it refers to, those that are laid over."""
    rows = [
        (place, node["schema"], node["name"], node["relation_name"], sql.sql[node["unique_id"]], meta.get("is_log_of"))
        for place, node in enumerate(nodes)
        if (meta := node["config"]["meta"]).get("is_laid_over")
    ]
    if rows:
        connection.execute("delete from ops.overlay_model")
        connection.executemany("insert into ops.overlay_model values (?, ?, ?, ?, ?, ?)", rows)
