"""What the files of a release cost: the analysts' alone, then those of every zone and school, on a home that is built.

    python -m benchmarks.audiences --home /srv/earlyhelp

Writes the files of the build `--rounds` times into a temporary folder beside it, with nobody allowed to see a place by
name, with the access that the home's lists give, and with every zone and every school open to somebody. Prints files,
bytes and the median seconds of each. EARLYHELP_KEY must be the home's.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.build import engine
from orchestration.home import as_of
from orchestration.releases import audience_files
from orchestration.settings import Settings

ACCESS = {
    "nobody": "delete from core.brg_user__scope",
    "as listed": "select 1",
    "everybody": """
        update core.brg_user__scope set has_access = true;
        insert into core.brg_user__scope by name
        select
            template.* replace (
                'school' as scope_level,
                'benchmark' || schools.school_durable_key as user_scope_key,
                schools.school_durable_key as school_durable_key,
                true as has_access
            )
        from (select * from core.brg_user__scope limit 1) as template
        cross join (select distinct school_durable_key from mart.mart_child_list) as schools
    """,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="a home with a build")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    original = Settings(home=arguments.home)
    with tempfile.TemporaryDirectory(dir=original.home) as temporary:
        homes = {name: _copy(original, Path(temporary) / name.replace(" ", "_"), sql) for name, sql in ACCESS.items()}
        seconds: dict[str, list[float]] = {name: [] for name in homes}
        for _ in range(arguments.rounds):
            for name, settings in homes.items():
                folder = settings.home / "files"
                begun = time.perf_counter()
                written = audience_files.write(settings, folder, _release())
                seconds[name].append(time.perf_counter() - begun)
                size = sum(path.stat().st_size for path in folder.rglob("*.duckdb"))
                shutil.rmtree(folder)
                print(f"{name}: {len(written):,} files, {size / 2**20:,.0f} MiB, {seconds[name][-1]:.1f} s", flush=True)
    for name, taken in seconds.items():
        print(f"{name}: median {statistics.median(taken):.1f} s")


def _copy(original: Settings, home: Path, access: str) -> Settings:
    settings = original.model_copy(update={"home": home})
    settings.build.mkdir(parents=True)
    shutil.copy(original.build_file, settings.build_file)
    with engine.connect(settings, settings.build_file) as connection:
        connection.execute(access)
    return settings


def _release() -> dict[str, Any]:
    now = datetime.now(UTC).replace(tzinfo=None)
    names = ("release_id", "run_id", "version", "code_sha256", "inputs_sha256")
    return dict.fromkeys(names, "benchmark") | {"as_of_date": as_of.today(), "published_at": now}


if __name__ == "__main__":
    main()
