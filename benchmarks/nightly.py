"""What a night costs at a fifth of a county's history and at all of it: build, then one more day of marks.

    python -m benchmarks.nightly --county /tmp/county

For one and for five years of census returns (with the last half term and with the whole year of daily marks): builds a
home from the county's extracts, sampling the memory of its processes, then delivers the next day's marks of every
school and builds again. Prints seconds, peak memory, rows written to fct_attendance_day, and the ratio of the nights.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.build import DAY, FIRST_CENSUS, TERMS, peak_memory
from orchestration.build.engine import one_row
from orchestration.settings import PROJECT
from synthetic import county

NEXT_DAY = "2026-06-27"
FIRST_MARKS = {1: "2026-05-31", 5: ""}
"""The file date from which on daily marks are delivered: those of the last half term, or all of the year."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="county", choices=["hamlet", "demo", "county"])
    parser.add_argument("--county", type=Path, help="a county made before; default: make one")
    parser.add_argument("--years", type=int, nargs="+", default=[1, 5], choices=[1, 5], help="of census returns")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        made = arguments.county or Path(temporary) / "county"
        if not made.exists():
            county.write(made, arguments.size, 1)
        nights = {years: _night(made, Path(temporary) / f"home_{years}", years) for years in arguments.years}
    if len(nights) == 2:
        print(f"a night at all of the history ÷ at a fifth of it: {nights[5] / nights[1]:.2f}")


def _night(made: Path, home: Path, years: int) -> float:
    _link(made / "extracts", home, years)
    _build(home, DAY, f"{years} years")
    before = _marked_days(home)
    _link(made / "extracts_next_day", home, years)
    seconds = _build(home, NEXT_DAY, f"{years} years, the night after")
    print(f"{years} years: fct_attendance_day held {before:,} rows, {_marked_days(home) - before:,} came in the night")
    shutil.rmtree(home)
    return seconds


def _link(extracts: Path, home: Path, years: int) -> None:
    first = FIRST_CENSUS[years]
    for path in sorted(extracts.rglob("*.*")):
        if path.suffix == ".xml":
            *_, year, term = path.stem.split("_")
            if first[1] and (int(year), TERMS.index(term)) < (first[0], TERMS.index(first[1])):
                continue
        if path.parent.name == "attendance_daily" and path.stem[-10:] < FIRST_MARKS[years]:
            continue
        target = home / "landing" / path.relative_to(extracts)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.link(path, target)


def _build(home: Path, day: str, label: str) -> float:
    environment = {**os.environ, "EARLYHELP_HOME": str(home)}
    with peak_memory() as peak:
        begun = time.perf_counter()
        command = [sys.executable, "-m", "orchestration.cli", "build", "--as-of", day]
        subprocess.run(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seconds = time.perf_counter() - begun
    with duckdb.connect(str(home / "current" / "early_help.duckdb"), read_only=True) as connection:
        (as_of,) = one_row(connection.execute("select as_of_date::varchar from ops.release"))
    assert as_of == day, f"the build as of {day} published nothing"
    print(f"{label}: build {seconds:.0f} s, peak memory {peak[0] / 2**30:.2f} GiB", flush=True)
    return seconds


def _marked_days(home: Path) -> int:
    with duckdb.connect(str(home / "current" / "early_help.duckdb"), read_only=True) as connection:
        return int(one_row(connection.execute("select count(*) from core.fct_attendance_day"))[0])


if __name__ == "__main__":
    main()
