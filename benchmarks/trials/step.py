"""One step of a build alone in a process of its own: `python -m benchmarks.trials.step loading` or `publication`.

Says `ready` when it begins, so that a kill falls into the step and not into imports; what stops a build ends it with
the same sentence.
"""

import sys
from collections.abc import Callable
from datetime import date

import duckdb

from orchestration import deliveries, releases
from orchestration.build import database
from orchestration.home import progress
from orchestration.settings import Settings
from tests.support.warehouse import DAY

RUN = "trial"


def _load(settings: Settings) -> None:
    with database.connect(settings) as connection:
        deliveries.load(settings, connection, RUN)


def _publish(settings: Settings) -> None:
    releases.publish(settings, date.fromisoformat(DAY), RUN)


STEPS: dict[str, Callable[[Settings], None]] = {"loading": _load, "publication": _publish}


def main(name: str) -> None:
    print("ready", flush=True)
    try:
        with progress.shown_on(lambda message: print(message, flush=True)):
            STEPS[name](Settings())
    except (OSError, ValueError, RuntimeError, duckdb.Error) as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main(sys.argv[1])
