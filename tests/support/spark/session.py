"""The project on Apache Spark: Parquet that DuckDB wrote becomes tables, dbt builds on them and leaves such tables.

Runs in a .venv of its own, beside Spark's locked versions: `python session.py FOLDER PROJECT`. FOLDER/request.json says
what dbt is told; FOLDER/handed/<schema>/<table>.parquet is there already. The key comes in the environment. Prints a
line of JSON for each node of dbt, and exits 1 if one failed.
"""

import json
import logging
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

from dbt.adapters.spark.connections import SparkCredentials
from dbt.cli.main import dbtRunner
from pyspark import StorageLevel
from pyspark.sql import SparkSession

JAVA = ("-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=512m", "-XX:+UseParallelGC")

CONFIGURATION = {
    "spark.master": "local[2]",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.memory": "3g",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    # A hamlet's tables are small: what Spark does to spread a query, or to compile it, takes longer than the query.
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": " ".join(JAVA),
    # Statements and errors quote cells: nothing is written to a log.
    "spark.log.level": "OFF",
    "spark.eventLog.enabled": "false",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "false",
    "spark.sql.catalogImplementation": "in-memory",
}
ERROR_CLASS = re.compile(r"\[([A-Z][A-Z0-9_.]+)\]")


def main(folder: Path, project: Path) -> int:
    request: dict[str, Any] = json.loads((folder / "request.json").read_text())
    # dbt-spark turns it off, whatever a profile says: then a text that is no number would be missing, without a word.
    prepare = SparkCredentials.__post_init__

    def in_ansi(self: SparkCredentials) -> None:
        prepare(self)
        self.server_side_parameters["spark.sql.ansi.enabled"] = "true"

    SparkCredentials.__post_init__ = in_ansi
    # It writes each statement that fails to standard error, with what was in the cell.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)
    spark = session(folder)
    begun = time.perf_counter()
    hand_over(spark, folder / "handed")
    tell(name="handed over", seconds=round(time.perf_counter() - begun, 1))
    places = {"project-dir": project, "profiles-dir": project, "target-path": folder / "target", "log-path": folder}
    done = dbtRunner().invoke(
        [
            *(
                "--quiet",
                "--log-level",
                "none",
                "--no-write-json",
                "--log-level-file",
                "none",
                "--no-send-anonymous-usage-stats",
                "--no-use-colors",
            ),
            *("build", "--target", "spark", "--vars", json.dumps(request["variables"])),
            *("--resource-type", "seed", "--resource-type", "model"),
            *(word for name, path in places.items() for word in (f"--{name}", str(path))),
            *(("--select", *request["select"]) if request["select"] else ()),
            *("--exclude", *request["exclude"]),
        ]
    )
    if done.exception:
        print(done.exception, file=sys.stderr)
    for result in done.result or ():
        tell(
            name=result.node.name,
            kind=result.node.resource_type,
            status=str(result.status),
            seconds=round(result.execution_time, 2),
            error=said_of(str(result.message)) if result.status in ("error", "fail") else None,
        )
    spark.stop()
    return 0 if done.success else 1


def session(folder: Path) -> SparkSession:
    """Spark, with the pseudonym key as the one row of a table that no file, no plan and no log holds."""
    builder = SparkSession.builder.appName("early help")
    places = {"spark.sql.warehouse.dir": str(folder / "warehouse"), "spark.local.dir": str(folder / "spill")}
    for name, value in (CONFIGURATION | places).items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    key = spark.sparkContext.parallelize([(os.environ.pop("EARLYHELP_KEY"),)], 1)
    spark.createDataFrame(key, "key string").persist(StorageLevel.MEMORY_ONLY).createGlobalTempView("pseudonym_key")
    return spark


def hand_over(spark: SparkSession, handed: Path) -> None:
    for schema in sorted(handed.iterdir()):
        spark.sql(f"create database if not exists {schema.name}")
        for file in sorted(schema.glob("*.parquet")):
            spark.sql(f"create table {schema.name}.{file.stem} using parquet location '{file}'")


def said_of(message: str) -> str:
    """What of an error may be told: its class alone, for its text quotes a cell."""
    if "EARLYHELP_SPARK_ERRORS" in os.environ:
        return message
    found = ERROR_CLASS.search(message)
    return found[1] if found else "an error without a class"


def tell(**told: object) -> None:
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
