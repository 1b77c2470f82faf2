"""Whether pages say at once what the next release says, of entries drawn at random about all children of a county.

    python -m benchmarks.entries --home DIR --as-of 2026-06-26 --rounds 3 --seed 1

Changes the home, of an invented county alone: in every round somebody opens, reviews, closes, corrects or withdraws
something of each child by what the dashboard's forms call, and every school plans, moves, holds or cancels a huddle and
decides there on children; between the rounds a build brings half of it into a release. Then all that pages say of each
place is put down, a build is run, and what its release says is held against it row for row; and once more with the
events of a response taken in another order, which is to differ. Ends with 1 where pages and release differ, or where
the broken ones do not.
"""

import argparse
import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from random import Random

from dashboard import overlay_logs
from dashboard.published import ANALYSTS, Published
from orchestration.settings import PROJECT, Settings
from tests.support.authors import Authors
from tests.support.said import Content, different, in_another_order, said
from tests.support.warehouse import command

PATHS = """
    with logs as (
        select response_key, list(event_kind order by event_order) as path
        from core.fct_response_event
        where response_key in (select unnest($keys::varchar[]))
        group by response_key
    )

    select count(*) as responses_count, count(distinct path) as paths_count, max(len(path)) as longest from logs
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="a home with a release of an invented county")
    parser.add_argument("--as-of", type=date.fromisoformat, required=True, help="the day of its builds")
    parser.add_argument("--rounds", type=int, default=2, help="how often something is said of each child")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    settings = Settings(home=given.home)
    authors = Authors(settings, Random(given.seed), given.as_of)
    entries = 0
    for number in range(given.rounds):
        began = time.perf_counter()
        entries += authors.enter(rounds=1) + authors.meet()
        print(f"round {number + 1}: {entries:,} entries so far, {time.perf_counter() - began:.0f} s", flush=True)
        if number == (given.rounds - 1) // 2 and given.rounds > 1:
            build(settings, given.as_of)
    pages = said(settings, given.as_of, events=True)
    whole = dict(overlay_logs.LOGS)
    overlay_logs.LOGS |= {name: in_another_order(sql) for name, sql in whole.items()}
    broken = said(settings, given.as_of, events=True)
    overlay_logs.LOGS |= whole
    build(settings, given.as_of)
    release = said(settings, given.as_of, events=False)
    published = Published(settings)
    with published.tables(published.in_force(), ANALYSTS) as tables:
        paths = tables.row(PATHS, keys=list(authors.sequences))
    published.close()
    assert paths, "a count is one row"
    wrong, seen = different(pages, release), different(broken, release)
    print(
        f"{paths['responses_count']:,} responses with {sum(authors.sequences.values()):,} entries, each a sequence of "
        f"its own: {paths['paths_count']:,} different ones, the longest of {paths['longest']}; "
        f"{authors.decided:,} decisions of huddles"
    )
    print(f"{len(release):,} tables of {len({audience for audience, _ in release}):,} files, {rows(release):,} rows")
    print(f"pages against release: {len(wrong)} tables differ" + "".join(f"\n  {one}" for one in wrong.items()))
    print(f"in another order: {len(seen)} tables differ")
    return 1 if wrong or not seen else 0


def build(settings: Settings, day: date) -> None:
    began = time.perf_counter()
    subprocess.run(
        command("build", "--as-of", day.isoformat()),
        cwd=PROJECT,
        env={**os.environ, "EARLYHELP_HOME": str(settings.home)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    print(f"built, {time.perf_counter() - began:.0f} s", flush=True)


def rows(content: Content) -> int:
    return sum(len(table) for table in content.values())


if __name__ == "__main__":
    sys.exit(main())
