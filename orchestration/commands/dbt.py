"""The dbt that the warehouse starts, `earlyhelp-dbt`: dbt itself, on the project as it was last read, for as long as
the process lives that started it.

dbt reads the whole project anew whenever a variable or the place of the build has changed, and the day changes every
night. What it reads depends on neither: what `dbt.project` had read, and keeps fresh, is handed to it.
"""

import sys
from importlib.metadata import version

from orchestration.build import manifest
from orchestration.home import lock, modes


def main() -> None:
    """Run dbt with the arguments of this command and exit as dbt does: 1 if a node failed, 2 if dbt did."""
    modes.keep_to_owner()
    lock.join()
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        # Dagster asks before each build, and dbt itself would ask a package index whether there is a newer one.
        print(version("dbt-core"))
        return
    from dbt.cli.main import dbtRunner

    done = dbtRunner(manifest=manifest.last_read() if {"build", "compile"} & set(arguments) else None).invoke(arguments)
    sys.exit(0 if done.success else 2 if done.exception else 1)
