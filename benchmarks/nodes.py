"""Where the time of a night goes, table by table: the warehouse's step of a build on a copy of a home's build file.

    python -m benchmarks.nodes data/demo/home --as-of 2026-06-27 --top 20

Landing, the release gate and the release's files are no part of it. Prints the seconds of wall and of processor of all
tables and of the claims on them, then those tables that took the longest, with the rows written. The copy is made with
the files of the project as they are: the first run after a change of them makes anew what the change touches, so
measure the second (`--nights 2`).
"""

import argparse
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path

from benchmarks.sequences import copied
from orchestration.build import data_tests, database, partitions, warehouse
from orchestration.deliveries import schema
from orchestration.settings import Settings


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path, help="a home that was built; it is only read")
    parser.add_argument("--as-of", type=date.fromisoformat, required=True, help="the day of the first night")
    parser.add_argument("--nights", type=int, default=1, help="as many nights in a row, a day each; each is printed")
    parser.add_argument("--top", type=int, default=20, help="tables listed")
    parser.add_argument("--key", help="the pseudonym key of the home; default: EARLYHELP_KEY or the key file")
    arguments = parser.parse_args()
    given = {"key": arguments.key} if arguments.key else {}
    with tempfile.TemporaryDirectory() as scratch:
        settings = copied(Settings(home=arguments.home, **given), Path(scratch) / "home")
        for night in range(arguments.nights):
            _night(settings, arguments.as_of + timedelta(days=night), arguments.top)


def _night(settings: Settings, day: date, top: int) -> None:
    run = warehouse.Run(day, datetime(day.year, day.month, day.day, 20))
    with database.connect(settings) as connection:
        schema.ensure_schema(connection)
        connection.execute("update ops.build_run set as_of_date = ?, said_at = ?", [run.as_of, run.said_at])
        begun, used = time.perf_counter(), time.process_time()
        built = list(warehouse.build(connection, settings, run, warehouse.selected()))
        print(
            f"{day}: tables {time.perf_counter() - begun:.1f} s, {time.process_time() - used:.1f} s of processor;",
            end="",
        )
        begun, used = time.perf_counter(), time.process_time()
        list(data_tests.run(connection, settings))
        print(f" claims {time.perf_counter() - begun:.1f} s, {time.process_time() - used:.1f} s of processor")
        days, judged = partitions.made_in_run(connection, "fct_flag_assessment")
    print(f"days of flags made anew: {days} of {judged}")
    for each in sorted(built, key=lambda one: -one.seconds)[:top]:
        print(f"{each.seconds:8.2f} s  {each.rows or 0:>12,} rows  {each.name}")


if __name__ == "__main__":
    main()
