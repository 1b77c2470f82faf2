"""Wall time and peak memory of a build, and its ratio to the same SQL replayed on one bare DuckDB connection.

    python -m benchmarks.build --size county --years 1 --rounds 3

1. makes a county and delivers the last `--years` academic years of it; runs `earlyhelp build`, sampling the memory of
   its processes;
2. in `--rounds` interleaved rounds, builds the models and runs the data tests by the warehouse's own step, by
   `dbt build`, and as the bare SQL of both on one DuckDB connection to a copy of the build file. What is more than one
   statement of SQL is left out of all three: models in Python, those that grow by increments, snapshots;
3. compares rows and an order-independent hash of every table first; prints the medians of the ratios.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.build import compiled, data_tests, database, dbt, partitions, warehouse
from orchestration.build.materializations import relation
from orchestration.settings import PROJECT, Settings
from synthetic import county

DAY = "2026-06-26"
FIRST_CENSUS = {1: (2025, "autumn"), 2: (2024, "autumn"), 3: (2023, "autumn"), 4: (2022, "autumn"), 5: (0, "")}
TERMS = ("spring", "summer", "autumn")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="county", choices=["hamlet", "demo", "county"])
    parser.add_argument("--years", type=int, default=1, choices=sorted(FIRST_CENSUS), help="of census returns")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--county", type=Path, help="a county made before; default: make one")
    parser.add_argument("--work", type=Path, help="where to work, a build there is used; default: a temporary folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = arguments.work or Path(temporary)
        made = arguments.county or work / "county"
        if not made.exists():
            begun = time.perf_counter()
            county.write(made, arguments.size, 1)
            print(f"synthetic {arguments.size}: {time.perf_counter() - begun:.1f} s")
        os.environ["EARLYHELP_HOME"] = str(work / "home")
        settings = Settings()
        if not settings.build_file.exists():
            _deliver(settings, made / "extracts", FIRST_CENSUS[arguments.years])
            _whole_build()
        _replays(settings, arguments.rounds)


def _deliver(settings: Settings, extracts: Path, first: tuple[int, str]) -> None:
    """Link the extracts into landing, census returns from the `first` (year, term) on."""
    for path in sorted(extracts.rglob("*.*")):
        if path.suffix == ".xml":
            *_, year, term = path.stem.split("_")
            if first[1] and (int(year), TERMS.index(term)) < (first[0], TERMS.index(first[1])):
                continue
        target = settings.landing / path.relative_to(extracts)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.link(path, target)


def _whole_build() -> None:
    with peak_memory() as peak:
        begun = time.perf_counter()
        done = subprocess.run([sys.executable, "-m", "orchestration.cli", "build", "--as-of", DAY], cwd=PROJECT)
        seconds = time.perf_counter() - begun
    print(f"earlyhelp build: {seconds:.1f} s, peak memory {peak[0] / 2**30:.2f} GiB, exit code {done.returncode}")


@contextmanager
def peak_memory() -> Iterator[list[int]]:
    """The highest sum of resident memory, in bytes, over this process's descendants; sampled ten times a second."""
    peak, stop = [0], threading.Event()

    def sample() -> None:
        while not stop.wait(0.1):
            peak[0] = max(peak[0], sum(_resident(pid) for pid in _descendants(os.getpid())))

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield peak
    finally:
        stop.set()
        thread.join()


def _descendants(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    found, waiting = [], [root]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _replays(settings: Settings, rounds: int) -> None:
    nodes = _plain()
    bare = Settings(home=settings.home / "bare", key=settings.key)
    bare.build.mkdir(parents=True, exist_ok=True)
    ways = {"build": _build, "dbt": _dbt_build, "bare": _replay}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(1, rounds + 1):
        shutil.copy(settings.build_file, bare.build_file)
        for name, way in ways.items():
            begun = time.perf_counter()
            way(bare if name == "bare" else settings, nodes)
            seconds[name].append(time.perf_counter() - begun)
        if number == 1:
            _compare(settings, bare, nodes)
        print(f"round {number}: " + ", ".join(f"{name} {seconds[name][-1]:.1f} s" for name in ways))
    for name in ("build", "dbt"):
        ratio = statistics.median(a / b for a, b in zip(seconds[name], seconds["bare"], strict=True))
        print(f"{name} ÷ bare, median of {rounds}: {ratio:.2f}")


def _plain() -> list[dict[str, Any]]:
    """Models that are one statement of SQL."""
    return [
        node
        for node in dbt.nodes("model")
        if node["language"] == "sql" and node["config"]["materialized"] in ("table", "view")
    ]


RUN = warehouse.Run(date.fromisoformat(DAY), datetime.fromisoformat(DAY))


def _build(settings: Settings, nodes: list[dict[str, Any]]) -> None:
    with database.connect(settings) as connection:
        list(warehouse.build(connection, settings, RUN, [node["unique_id"] for node in nodes]))
        list(data_tests.run(connection, settings))


def _dbt_build(settings: Settings, nodes: list[dict[str, Any]]) -> None:
    target = settings.home / "benchmark_target"
    names = [node["name"] for node in nodes]
    command = [dbt.EXECUTABLE, "--quiet", "build", "--exclude-resource-type", "unit_test", "--select", *names]
    subprocess.run(
        [*command, "--vars", json.dumps({"as_of_date": DAY}), *dbt.places(target)],
        env=dbt.environment(settings),
        check=True,
    )


def _replay(settings: Settings, nodes: list[dict[str, Any]]) -> None:
    sql, order = compiled.project(settings).sql, {name: place for place, name in enumerate(warehouse.in_order())}
    names = {node["name"]: relation(node) for node in dbt.nodes(*warehouse.KINDS)}
    with duckdb.connect(str(settings.build_file)) as connection:
        warehouse.prepare(connection, settings, RUN)
        for node in sorted(nodes, key=lambda node: order[node["unique_id"]]):
            kind = node["config"]["materialized"]
            if column := partitions.of(node):
                (source, *_) = node["config"]["meta"]["partition_inputs"]
                partitions.choose(connection, column, names[source], None)
            connection.execute(f"create or replace {kind} {relation(node)} as (\n{sql[node['unique_id']]}\n)")
        for node in dbt.nodes("test"):
            connection.execute(f"select count(*) from (\n{sql[node['unique_id']]}\n)").fetchall()


def _compare(settings: Settings, bare: Settings, nodes: list[dict[str, Any]]) -> None:
    """Equal rows and an order-independent hash, table by table; raises AssertionError naming the first that differs."""
    tables = [relation(node) for node in nodes if node["config"]["materialized"] == "table"]
    with duckdb.connect() as connection:
        connection.execute(
            f"attach '{settings.build_file}' as a (read_only); attach '{bare.build_file}' as b (read_only)"
        )
        for name in tables:
            query = "select count(*), sum(hash(t)::hugeint) from {}.{} as t"
            first, second = (connection.execute(query.format(side, name)).fetchone() for side in "ab")
            assert first == second, f"{name}: {first} in the build, {second} in the replay"
    print(f"{len(tables)} tables equal in rows and hash")


if __name__ == "__main__":
    main()
