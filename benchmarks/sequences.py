"""Random sequences of nights, and whether what each left alone is what it would have made.

python -m benchmarks.sequences --count 20 --seed 1 --work DIR
"""

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from benchmarks.trials.content import settings_of
from benchmarks.trials.stages import built_home
from orchestration.build import compiled, database, state, warehouse
from orchestration.build.engine import one_row
from orchestration.commands import terminal
from orchestration.review import queue
from orchestration.settings import Settings

HELP = """Build an invented hamlet night after night, in sequences drawn at random, and hold each night against a build
from nothing.

    python -m benchmarks.sequences --count 20 --seed 1 --work /tmp/sequences

A sequence begins with a part of the county's deliveries. Its nights bring others, late and in any order, or nothing; a
day or weeks pass, or the day goes back; reviewers decide who is who; a child is erased; a threshold, an age of
evidence, a term or a level of need is changed. After each night every table is compared, by the number and the hashes
of its rows, with what a build makes of the same rows when it takes nothing as given. A night is also to leave alone
what it can: how many tables it made, and how many days of flags, is printed.

WORK holds county/ and home/, made there if they are missing (two minutes). Exit codes: 0 all nights were equal, 1 some
were not (the tables are named)."""

FIRST_DAY = datetime(2026, 6, 1, 20)
NIGHTS = 5
OF_DELIVERY = {"ops": ("delivery", "delivery_table", "rejection", "set_aside"), "raw": (), "quarantine": ()}
"""Tables with rows of a delivery; in the two others, all tables."""


@dataclass(frozen=True)
class Night:
    """What a night brought, how many tables it made anew and how many it left, of how many days the facts of flags were
    made anew, and the tables that are not as they should be."""

    sequence: int
    number: int
    brought: str
    made: int
    left: int
    days: int
    differing: tuple[str, ...]


def sequence(
    number: int, seed: int, home: Settings, scratch: Path, say: Callable[[Night], None], count: int = NIGHTS
) -> list[Night]:
    """The nights of one sequence on a copy of a built home; `say` is handed each as it ends."""
    drawn = random.Random(f"{seed} {number}")
    settings = copied(home, scratch / "nights")
    hidden = _hide(settings, scratch / "hidden.duckdb", drawn)
    day = latest = FIRST_DAY
    build(settings, day)
    nights = []
    for night in range(1, count + 1):
        arriving, hidden = _split(hidden, drawn.choice([0, 0, 1, 3, 10]))
        _bring(settings, scratch / "hidden.duckdb", arriving, f"night {night}")
        brought = [f"{len(arriving)} deliveries"] * bool(arriving)
        if drawn.random() < 0.3:
            _decide(settings, drawn, day)
            brought.append("a decision")
        if drawn.random() < 0.15:
            _erase(settings, drawn)
            brought.append("a child erased")
        if drawn.random() < 0.2:
            brought.append(_change_seed(settings, drawn))
        if days := drawn.choice([0, 1, 1, 3, 30, -2]):
            day += timedelta(days=days)
            brought.append(f"{days} days")
        day += timedelta(seconds=1)
        latest = max(latest, day)
        whole = copied(settings, scratch / "whole")
        made, left = build(settings, day, day < latest)
        build_from_nothing(whole, day, day < latest)
        nights.append(
            Night(
                number,
                night,
                ", ".join(brought) or "nothing",
                made,
                left,
                _days_made(settings, day),
                tuple(differing(settings, whole)),
            )
        )
        say(nights[-1])
    return nights


def build(settings: Settings, moment: datetime, is_look_back: bool = False) -> tuple[int, int]:
    """Build all tables as of the day of a moment: how many were made, how many left. No claim is asked: tables are
    compared."""
    run = warehouse.Run(moment.date(), moment, is_look_back)
    with database.connect(settings) as connection:
        built = list(warehouse.build(connection, settings, run, warehouse.selected()))
    made = sum(1 for each in built if each.reasons)
    return made, len(built) - made


