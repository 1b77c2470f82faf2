"""Adds councils up to their region, hides what would tell of a child, and writes the tables of the region's release."""

from datetime import date
from pathlib import Path

import duckdb

from orchestration import suppression
from orchestration.build import engine
from orchestration.build.engine import one_row, quoted
from orchestration.region import describe, load
from orchestration.region.handed import Fit, LeftOut, Looked, fits
from orchestration.releases.audience_files import STORAGE_VERSION
from orchestration.settings import Settings

BEFORE, TOTALS, FLAG_STEPS, REFERRAL_STEPS = (
    (load.SQL / f"{name}.sql").read_text() for name in ("before", "totals", "flag_steps", "referral_steps")
)
TABLES = [(load.SQL / f"{name}.sql").read_text() for name in ("about", "trend", "benefit", "re_referral")]
GRAINS = ("council", "school")
"""Whose numbers somebody may know who is inside: a council's, and a school's."""
STEPS = ("raised", "assessable")
"""Children are told of the region where each council tells its own."""
FEWEST = 2


class TooFew(ValueError):
    """Fewer than two councils can be united; `looked` says what is wrong with the others."""

    def __init__(self, looked: list[Looked]) -> None:
        self.looked = looked
        super().__init__(f"{len(fits(looked))} of {len(looked)} councils can be united; a region has two at least.")


def write(settings: Settings, name: str, looked: list[Looked], target: Path, before: Path | None) -> list[Looked]:
    """Write the region's file to `target`, a new file; returns the councils, with those that broke while being read.

    `before` is the region's file of the release before, or None: what it hides stays hidden, and nothing may follow
    from the two together. Raises TooFew when fewer than two councils are left.
    """
    with engine.connect(settings) as connection:
        load.begin(connection)
        looked = [load.load(connection, one) if isinstance(one, Fit) else one for one in looked]
        if len(fits(looked)) < FEWEST:
            raise TooFew(looked)
        _note(connection, looked)
        connection.execute(f"set variable region = '{quoted(Path(name))}'")
        connection.execute(f"attach '{quoted(target)}' as release (storage_version '{STORAGE_VERSION}')")
        if before is not None:
            connection.execute(f"attach '{quoted(before)}' as before (read_only)")
            connection.execute(BEFORE)
            connection.execute("detach before")
        _hide(connection, fits(looked)[0].as_of)
        for tables in TABLES:
            connection.execute(tables)
        describe.describe(connection)
        connection.execute("detach release")
    return looked


def _note(connection: duckdb.DuckDBPyConnection, looked: list[Looked]) -> None:
    for turn, one in enumerate(looked):
        row: list[object] = [turn, one.entry.code, one.entry.name, isinstance(one, Fit)]
        if isinstance(one, LeftOut):
            row += [one.fault, None, None, None]
        else:
            row += [None, one.release.release_id, one.as_of, one.release.manifest.get("version")]
        connection.execute("insert into council values (?, ?, ?, ?, ?, ?, ?, ?)", row)


def _hide(connection: duckdb.DuckDBPyConnection, day: date) -> None:
    suppression.begin(connection, _strictest(connection, day))
    connection.execute(TOTALS)
    for grain in GRAINS:
        connection.execute(f"set variable grain = '{grain}'")
        connection.execute(FLAG_STEPS)
        for step in STEPS:
            suppression.hide_step(connection, step)
        connection.execute("insert into total_hidden select step, flag_code, as_of_date from hidden where level = 3")
    connection.execute(REFERRAL_STEPS)
    for step in suppression.STEPS:
        suppression.hide_step(connection, step)


def _strictest(connection: duckdb.DuckDBPyConnection, day: date) -> suppression.Rule:
    """No council's rule is undercut: of each number of the rule the strictest on the day."""
    return suppression.Rule(
        *one_row(
            connection.execute(
                """
                select
                    max(threshold), max(minimum_hidden_places), bool_or(is_insider_withstood), min(rate_decimals)
                from suppression_rule
                where valid_from_date <= $day and $day < valid_to_date
                """,
                {"day": day},
            )
        )
    )
