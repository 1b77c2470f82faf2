"""Forms that were filled in and not saved yet: kept on the server, for each user and page, until they are saved.

A form outlives the session it was filled in. One about a child has the child's key in its page's address.
"""

import json
import re
import time

from orchestration.home.small_database import Database
from orchestration.home.tickets import LONGEST_TEXT
from orchestration.settings import Settings

FILE = "drafts.sqlite"
KEPT_SECONDS = 14 * 24 * 60 * 60
"""A form of a fortnight ago says what its author meant then."""
MOST = 30
"""So many forms of one user are kept, the newest."""
LONGEST_FIELD = 40
"""A field holds a code or a part of a day; what is longer was not filled in on our page."""
TEXT = "text"
"""The field of what somebody asks of those who run the tool."""
NOTE = "note"
"""The field of a note on what is entered of a child, where a council has notes."""
LONGEST = {TEXT: LONGEST_TEXT, NOTE: 16 * 1024}
"""Of fields that hold words. A note that is too long is kept as it is, for its author to shorten; no form is longer."""
NOT_KEPT = {"form_token", "step"}
"""What a form carries beside what was filled in: whose session it is, and which button was pressed."""

TABLE = """
    create table if not exists draft (
        user_key text not null,
        address text not null,
        fields text not null,
        kept_at real not null,
        primary key (user_key, address)
    ) strict;
"""

CHILD = re.compile(r"/child/([^/]+)")
"""The child's key in the address of a page with a form."""

Fields = dict[str, str]


def filled_in(fields: Fields) -> Fields:
    """What was filled in of what a form sent."""
    return {name: value[: LONGEST.get(name, LONGEST_FIELD)] for name, value in fields.items() if name not in NOT_KEPT}


class Drafts:
    """The drafts of a home."""

    def __init__(self, settings: Settings) -> None:
        self._database = Database(settings, FILE, TABLE)

    def keep(self, user_key: str, address: str, fields: Fields) -> None:
        """Keep what a user filled in at a page, in the place of what they had there."""
        with self._database.open() as database:
            database.execute(
                "insert or replace into draft values (?, ?, ?, ?)",
                (user_key, address, json.dumps(filled_in(fields)), time.time()),
            )
            database.execute(
                "delete from draft where user_key = ? and address not in "
                "(select address from draft where user_key = ? order by kept_at desc limit ?)",
                (user_key, user_key, MOST),
            )

    def find(self, user_key: str, address: str) -> Fields:
        """What a user filled in at a page; nothing where nothing is kept."""
        with self._database.open() as database:
            database.execute("delete from draft where kept_at < ?", (time.time() - KEPT_SECONDS,))
            row = database.execute(
                "select fields from draft where user_key = ? and address = ?", (user_key, address)
            ).fetchone()
        return dict(json.loads(row[0])) if row else {}

    def drop(self, user_key: str, address: str) -> None:
        """Forget a draft."""
        with self._database.open() as database:
            database.execute("delete from draft where user_key = ? and address = ?", (user_key, address))

    def children(self) -> set[str]:
        """The keys of the children about whom drafts are kept."""
        with self._database.open() as database:
            return {
                match[1]
                for (address,) in database.execute("select address from draft")
                if (match := CHILD.search(address))
            }

    def drop_about(self, keys: set[str]) -> None:
        """Forget every draft about some children."""
        with self._database.open() as database:
            database.executemany(
                # The form of a child at a huddle has nothing behind the key.
                "delete from draft where instr(address || '/', ?) > 0",
                [(f"/child/{key}/",) for key in keys],
            )

    def texts(self) -> list[tuple[str, str, str]]:
        """The words that stand in forms, each with its author and its page, a question's and a note's alike."""
        with self._database.open() as database:
            rows = database.execute("select user_key, address, fields from draft").fetchall()
        return [
            (user, address, words)
            for user, address, fields in rows
            for name, words in json.loads(fields).items()
            if name in LONGEST
        ]
