"""The SQL that dbt makes of the project, for every day, kept as long as the project stays as it is.

The day, the moment of speaking and the pseudonym key are asked of DuckDB's session (macros/run.sql), so that what dbt
made once is right every night and dbt need not run in it.
"""

import fcntl
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

from expectations.reference import flags
from orchestration.build import dbt
from orchestration.settings import Settings

FOR_EVERY_DAY: dict[str, str | bool] = {"for_every_day": True}
EVERYTHING = "resource_type:model resource_type:snapshot resource_type:test"
INCREMENTAL = "config.materialized:incremental"


@dataclass(frozen=True)
class Compiled:
    """SQL by the unique id of its node: of models, snapshots and data tests; and of tables that exist and grow.

    `stamp` says of which state of the project: see dbt.STAMP.
    """

    stamp: str
    sql: dict[str, str]
    growing: dict[str, str]


def project(settings: Settings) -> Compiled:
    """The project's SQL; made by dbt if the project changed since it last was. Raises RuntimeError with dbt's words."""
    # Tables with a column for each flag are of those that the council has on.
    kept = dbt.target() / f"compiled_{hashlib.sha256(','.join(flags()).encode()).hexdigest()[:8]}.json"
    stamp = (dbt.target() / dbt.STAMP).read_text()
    with kept.with_suffix(".lock").open("w") as compiling:
        fcntl.flock(compiling, fcntl.LOCK_EX)
        found = Compiled(**json.loads(kept.read_text())) if kept.exists() else None
        if found is None or found.stamp != stamp:
            found = _compile(settings, stamp)
            made = kept.with_suffix(".new")
            made.write_text(json.dumps(asdict(found)))
            made.replace(kept)
        return found


def _compile(settings: Settings, stamp: str) -> Compiled:
    growing = [node["relation_name"] for node in dbt.nodes("model") if node["config"]["materialized"] == "incremental"]
    with ThreadPoolExecutor() as pool:
        sql = pool.submit(dbt.compiled, settings, EVERYTHING, FOR_EVERY_DAY)
        grown = pool.submit(dbt.compiled, settings, INCREMENTAL, FOR_EVERY_DAY, growing)
        return Compiled(stamp, sql.result(), grown.result())
