"""What users ask of those who run the tool, and the answers: a ticket each, in SQLite below EARLYHELP_HOME/dashboard.

A ticket is about a screen and never about a child. Text that names one by UPN, day of birth or key is not taken; a
name cannot be told from other words, so that an erasure looks through what is kept.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from orchestration.home import as_of, provenance
from orchestration.home.small_database import Database
from orchestration.settings import Settings

FILE = "tickets.sqlite"
LONGEST_TEXT = 1000
"""Letters of a question or an answer: what takes more is told by telephone."""
MOST_WAITING = 10
"""So many tickets of one user may wait for an answer."""
MOST_A_DAY = 30
"""So many of one user are taken within a day and a night, whatever became of them."""
YOUNGEST_YEARS = 3
"""A day of so many years ago or more is taken for a day of birth: younger children are in no list here."""

KINDS = {
    "wrong_data": "Something is wrong in the data",
    "cannot_see": "I cannot see a school or a child",
    "how_to": "I do not know how to do something",
    "fault": "Something does not work",
}
STATUSES = {"open": "Waits for an answer", "answered": "Answered", "closed": "Closed"}

TABLE = """
    create table if not exists ticket (
        number integer primary key autoincrement,
        form_id text not null,
        asked_by text not null,
        asked_at text not null,
        screen text not null,
        kind text not null,
        question text not null,
        status text not null,
        answer text,
        answered_by text,
        answered_at text,
        closed_at text,
        is_told integer not null default 1,
        unique (asked_by, form_id)
    ) strict;
"""
COLUMNS = "number, asked_by, asked_at, screen, kind, question, status, answer, answered_by, answered_at, closed_at"

UPN = re.compile(r"(?<![A-Z0-9])[A-Z](?:[ .-]?[0-9]){11}[ .-]?[0-9A-Z](?![A-Z0-9])", re.IGNORECASE)
KEY = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", re.IGNORECASE)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = rf"(?P<month>{'|'.join(MONTHS)})[a-z]*\.?"
YEAR = r"(?P<year>(?:19|20)?[0-9]{2})(?![0-9])"
DAYS = (
    re.compile(rf"(?<![0-9])(?P<day>[0-9]{{1,2}})[ ./-]+(?P<month>[0-9]{{1,2}})[ ./-]+{YEAR}"),
    re.compile(r"(?<![0-9])(?P<year>(?:19|20)[0-9]{2})[ ./-]?(?P<month>[0-9]{2})[ ./-]?(?P<day>[0-9]{2})(?![0-9])"),
    re.compile(rf"(?<![0-9])(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)?[ .-]*{MONTH},?[ .-]*{YEAR}", re.IGNORECASE),
    re.compile(rf"(?<![a-z]){MONTH} *(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,? +{YEAR}", re.IGNORECASE),
)


class TooMany(ValueError):
    """So many tickets of a user wait, or came lately, that no more are taken."""


@dataclass(frozen=True)
class Ticket:
    """`status` is one of STATUSES, `kind` one of KINDS. Moments are UTC, in ISO form; users are named by their keys."""

    number: int
    asked_by: str
    asked_at: str
    screen: str
    kind: str
    question: str
    status: str
    answer: str | None
    answered_by: str | None
    answered_at: str | None
    closed_at: str | None

    @property
    def last_day(self) -> date:
        """The day on which something was last done about it, by the council's calendar."""
        last = self.closed_at or self.answered_at or self.asked_at
        return as_of.day_of_utc(last)


def problem_of(text: str, today: date) -> str | None:
    """Why a text is not taken, in a sentence for its author; None for one that is."""
    if not text.strip():
        return "Write what you want to ask or to say"
    if len(text) > LONGEST_TEXT:
        return f"Write at most {LONGEST_TEXT:,} letters: these are {len(text):,}"
    if UPN.search(text):
        return "Take out what looks like a UPN: nothing here may say which child it is about"
    if KEY.search(text):
        return "Take out the address of a child's page: it says which child. Say which page it is instead"
    if any(_is_of_birth(found, today) for pattern in DAYS for found in pattern.finditer(text)):
        return "Take out what looks like a day of birth: nothing here may say which child it is about"
    return None


