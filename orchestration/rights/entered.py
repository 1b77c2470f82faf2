"""What was entered on the dashboard about erased children: their events, and forms about them that were not saved."""

from collections.abc import Iterable

import duckdb

from orchestration.home import audit, entries
from orchestration.home.drafts import Drafts, exist
from orchestration.rights.workspace import is_wanted
from orchestration.settings import Settings


def erase(settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
    """Strike the events about whom `wanted` lists from the journal, and drop the drafts of forms about them."""
    log = entries.log_of(settings)
    gone = _wanted(connection, (key for line in audit.read(log) if (key := line["child_durable_key"])))
    audit.rewrite(
        log,
        lambda line: None if line["child_durable_key"] in gone else line,
        "entries about erased children were struck",
    )
    if exist(settings):
        drafts = Drafts(settings)
        # A form that was never saved may be the only one that names its child.
        drafts.drop_about(_wanted(connection, drafts.children()))


def _wanted(connection: duckdb.DuckDBPyConnection, keys: Iterable[str]) -> set[str]:
    """Those of some children's keys that are looked for."""
    rows = connection.execute(
        f"""
        select key
        from (select unnest($keys::varchar[]) as key)
        where {is_wanted("key", "'key|' || key")}
        """,
        {"keys": sorted(set(keys))},
    ).fetchall()
    return {key for (key,) in rows}