def build_from_nothing(settings: Settings, moment: datetime, is_look_back: bool = False) -> None:
    """The same, taking nothing as given."""
    forget(settings)
    build(settings, moment, is_look_back)


def differing(one: Settings, other: Settings) -> list[str]:
    """The tables of the two builds that do not hold the same rows, or stand in one alone."""
    rows = [_rows(settings) for settings in (one, other)]
    return sorted(name for name in rows[0] | rows[1] if rows[0].get(name) != rows[1].get(name))


def _rows(settings: Settings) -> dict[str, str]:
    with database.connect(settings, read_only=True) as connection:
        found = connection.execute(
            "select schema_name, table_name from duckdb_tables() where schema_name not in ('raw', 'quarantine', 'ops')"
        ).fetchall()
        names = [f'{schema}."{table}"' for schema, table in found]
        return {name: state.rows_of(connection, name) for name in names}


def _split(ids: list[str], count: int) -> tuple[list[str], list[str]]:
    return ids[:count], ids[count:]


def copied(home: Settings, to: Path) -> Settings:
    """A home with a copy of another's build and nothing else."""
    shutil.rmtree(to, ignore_errors=True)
    settings = Settings(home=to, key=home.key)
    settings.build.mkdir(parents=True)
    shutil.copy(home.build_file, settings.build_file)
    return settings


def forget(settings: Settings) -> None:
    """Take nothing as given but what releases said, and the seeds as they are."""
    with database.connect(settings) as connection:
        connection.execute("delete from ops.node_state where not starts_with(unique_id, 'seed.')")
        for schema in ("staging", "intermediate", "core", "mart"):
            connection.execute(f"drop schema if exists {schema} cascade")


