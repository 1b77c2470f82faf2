"""Resources shared by all assets.

In a file of their own, because @dg.definitions drops a module's other definitions without a word (dagster#31464).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from orchestration.home import erasures, modes, pseudonym_key
from orchestration.home.lock import build_lock
from orchestration.settings import Settings


class Build(dg.ConfigurableResource["Build"]):
    """The build file, held by this run from its first step to its last, so that no two runs mix in one release."""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Build"]:
        with build_lock(Settings()):
            modes.guard(Settings())
            pseudonym_key.guard(Settings())
            erasures.guard(Settings())
            yield self

    @property
    def settings(self) -> Settings:
        return Settings()


@dg.definitions
def resources() -> dg.Definitions:
    # Every run is one process, those that are put together in Dagster's pages too: it holds the build to its end.
    return dg.Definitions(resources={"build": Build()}, executor=dg.in_process_executor)
