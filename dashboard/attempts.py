"""Sign-ins that have begun and not come back, and how many were tried of late: in SQLite, for all processes together.

What a browser carries to the identity provider and back is a random `state`; the file holds its hash, and the session
that began it. It is taken once: a state that comes a second time, to another browser or after ten minutes is unknown.
"""

import base64
import hashlib
import ipaddress
import secrets
import time
from dataclasses import dataclass

from dashboard.sessions import Clock, hashed
from orchestration.home.small_database import Database
from orchestration.settings import Settings

LASTS_SECONDS = 10 * 60
"""How long somebody may take at the identity provider, and over how long tries are counted."""
MOST_BY_ONE_ADDRESS = 120
"""A whole office may share one address; whoever tries accounts by the thousand has one, too."""
MOST_IN_ALL = 1_000

TABLES = """
    create table if not exists attempt (
        state_sha256 text primary key,
        session_sha256 text not null,
        issuer text not null,
        nonce text not null,
        verifier text not null,
        leads_to text not null,
        begun_at real not null
    ) strict;
    create table if not exists try (address text not null, tried_at real not null) strict;
    create index if not exists try_by_time on try (tried_at);
"""


@dataclass(frozen=True)
class Attempt:
    """What the token that comes back must show (`nonce`), what redeems its code, and where the browser wanted to go."""

    nonce: str
    verifier: str
    leads_to: str

    @property
    def challenge(self) -> str:
        """What PKCE sends ahead of the verifier, by S256."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class Attempts:
    """The attempts at a home."""

    def __init__(self, settings: Settings, clock: Clock = time.time) -> None:
        self._clock = clock
        self._database = Database(settings, "sign_ins.sqlite", TABLES)

    def may_try(self, address: str) -> bool:
        """Count a try from an address, and say whether it is one of those that may be made."""
        now, source = self._clock(), _network(address)
        with self._database.open() as database:
            # From here on the only one who writes: two processes count one after the other.
            database.execute("delete from try where tried_at < ?", (now - LASTS_SECONDS,))
            own, in_all = database.execute(
                "select count(*) filter (where address = ?), count(*) from try", (source,)
            ).fetchone()
            if own >= MOST_BY_ONE_ADDRESS or in_all >= MOST_IN_ALL:
                return False
            database.execute("insert into try values (?, ?)", (source, now))
        return True

    def begin(self, session_token: str, issuer: str, leads_to: str) -> tuple[str, Attempt]:
        """Begin an attempt of a session; returns its state."""
        state, now = secrets.token_urlsafe(32), self._clock()
        attempt = Attempt(secrets.token_urlsafe(32), secrets.token_urlsafe(64), leads_to)
        with self._database.open() as database:
            database.execute("delete from attempt where begun_at < ?", (now - LASTS_SECONDS,))
            database.execute(
                "insert into attempt values (?, ?, ?, ?, ?, ?, ?)",
                (hashed(state), hashed(session_token), issuer, attempt.nonce, attempt.verifier, leads_to, now),
            )
        return state, attempt

    def take(self, state: str, session_token: str, issuer: str) -> Attempt | None:
        """The attempt of a state, this once; None unless this session began it, at this issuer, not too long ago."""
        with self._database.open() as database:
            found = database.execute(
                "delete from attempt where state_sha256 = ? and session_sha256 = ? and issuer = ? "
                "returning nonce, verifier, leads_to, begun_at",
                (hashed(state), hashed(session_token), issuer),
            ).fetchone()
        if found is None or self._clock() - found[3] > LASTS_SECONDS:
            return None
        return Attempt(*found[:3])


def _network(address: str) -> str:
    """Whose address it is: of IPv6 one connection has as many as it likes, and all begin alike."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "?"
    return str(found if found.version == 4 else ipaddress.ip_network((found, 64), strict=False))
