"""What every client does on request, whichever library it has: answer, watch publications, tell what it sees of one.

A request is a line of JSON on standard input, a reply a line of JSON on standard output. Needs Python's own library
alone, for it runs beside each client's locked versions.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Session(NamedTuple):
    """An open connection: `ask` gives the rows of a statement, `listed` the tables of mart by the tool's own list,
    and `described` how a table's columns and key are asked of it."""

    ask: Callable[[str], list[tuple]]
    close: Callable[[], None]
    listed: Callable[[], list[str]] | None = None
    described: Callable[[str, str], dict[str, Callable[[], list[str]]]] | None = None


Connect = Callable[[str], Session]
"""Opens a file read-only, or, of ':memory:', a database in memory."""


def serve(connect: Connect) -> None:
    """Do what standard input asks for."""
    request = json.loads(sys.stdin.readline())
    {"answer": _answer, "describe": _describe, "watch": _watch, "see": _see}[request["do"]](connect, request)


def _say(reply: object) -> None:
    print(json.dumps(reply), flush=True)


def _plain(rows: list[tuple]) -> list[list[str | None]]:
    """Cells as text, so that clients of several languages compare."""
    return [[None if cell is None else str(cell) for cell in row] for row in rows]


def _open(connect: Connect, request: dict) -> Session:
    if "key" not in request:
        return connect(request["file"])
    session = connect(":memory:")
    session.ask(f"attach '{request['file']}' as release (read_only, encryption_key '{request['key']}')")
    session.ask("use release")
    return session


def _answer(connect: Connect, request: dict) -> None:
    """The rows of every question, the tables listed, and of every forbidden statement why it was refused."""
    session = _open(connect, request)
    _say(
        {
            "answers": {name: _plain(session.ask(sql)) for name, sql in request["questions"].items()},
            "listed": sorted(session.listed()) if session.listed else None,
            "refused": {sql: _refusal(session, sql) for sql in request["forbidden"]},
        }
    )
    session.close()


def _describe(connect: Connect, request: dict) -> None:
    """What the client says of one table by itself; of what it cannot, its error."""
    session = connect(request["file"])
    said = {}
    for name, asked in session.described(request["schema"], request["table"]).items():
        try:
            said[name] = asked()
        except Exception as problem:  # each library has its own
            said[name] = str(problem)
    _say(said)
    session.close()


def _refusal(session: Session, sql: str) -> str | None:
    try:
        session.ask(sql)
    except Exception as problem:  # each library has its own
        return str(problem)
    return None


def _watch(connect: Connect, request: dict) -> None:
    """Read all questions again and again until `stop` exists; every different reply, and how often was read."""
    stop, seen, reads = Path(request["stop"]), set(), 0
    session = connect(request["file"])
    _say("ready")
    while not stop.exists():
        seen.add(tuple(str(cell) for sql in request["questions"] for row in session.ask(sql) for cell in row))
        reads += 1
        time.sleep(request["pause"])
        if request["reopen"]:
            session.close()
            session = connect(request["file"])
    session.close()
    _say({"reads": reads, "seen": sorted(seen)})


def _see(connect: Connect, request: dict) -> None:
    """What is seen before a publication, by a second connection after it, and once all are closed and opened again."""

    def release(session: Session) -> str:
        return session.ask(request["question"])[0][0]

    first = connect(request["file"])
    before = release(first)
    _say("ready")
    sys.stdin.readline()
    second = connect(request["file"])
    beside, still = release(second), release(first)
    first.close()
    second.close()
    again = connect(request["file"])
    _say({"before": before, "still": still, "beside": beside, "again": release(again)})
    again.close()
