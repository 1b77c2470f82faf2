"""Who is signed in: kept on the server, in SQLite below EARLYHELP_HOME/dashboard, for its owner alone.

A browser holds a random token and nothing else; the file holds its hash, so that whoever reads the file can be nobody.
A session ends after 20 minutes without a page, and after ten hours in any case.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from dashboard import guard
from orchestration.home.small_database import Database
from orchestration.settings import Settings

FILE = "sessions.v2.sqlite"
"""Another name with each change of its table: whoever is signed in signs in again after such an upgrade."""
IDLE_SECONDS = 20 * 60
LONGEST_SECONDS = 10 * 60 * 60
NOTED_SECONDS = 30
"""How far a session's last page may lie back before it is written down again: not each page need wait for the disk."""

TABLE = """
    create table if not exists session (
        token_sha256 text primary key,
        user_key text,
        signed_in_by text not null,
        form_secret text not null,
        begun_at real not null,
        seen_at real not null
    ) strict;
"""

Clock = Callable[[], float]
"""Seconds since 1970."""


@dataclass(frozen=True)
class Session:
    """`user_key` is None while nobody has signed in. `form_token` stands in each form that the session was given: it is
    another each time, of the one `form_secret`.

    `signed_in_by` is the way in: for an account the issuer's name and the account's key, with a space between. It ends
    at `idle_until` unless a page is asked for, and at `ends_at` in any case, in seconds since 1970.
    """

    user_key: str | None
    signed_in_by: str
    form_secret: str
    idle_until: float
    ends_at: float

    @property
    def form_token(self) -> str:
        return guard.masked(self.form_secret)


class Sessions:
    """The sessions of a home."""

    def __init__(self, settings: Settings, clock: Clock = time.time) -> None:
        self._clock = clock
        self._database = Database(settings, FILE, TABLE)

    def begin(self, user_key: str | None, signed_in_by: str) -> str:
        """Begin a session and return its token; whoever signs in gets a new one, and the one before opens nothing."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._database.open() as database:
            # One that ended for want of a page is remembered: a form that was filled in meanwhile is its user's.
            database.execute("delete from session where begun_at < ?", (now - LONGEST_SECONDS,))
            database.execute(
                "insert into session values (?, ?, ?, ?, ?, ?)",
                (hashed(token), user_key, signed_in_by, secrets.token_urlsafe(32), now, now),
            )
        return token

    def find(self, token: str | None) -> Session | None:
        """The session of a token, if it has not ended; its time without a page begins anew."""
        if not token:
            return None
        now = self._clock()
        with self._database.open() as database:
            row = database.execute(
                "select user_key, signed_in_by, form_secret, begun_at, seen_at from session where token_sha256 = ?",
                (hashed(token),),
            ).fetchone()
            if row is None:
                return None
            user_key, signed_in_by, form_secret, begun_at, seen_at = row
            if now - seen_at >= IDLE_SECONDS or now - begun_at >= LONGEST_SECONDS:
                return None
            if now - seen_at >= NOTED_SECONDS:
                database.execute("update session set seen_at = ? where token_sha256 = ?", (now, hashed(token)))
                seen_at = now
        ends_at = begun_at + LONGEST_SECONDS
        return Session(user_key, signed_in_by, form_secret, min(seen_at + IDLE_SECONDS, ends_at), ends_at)

    def find_ended(self, token: str | None) -> Session | None:
        """Whose session it was that ended for want of a page, to know whose form it is that came too late."""
        with self._database.open() as database:
            row = database.execute(
                "select user_key, signed_in_by, form_secret, begun_at, seen_at from session where token_sha256 = ?",
                (hashed(token or ""),),
            ).fetchone()
        now = self._clock()
        if row is None or now - row[3] >= LONGEST_SECONDS or now - row[4] < IDLE_SECONDS:
            return None
        return Session(row[0], row[1], row[2], now, now)

    def end(self, token: str | None) -> None:
        """Forget a session, if there is one."""
        if token:
            with self._database.open() as database:
                database.execute("delete from session where token_sha256 = ?", (hashed(token),))


def hashed(token: str) -> str:
    """As what a browser holds is kept on the server."""
    return hashlib.sha256(token.encode()).hexdigest()
