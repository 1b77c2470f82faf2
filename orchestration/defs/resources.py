"""Resources shared by all assets.

In a file of their own, because @dg.definitions drops a module's other definitions without a word (dagster#31464).
"""

from collections.abc import Callable, Iterator

import dagster as dg

from orchestration.home import erasures, modes, pseudonym_key
from orchestration.home.lock import build_lock
from orchestration.settings import Settings


def settings_under_lock(make: Callable[[], Settings]) -> dg.ResourceDefinition:
    """The settings of a run, which holds their home from its first step to its last: no two runs mix in one release.

    They are made when it begins: Dagster's pages show a run that cannot, and why.
    """

    @dg.resource
    def settings(_: dg.InitResourceContext) -> Iterator[Settings]:
        made = make()
        with build_lock(made):
            modes.guard(made)
            pseudonym_key.guard(made)
            erasures.guard(made)
            yield made

    return settings


@dg.definitions
def resources() -> dg.Definitions:
    # Every run is one process, those that are put together in Dagster's pages too: it holds the build to its end.
    return dg.Definitions(resources={"settings": settings_under_lock(Settings)}, executor=dg.in_process_executor)
