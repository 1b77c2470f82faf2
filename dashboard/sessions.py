"""Who is signed in: kept on the server, in SQLite below EARLYHELP_HOME/dashboard, for its owner alone.

A browser holds a random token and nothing else; the file holds its hash, so that whoever reads the file can be nobody.
A session ends after 20 minutes without a page, and after ten hours in any case.
"""

import hashlib
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from orchestration.home import durable
from orchestration.settings import Settings

IDLE_SECONDS = 20 * 60
LONGEST_SECONDS = 10 * 60 * 60
NOTED_SECONDS = 30
"""How far a session's last page may lie back before it is written down again: not each page need wait for the disk."""

TABLE = """
    create table if not exists session (
        token_sha256 text primary key,
        user_key text,
        signed_in_by text not null,
        form_token text not null,
        begun_at real not null,
        seen_at real not null
    ) strict
"""

Clock = Callable[[], float]
"""Seconds since 1970."""


@dataclass(frozen=True)
class Session:
    """`user_key` is None while nobody has signed in. `form_token` stands in each form that the session was given."""

    user_key: str | None
    signed_in_by: str
    form_token: str


class Sessions:
    """The sessions of a home."""

    def __init__(self, settings: Settings, clock: Clock = time.time) -> None:
        self._clock = clock
        self._path = settings.home / "dashboard" / "sessions.sqlite"
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._path.exists():
            durable.write_bytes(self._path, b"", mode=0o600)
        with self._open() as database:
            database.execute(TABLE)

    def begin(self, user_key: str | None, signed_in_by: str) -> str:
        """Begin a session and return its token; whoever signs in gets a new one, and the one before opens nothing."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._open() as database:
            database.execute(
                "delete from session where seen_at < ? or begun_at < ?", (now - IDLE_SECONDS, now - LONGEST_SECONDS)
            )
            database.execute(
                "insert into session values (?, ?, ?, ?, ?, ?)",
                (_hash(token), user_key, signed_in_by, secrets.token_urlsafe(32), now, now),
            )
        return token

    def find(self, token: str | None) -> Session | None:
        """The session of a token, if it has not ended; its time without a page begins anew."""
        if not token:
            return None
        now = self._clock()
        with self._open() as database:
            row = database.execute(
                "select user_key, signed_in_by, form_token, begun_at, seen_at from session where token_sha256 = ?",
                (_hash(token),),
            ).fetchone()
            if row is None:
                return None
            *known, begun_at, seen_at = row
            if now - seen_at >= IDLE_SECONDS or now - begun_at >= LONGEST_SECONDS:
                database.execute("delete from session where token_sha256 = ?", (_hash(token),))
                return None
            if now - seen_at >= NOTED_SECONDS:
                database.execute("update session set seen_at = ? where token_sha256 = ?", (now, _hash(token)))
        return Session(*known)

    def end(self, token: str | None) -> None:
        """Forget a session, if there is one."""
        if token:
            with self._open() as database:
                database.execute("delete from session where token_sha256 = ?", (_hash(token),))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=10)) as database, database:
            yield database


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
