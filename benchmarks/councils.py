"""What many councils on one machine cost: a night of each and the region above, of which one is made to fail.

    python -m benchmarks.councils --councils 12 --folder /srv/trial

Makes an invented hamlet for each council, of another seed each, delivers it (`--sources school_census` that source
alone), and builds them all by `earlyhelp region night`, as an operator would. The census of one is cut off before it is
read. Prints the seconds of each step, what became of the councils, and whether the dashboard of the region is the sum
of theirs, counted from the analysts' files. Deletes nothing: `--folder` must be new.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import yaml

from orchestration.home import processes
from orchestration.region import council_list, homes, publish
from orchestration.settings import PROJECT
from synthetic import county

DAY = "2026-06-26"
SUMMED = """
    select flag_code, sum(children_count) as children, sum(raised_count) as raised
    from {name}.mart.mart_zone_dashboard
    where is_county and half_term_label = ? and flag_code <> 'any'
    group by flag_code
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="a new folder for counties and homes")
    parser.add_argument("--councils", type=int, default=12)
    parser.add_argument("--sources", nargs="*", help="sources to deliver; default: all")
    parser.add_argument("--at-once", type=int, default=1)
    arguments = parser.parse_args()
    folder: Path = arguments.folder.resolve()
    folder.mkdir(parents=True)
    listed = _listed(folder, arguments.councils)
    entries = council_list.read(listed).entries
    failing = entries[len(entries) // 2]
    _timed("invented", lambda: _invent(folder, len(entries)))
    for number, entry in enumerate(entries, start=1):
        extracts = folder / f"county_{number}" / "extracts"
        chosen = [extracts / source for source in arguments.sources] if arguments.sources else [extracts]
        _earlyhelp(homes.options(entry), "init")
        _earlyhelp(homes.options(entry), "deliver", *chosen)
    for cut in (failing.folder / "landing/school_census").glob("*.xml"):
        cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])
    region = {"EARLYHELP_HOME": str(folder / "region")}
    night = ("region", "night", listed, "--as-of", DAY, "--at-once", str(arguments.at_once))
    _timed("night", lambda: print(_earlyhelp(region, *night, may_fail=True)))
    wrong, compared = _differences(folder, [entry.folder for entry in entries if entry is not failing])
    print(f"{compared} sums of the region compared, {wrong} differ; cut off: {failing.code}")


def _listed(folder: Path, count: int) -> Path:
    councils = [
        {
            "code": f"T{number:03d}",
            "name": f"Council {number}",
            "release": f"home_{number}",
            "key_file": f"key_{number}",
        }
        for number in range(1, count + 1)
    ]
    listed = folder / "councils.yml"
    listed.write_text(yaml.safe_dump({"name": "Trial", "councils": councils}))
    return listed


def _invent(folder: Path, count: int) -> None:
    for number in range(1, count + 1):
        county.write(folder / f"county_{number}", "hamlet", number)


def _timed(name: str, step: Callable[[], None]) -> None:
    begun = time.perf_counter()
    step()
    print(f"{name}: {time.perf_counter() - begun:,.0f} s", flush=True)


def _earlyhelp(options: dict[str, str] | dict[str, str | None], *arguments: str | Path, may_fail: bool = False) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *map(str, arguments)],
        cwd=PROJECT,
        env=processes.environment_of(dict(options)),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and not may_fail:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout + done.stderr


def _differences(folder: Path, built: list[Path]) -> tuple[int, int]:
    """How many of the region's sums are not those of the councils' own dashboards, and how many were compared."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{folder / 'region/current' / publish.FILE}' as above (read_only)")
        (label,) = connection.execute("select min(half_term_label) from above.region.dashboard").fetchall()[0]
        sums = []
        for number, home in enumerate(built):
            connection.execute(f"attach '{home / 'current/early_help.duckdb'}' as council_{number} (read_only)")
            sums += connection.execute(SUMMED.format(name=f"council_{number}"), [label]).fetchall()
        published = connection.execute(
            "select flag_code, children_count, raised_count from above.region.dashboard "
            "where place_type = 'region' and flag_code <> 'any' and raised_count is not null"
        ).fetchall()
    expected = {flag: [sum(row[i] for row in sums if row[0] == flag) for i in (1, 2)] for flag, _, _ in published}
    return sum(expected[flag] != [children, raised] for flag, children, raised in published), len(published)


if __name__ == "__main__":
    main()
