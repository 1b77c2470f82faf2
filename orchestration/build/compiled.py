"""The SQL that dbt makes of the project, for every day, kept as long as the project stays as it is.

The day, the moment of speaking and the pseudonym key are asked of DuckDB's session (macros/run.sql), so that what dbt
made once is right every night and dbt need not run in it.
"""

import fcntl
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

from orchestration.build import dbt
from orchestration.settings import Settings

FOR_EVERY_DAY: dict[str, str | bool] = {"for_every_day": True}
EVERYTHING = "resource_type:model resource_type:snapshot resource_type:test"
INCREMENTAL = "config.materialized:incremental"


@dataclass(frozen=True)
class Compiled:
    """SQL by the unique id of its node: of models, snapshots and data tests; and of tables that exist and grow."""

    sql: dict[str, str]
    growing: dict[str, str]


def project(settings: Settings) -> Compiled:
    """The project's SQL; made by dbt if the project changed since it last was. Raises RuntimeError with dbt's words."""
    manifest, kept = dbt.target() / dbt.MANIFEST, dbt.target() / "compiled.json"
    with kept.with_suffix(".lock").open("w") as compiling:
        fcntl.flock(compiling, fcntl.LOCK_EX)
        if not kept.exists() or kept.stat().st_mtime < manifest.stat().st_mtime:
            made = kept.with_suffix(".new")
            made.write_text(json.dumps(asdict(_compile(settings))))
            made.replace(kept)
        return Compiled(**json.loads(kept.read_text()))


def _compile(settings: Settings) -> Compiled:
    growing = [node["relation_name"] for node in dbt.nodes("model") if node["config"]["materialized"] == "incremental"]
    with ThreadPoolExecutor() as pool:
        sql = pool.submit(dbt.compiled, settings, EVERYTHING, FOR_EVERY_DAY)
        grown = pool.submit(dbt.compiled, settings, INCREMENTAL, FOR_EVERY_DAY, growing)
        return Compiled(sql.result(), grown.result())
