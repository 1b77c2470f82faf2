"""The dbt that the warehouse starts, `earlyhelp-dbt`: dbt itself, on the project as it was last read, for as long as
the process lives that started it.

dbt reads the whole project anew whenever a variable or the place of the build has changed. What it reads depends on
neither: what dbt read last, and is kept fresh, is handed to it.
"""

import sys

from orchestration.build import dbt
from orchestration.home import modes, processes


def main() -> None:
    """Run dbt with the arguments of this command and exit as dbt does: 1 if a node failed, 2 if dbt did."""
    modes.keep_to_owner()
    processes.join()
    arguments = sys.argv[1:]
    from dbt.cli.main import dbtRunner

    known = dbt.last_read() if {"build", "compile", "test"} & set(arguments) else None
    done = dbtRunner(manifest=known).invoke(arguments)
    sys.exit(0 if done.success else 2 if done.exception else 1)