def _is_of_birth(found: re.Match[str], today: date) -> bool:
    year, month = int(found["year"]), found["month"].lower()
    if year < 100:
        year += 2000 if year <= today.year % 100 else 1900
    try:
        day = date(year, int(month) if month.isdigit() else MONTHS.index(month[:3]) + 1, int(found["day"]))
    except ValueError:
        return False
    return (today - day).days >= YOUNGEST_YEARS * 365


class Tickets:
    """The tickets of a home. Each method raises OSError when there is no room for what it writes."""

    def __init__(self, settings: Settings) -> None:
        self._database = Database(settings, FILE, TABLE)

    def ask(self, asked_by: str, screen: str, kind: str, question: str, form_id: str) -> int:
        """Take a question and return its number; a form that is sent twice is one ticket. Raises TooMany."""
        with self._database.open() as database:
            database.execute("begin immediate")
            row = database.execute(
                "select number from ticket where form_id = ? and asked_by = ?", (form_id, asked_by)
            ).fetchone()
            if row:
                return int(row[0])
            lately = (datetime.now(UTC) - timedelta(days=1)).replace(tzinfo=None).isoformat()
            waiting, of_a_day = database.execute(
                "select count(*) filter (where status = 'open'), count(*) filter (where asked_at > ?) "
                "from ticket where asked_by = ?",
                (lately, asked_by),
            ).fetchone()
            if waiting >= MOST_WAITING or of_a_day >= MOST_A_DAY:
                raise TooMany
            made = database.execute(
                "insert into ticket (form_id, asked_by, asked_at, screen, kind, question, status) "
                "values (?, ?, ?, ?, ?, ?, 'open')",
                (form_id, asked_by, provenance.now(), screen, kind, question),
            )
            assert made.lastrowid, "a row was written"
            return made.lastrowid

    def find(self, number: int) -> Ticket | None:
        return next(self._where("number = ?", number), None)

    def of(self, user_key: str) -> list[Ticket]:
        """A user's own, the newest first."""
        return list(self._where("asked_by = ? order by number desc", user_key))

    def in_hand(self) -> list[Ticket]:
        """Everybody's that are not closed: those that wait first, the oldest of them first."""
        return list(self._where("status <> 'closed' order by status = 'answered', number"))

    def every(self) -> list[Ticket]:
        return list(self._where("true order by number"))

    def answer(self, number: int, answered_by: str, text: str) -> bool:
        """Answer a ticket that waits; its author is told. False for one that somebody else answered meanwhile."""
        with self._database.open() as database:
            done = database.execute(
                "update ticket set answer = ?, answered_by = ?, answered_at = ?, status = 'answered', is_told = 0 "
                "where number = ? and status = 'open'",
                (text, answered_by, provenance.now(), number),
            )
            return done.rowcount == 1

    def close(self, number: int) -> None:
        """Close a ticket, answered or not; one that is closed stays as it is."""
        with self._database.open() as database:
            database.execute(
                "update ticket set status = 'closed', closed_at = ? where number = ? and status <> 'closed'",
                (provenance.now(), number),
            )

    def untold(self, user_key: str) -> list[int]:
        """The numbers of a user's tickets whose answers they have not opened yet."""
        with self._database.open() as database:
            rows = database.execute("select number from ticket where asked_by = ? and is_told = 0", (user_key,))
            return [int(number) for (number,) in rows]

    def tell(self, number: int) -> None:
        """The author has opened the answer."""
        with self._database.open() as database:
            database.execute("update ticket set is_told = 1 where number = ? and is_told = 0", (number,))

    def redact(self, number: int, question: str, answer: str | None) -> None:
        """Put other text into a ticket."""
        with self._database.open() as database:
            database.execute("update ticket set question = ?, answer = ? where number = ?", (question, answer, number))

    def drop(self, number: int) -> None:
        """Forget a ticket; no other gets its number."""
        with self._database.open() as database:
            database.execute("delete from ticket where number = ?", (number,))

    def _where(self, condition: str, *values: object) -> Iterator[Ticket]:
        with self._database.open() as database:
            rows = database.execute(f"select {COLUMNS} from ticket where {condition}", values).fetchall()
        return (Ticket(*row) for row in rows)