def _hide(settings: Settings, beside: Path, drawn: random.Random) -> list[str]:
    """Take a part of the deliveries out of a build, as if they had not come; returns their ids in random order."""
    beside.unlink(missing_ok=True)
    with database.connect(settings) as connection:
        found = connection.execute("select delivery_id from ops.delivery order by sequence").fetchall()
        ids = drawn.sample([delivery for (delivery,) in found], k=len(found) // drawn.choice([2, 3, 10]))
        connection.execute(f"attach '{beside}' as beside")
        for schema, table, column in _tables(connection):
            connection.execute(f"create schema if not exists beside.{schema}")
            which = f'{schema}."{table}" where {column} in (select unnest(?::varchar[]))'
            connection.execute(f'create table beside.{schema}."{table}" as from {which}', [ids])
            connection.execute(f"delete from {which}", [ids])
        connection.execute("drop schema if exists snapshots cascade")
        connection.execute("delete from ops.earlier_release")
    forget(settings)
    return ids


def _bring(settings: Settings, beside: Path, ids: list[str], run_id: str) -> None:
    with database.connect(settings) as connection:
        connection.execute(f"attach '{beside}' as beside (read_only)")
        for schema, table, column in _tables(connection):
            connection.execute(
                f'insert into {schema}."{table}" by name from beside.{schema}."{table}" '
                f"where {column} in (select unnest(?::varchar[]))",
                [ids],
            )
        # What arrives later has a later place, as landing gives it.
        connection.execute(
            "update ops.delivery set run_id = ?, sequence = sequence + (select max(sequence) from ops.delivery) "
            "where delivery_id in (select unnest(?::varchar[]))",
            [run_id, ids],
        )


def _decide(settings: Settings, drawn: random.Random, day: datetime) -> None:
    """Let a reviewer decide on one of the pairs that wait."""
    items = sorted(queue.waiting(settings), key=lambda item: item.review_id)
    if not items:
        return
    item = drawn.choice(items)
    decision = {
        "decision": drawn.choice(["accept", "reject"]),
        "decided_by": "a reviewer",
        "decided_at": day,
        "review_id": item.review_id,
        "kind": item.kind,
        "source": item.source,
        "person_id": item.person_id,
        "child_durable_key": item.child_durable_key,
    }
    with database.connect(settings) as connection:
        connection.execute(
            f"insert into ops.review_decision ({', '.join(decision)}) values ({', '.join('?' * len(decision))})",
            list(decision.values()),
        )


def _erase(settings: Settings, drawn: random.Random) -> None:
    """Take a pupil out of what was delivered under their UPN and, as an erasure does, make the build anew."""
    with database.connect(settings) as connection:
        found = connection.execute("select distinct upn from raw.synergy__pupils order by all").fetchall()
        if not found:
            return
        (upn,) = drawn.choice(found)
        for schema, table in connection.execute(
            "select schema_name, table_name from duckdb_columns() "
            "where schema_name in ('raw', 'quarantine') and column_name = 'upn'"
        ).fetchall():
            connection.execute(f'delete from {schema}."{table}" where upn = ?', [upn])
    forget(settings)


SEEDS = {
    "ref_flag_rule": "threshold = threshold * 1.5 where flag_code = $drawn",
    "ref_flag_rule_age": "maximum_age_days = maximum_age_days - 300 where evidence_code <> $drawn",
    "ref_term": "end_date = end_date - 3 where academic_year = '2025/26' and half_term = 2 and $drawn is not null",
    "ref_need_level_rule": "minimum_count = minimum_count + 1 where evidence_code <> $drawn",
}
"""What a council may change of its rules: the seed, and how."""


def _change_seed(settings: Settings, drawn: random.Random) -> str:
    """Change a seed as an edited file would: its rows, and what is noted of them."""
    seed = drawn.choice(sorted(SEEDS))
    with database.connect(settings) as connection:
        connection.execute(
            f"update reference.{seed} set {SEEDS[seed]}", {"drawn": drawn.choice(["attendance", "family", "sen"])}
        )
        connection.execute(
            "update ops.node_state set content = content || ' changed' where unique_id = ?",
            [f"seed.early_help.{seed}"],
        )
    return f"{seed} changed"


def _days_made(settings: Settings, moment: datetime) -> int:
    """Of how many days a night made the facts of flags anew."""
    with database.connect(settings, read_only=True) as connection:
        (days,) = one_row(
            connection.execute(
                "select count(*) from ops.node_partition where unique_id like '%.fct_flag_assessment' and made_at = ?",
                [moment],
            )
        )
    return int(days)


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    found = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = current_database() order by all"
    ).fetchall()
    return [
        (schema, table, "delivery_id" if schema == "ops" else "_delivery_id")
        for schema, table in found
        if schema in OF_DELIVERY and (schema != "ops" or table in OF_DELIVERY["ops"])
    ]


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.sequences", description=HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=20, help=f"sequences of {NIGHTS} nights each")
    parser.add_argument("--from", dest="start", type=int, default=0, metavar="NUMBER", help="the first of them")
    parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same sequences")
    parser.add_argument("--work", type=Path, required=True, help="holds county/ and home/, which are only read")
    arguments = parser.parse_args(words)
    built = built_home(arguments.work, clean=False)
    settings = settings_of(built)
    compiled.project(settings)
    nights: list[Night] = []
    with tempfile.TemporaryDirectory(prefix="sequences_") as scratch:
        for number in range(arguments.start, arguments.start + arguments.count):
            nights += sequence(number, arguments.seed, settings, Path(scratch), _show)
    wrong = [night for night in nights if night.differing]
    terminal.say(f"{len(nights)} nights of {arguments.count} sequences; {len(wrong)} left alone what had changed.")
    sys.exit(1 if wrong else 0)


def _show(night: Night) -> None:
    terminal.say(
        f"sequence {night.sequence}, night {night.number}: {night.brought}; {night.made} tables made anew, "
        f"{night.left} left alone, {night.days} days of flags made anew: "
        + (f"NOT EQUAL: {', '.join(night.differing)}" if night.differing else "equal")
    )


if __name__ == "__main__":
    main()
