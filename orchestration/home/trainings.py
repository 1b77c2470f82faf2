"""Who has done which training: in SQLite below EARLYHELP_HOME/dashboard. What there is, ref_training says."""

import time
from dataclasses import dataclass
from datetime import date

from orchestration.home import as_of
from orchestration.home.small_database import Database
from orchestration.settings import Settings

FILE = "trainings.sqlite"

TABLE = """
    create table if not exists training (
        user_key text not null,
        training_code text not null,
        noted_at real not null,
        is_done integer not null,
        primary key (user_key, training_code)
    ) strict;
"""


@dataclass(frozen=True)
class Done:
    """A training that a user has done, and the day by the council's calendar."""

    user_key: str
    training_code: str
    done_date: date


class Trainings:
    """The trainings of a home's users. Each method raises OSError when there is no room for what it writes."""

    def __init__(self, settings: Settings) -> None:
        self._database = Database(settings, FILE, TABLE)

    def mark(self, user_key: str, training_code: str) -> None:
        """A user has done a training; of one that they had done the day stays."""
        with self._database.open() as database:
            database.execute(
                "insert into training values (?, ?, ?, 1) on conflict do update "
                "set noted_at = excluded.noted_at, is_done = 1 where not is_done",
                (user_key, training_code, time.time()),
            )

    def set_aside(self, user_key: str, training_code: str) -> None:
        """A user does not want to be told of a training again."""
        with self._database.open() as database:
            database.execute(
                "insert or ignore into training values (?, ?, ?, 0)", (user_key, training_code, time.time())
            )

    def forget(self, user_key: str, training_code: str) -> None:
        """A user had marked a training by mistake, or too long ago."""
        with self._database.open() as database:
            database.execute("delete from training where user_key = ? and training_code = ?", (user_key, training_code))

    def is_noted(self, user_key: str, training_code: str) -> bool:
        """Whether a user has done a training, or set it aside."""
        with self._database.open() as database:
            return bool(
                database.execute(
                    "select 1 from training where user_key = ? and training_code = ?", (user_key, training_code)
                ).fetchone()
            )

    def done(self) -> list[Done]:
        """What everybody has done, by user, the oldest first."""
        return [done for done, is_done in self._noted() if is_done]

    def noted(self) -> list[Done]:
        """The same with what was set aside, on which day."""
        return [done for done, _ in self._noted()]

    def _noted(self) -> list[tuple[Done, bool]]:
        with self._database.open() as database:
            rows = database.execute(
                "select user_key, training_code, noted_at, is_done from training order by user_key, noted_at"
            ).fetchall()
        return [(Done(user, code, as_of.day_of(noted_at)), bool(is_done)) for user, code, noted_at, is_done in rows]
