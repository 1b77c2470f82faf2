"""What dbt read of the project, kept so that a build need not read it again."""

import fcntl
from typing import TYPE_CHECKING

from orchestration.settings import PROJECT

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest


def last_read() -> "Manifest":
    """The project as dbt last read it. Whoever calls has seen to it that it is fresh, by `dbt.project`."""
    from dbt.contracts.graph.manifest import Manifest

    with (PROJECT / "target" / ".parse.lock").open("w") as reading:
        # Not while another process reads the project anew.
        fcntl.flock(reading, fcntl.LOCK_SH)
        return Manifest.from_msgpack((PROJECT / "target" / "partial_parse.msgpack").read_bytes())
