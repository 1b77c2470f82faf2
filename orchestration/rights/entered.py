"""What was entered on the dashboard about erased children: their events, forms about them that were not saved, and
questions to those who run the tool whose words name them.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import duckdb

from orchestration.home import audit, drafts, entries, small_database, tickets
from orchestration.home.drafts import Drafts
from orchestration.home.tickets import Ticket, Tickets
from orchestration.rights import screening
from orchestration.rights.redact import REMOVED
from orchestration.rights.spelling import Name
from orchestration.rights.workspace import is_wanted
from orchestration.settings import Settings


def erase(settings: Settings, connection: duckdb.DuckDBPyConnection, names: list[Name]) -> None:
    """Strike what is about whom `wanted` lists, or names them: events, drafts of forms, words of tickets."""
    log = entries.log_of(settings)
    gone = _wanted(connection, (key for line in audit.read(log) if (key := line["child_durable_key"])))

    def left(line: dict[str, Any]) -> dict[str, Any] | None:
        if line["child_durable_key"] in gone:
            return None
        # A note about another child may name them.
        return line | {"note": REMOVED} if _tells(connection, line.get("note") or "", names) else line

    audit.rewrite(log, left, "entries about erased children were struck")
    if small_database.exists(settings, drafts.FILE):
        kept = Drafts(settings)
        # A form that was never saved may be the only one that names its child.
        kept.drop_about(_wanted(connection, kept.children()))
        for user, address, text in kept.texts():
            if _tells(connection, text, names):
                kept.drop(user, address)
    for ticket in asked_about(settings, connection, names):
        question, answer = (
            REMOVED if text and _tells(connection, text, names) else text for text in (ticket.question, ticket.answer)
        )
        Tickets(settings).redact(ticket.number, question or "", answer)


def unsaved_about(settings: Settings, keys: list[str]) -> Iterator[dict[str, str]]:
    """The notes in forms about some children that were not saved: the page, without the child's key, and the words."""
    if small_database.exists(settings, drafts.FILE):
        for _, address, words in Drafts(settings).texts():
            found = drafts.CHILD.search(address)
            if words and found and found[1] in keys:
                yield {"page": address.partition(found[1])[2].strip("/").partition("/")[0], "note": words}


def asked_about(settings: Settings, connection: duckdb.DuckDBPyConnection, names: list[Name]) -> Iterator[Ticket]:
    """The tickets whose words tell of whom is looked for."""
    if small_database.exists(settings, tickets.FILE):
        for ticket in Tickets(settings).every():
            if any(_tells(connection, text, names) for text in (ticket.question, ticket.answer) if text):
                yield ticket


def _tells(connection: duckdb.DuckDBPyConnection, text: str, names: list[Name]) -> bool:
    return bool(text) and screening.in_content(connection, text.encode(), names)


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
