"""Time and memory of a full linkage, and of one after one person and child in a hundred changed.

    python -m benchmarks.linkage --size county --rounds 3

makes a county, loads it, and in interleaved rounds runs the models of the linkage (scores, candidates, people
linked) from nothing and after the change, each in a dbt process of its own whose memory is sampled; what dbt takes to
start is told apart. Prints medians, the median ratio and how many pairs were compared.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.build import DAY, peak_memory
from orchestration import deliveries
from orchestration.build import database, dbt, warehouse
from orchestration.build.engine import one_row
from orchestration.settings import Settings
from synthetic import county

PREPARED = ("int_people_without_upn", "int_child_appearances")
"""The two sides that are compared."""
LINKAGE = ["--select", "int_people_without_upn+,+int_people_linked", "--exclude", "int_people_without_upn"]
"""What lies between them and who people are: scores, candidates, people linked."""
CHANGE = """
    update raw.family_matters__members set surname = surname || 'e' where hash(member_id) % 100 = 0;
    update raw.synergy__pupils set surname = surname || 'e' where hash(pupil_id) % 100 = 0;
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="county", choices=["hamlet", "demo", "county"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--home", type=Path, help="a home whose build has deliveries loaded; default: make one")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = arguments.home or Path(temporary) / "home"
        settings = Settings(home=home, key="k" * 64)
        if not settings.build_file.exists():
            county.write(Path(temporary) / "county", arguments.size, 1)
            deliveries.deliver(settings, [Path(temporary) / "county" / "extracts"], None)
            with database.connect(settings) as connection:
                deliveries.load(settings, connection, "benchmark")
        warehouse.build_selected(settings, DAY, "+int_people_linked")
        changed = Settings(home=Path(temporary) / "changed", key="k" * 64)
        changed.build.mkdir(parents=True)
        shutil.copy(settings.build_file, changed.build_file)
        with duckdb.connect(str(changed.build_file)) as connection:
            connection.execute(CHANGE)
        warehouse.build_selected(changed, DAY, *(f"+{model}" for model in PREPARED))
        before = _keep(changed, Path(temporary) / "before.duckdb")
        rounds = []
        for number in range(1, arguments.rounds + 1):
            shutil.copy(before, changed.build_file)
            after_change = _measure(changed)
            with duckdb.connect(str(changed.build_file)) as connection:
                connection.execute("drop table intermediate.int_person_pairs_scored")
            full = _measure(changed)
            rounds.append((full, after_change))
            print(f"round {number}: full {_in_words(full)}; after 1 % changed {_in_words(after_change)}")
        for name, column in (("seconds of linkage", 0), ("seconds with dbt", 1), ("peak GiB", 2)):
            fulls, changes = zip(*((full[column], change[column]) for full, change in rounds), strict=True)
            ratio = statistics.median(b / a for a, b in zip(fulls, changes, strict=True))
            print(
                f"{name}: full {statistics.median(fulls):.2f}, after 1 % changed {statistics.median(changes):.2f}, "
                f"ratio {ratio:.2f}"
            )
        with duckdb.connect(str(changed.build_file), read_only=True) as connection:
            people, contents, pairs = one_row(
                connection.execute(
                    """
                select
                    count(*) filter (where match_weight is null and person_content_id is not null),
                    count(*) filter (where match_weight is null and child_content_id is not null),
                    count(*) filter (where match_weight is not null)
                from intermediate.int_person_pairs_scored
                """
                )
            )
        print(f"{people:,} records of people, {contents:,} of children, {pairs:,} pairs compared")


def _keep(settings: Settings, copy: Path) -> Path:
    shutil.copy(settings.build_file, copy)
    return copy


def _measure(settings: Settings) -> tuple[float, float, float]:
    """Seconds that dbt reports for the models of the linkage, seconds of the whole process, peak GiB."""
    target = settings.build / "benchmark_target"
    command = [dbt.EXECUTABLE, "--quiet", "run", *LINKAGE, "--vars", json.dumps({"as_of_date": DAY})]
    with peak_memory() as peak:
        begun = time.perf_counter()
        subprocess.run([*command, *dbt.places(target)], env=dbt.environment(settings), check=True)
        seconds = time.perf_counter() - begun
    results = json.loads((target / "run_results.json").read_text())["results"]
    return sum(result["execution_time"] for result in results), seconds, peak[0] / 2**30


def _in_words(measured: tuple[float, float, float]) -> str:
    return "{:.1f} s ({:.1f} s with dbt, {:.2f} GiB)".format(*measured)


if __name__ == "__main__":
    main()
