"""Wall time and peak memory of a build, and its ratio to the same SQL replayed on one bare DuckDB connection.

    python -m benchmarks.build --size county --years 1 --rounds 3

1. makes a county and delivers the last `--years` academic years of it; runs `earlyhelp build`, sampling the memory of
   its processes;
2. in `--rounds` interleaved rounds, runs dbt's build step and replays what that step ran (the models' own statements
   in the order dbt ended them, then the tests' queries) on one DuckDB connection to a copy of the build file. What is
   more than one statement of SQL is left out of both: models in Python, those that grow by increments, snapshots;
3. compares rows and an order-independent hash of every model first; prints medians and the median of the ratios.
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
from pathlib import Path

import duckdb

from orchestration.build import data_tests, database, dbt
from orchestration.home.pseudonym_key import pseudonym_key
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
    target, copy = settings.build / "benchmark_target", settings.build / "replay.duckdb"
    left_out = _left_out()
    built, replayed = [], []
    for number in range(1, rounds + 1):
        shutil.copy(settings.build_file, copy)
        begun = time.perf_counter()
        _dbt_build(settings, target, left_out)
        built.append(time.perf_counter() - begun)
        statements = list(_statements(settings, target))
        begun = time.perf_counter()
        _replay(settings, copy, statements)
        replayed.append(time.perf_counter() - begun)
        if number == 1:
            _compare(settings.build_file, copy, [name for name, sql in statements if name and not _is_view(sql)])
        print(
            f"round {number}: dbt {built[-1]:.1f} s, replay {replayed[-1]:.1f} s, ratio {built[-1] / replayed[-1]:.2f}"
        )
    ratio = statistics.median(a / b for a, b in zip(built, replayed, strict=True))
    print(
        f"medians of {rounds}: dbt {statistics.median(built):.1f} s, replay {statistics.median(replayed):.1f} s, "
        f"ratio {ratio:.2f} ({len(statements)} statements)"
    )


def _left_out() -> list[str]:
    """The nodes that are more than one statement of SQL; what they made lies in the copy already."""
    nodes = json.loads(dbt.project().manifest_path.read_text())["nodes"].values()
    return [
        node["name"]
        for node in nodes
        if node["resource_type"] == "snapshot"
        or node.get("language") == "python"
        or node["config"].get("materialized") == "incremental"
    ]


def _dbt_build(settings: Settings, target: Path, left_out: list[str]) -> None:
    variables = json.dumps({"as_of_date": DAY})
    command = [dbt.EXECUTABLE, "--quiet", "build", "--exclude-resource-type", "unit_test", "test", "exposure"]
    choice = ["--exclude", *left_out, "--vars", variables]
    places = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(target)]
    subprocess.run([*command, *choice, *places], env=dbt.environment(settings), check=True)
    with database.connect(settings) as connection:
        list(data_tests.run(connection, settings))


def _statements(settings: Settings, target: Path) -> Iterator[tuple[str | None, str]]:
    """(relation or None for a test, SQL), in the order dbt ended them. Seeds are in the copy already."""
    manifest = json.loads((target / "manifest.json").read_text())["nodes"]
    for result in json.loads((target / "run_results.json").read_text())["results"]:
        node = manifest[result["unique_id"]]
        if node["resource_type"] == "model":
            path = target / "run" / node["package_name"] / node["original_file_path"]
            yield node["relation_name"], path.read_text().replace("__dbt_tmp", "")
    for sql in data_tests.compiled(settings).values():
        yield None, sql


def _replay(settings: Settings, copy: Path, statements: list[tuple[str | None, str]]) -> None:
    with duckdb.connect(str(copy), config={"preserve_insertion_order": False}) as connection:
        connection.execute("set variable earlyhelp_key = ?", [pseudonym_key(settings)])
        for relation, sql in statements:
            sql = sql.replace(f'"{settings.build_file.stem}".', "")
            if relation:
                name = relation.replace(f'"{settings.build_file.stem}".', "")
                kind = "view" if _is_view(sql) else "table"
                connection.execute(f"drop {kind} if exists {name} cascade")
            connection.execute(sql).fetchall()


def _is_view(sql: str) -> bool:
    return "create view" in sql.lower()


def _compare(original: Path, copy: Path, relations: list[str]) -> None:
    """Equal rows and an order-independent hash, table by table; raises AssertionError naming the first that differs."""
    prefix = f'"{original.stem}".'
    with duckdb.connect() as connection:
        connection.execute(f"attach '{original}' as a (read_only)")
        connection.execute(f"attach '{copy}' as b (read_only)")
        for name in (relation.replace(prefix, "") for relation in relations):
            query = "select count(*), sum(hash(t)::hugeint) from {}.{} as t"
            first, second = (connection.execute(query.format(side, name)).fetchone() for side in "ab")
            assert first == second, f"{name}: {first} in the build, {second} in the replay"
    print(f"{len(relations)} tables equal in rows and hash")


if __name__ == "__main__":
    main()
