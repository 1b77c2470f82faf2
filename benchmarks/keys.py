"""What the keys of the largest fact cost as text of 32 characters, as they are, as UUID and as BIGINT.

    python -m benchmarks.keys data/demo/home --rounds 3

Of core.fct_flag_assessment in a home's build: the seconds to write it as a file of a release, its size, that of it as
Parquet, the seconds of a window by child and flag, and of a join by its own key. Medians of interleaved rounds; those
that are not of text as ratios to text. Rows are equal by number, which is asserted first.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import duckdb

from orchestration.build.engine import one_row, quoted
from orchestration.releases.audience_files import STORAGE_VERSION
from orchestration.settings import Settings

KINDS = {"text": "{}", "uuid": "try_cast({} as uuid)", "bigint": "cast(hash({}) >> 1 as bigint)"}
"""How a key of text becomes one of another type. The unknown member's becomes null, as good as any for measuring."""

WINDOW = """
select sum(n)
from (select row_number() over (partition by child_durable_key, flag_key order by as_of_date) as n from {})
"""
JOIN = "select count(*) from {0} as one inner join {0} as other using (flag_assessment_key)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path, help="a home that was built; it is only read")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    found: dict[str, list[dict[str, float]]] = {kind: [] for kind in KINDS}
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        build = Settings(home=arguments.home).build_file
        connection.execute(f"attach '{quoted(build)}' as build (read_only)")
        connection.execute("set preserve_insertion_order = false")
        rows = {kind: _prepare(connection, kind, expression) for kind, expression in KINDS.items()}
        assert len(set(rows.values())) == 1, rows
        for number in range(arguments.rounds):
            for kind in KINDS:
                found[kind].append(_round(connection, kind, Path(folder) / f"{kind}_{number}"))
    print(f"{rows['text']:,} rows; medians of {arguments.rounds} rounds")
    for measure in found["text"][0]:
        text = statistics.median(each[measure] for each in found["text"])
        others = [
            f"{kind} ÷ text "
            + format(
                statistics.median(
                    other[measure] / each[measure] for other, each in zip(found[kind], found["text"], strict=True)
                ),
                ".2f",
            )
            for kind in KINDS
            if kind != "text"
        ]
        print(f"{measure}: text {text:.2f}, {', '.join(others)}")


def _prepare(connection: duckdb.DuckDBPyConnection, kind: str, expression: str) -> int:
    columns = connection.execute("describe build.core.fct_flag_assessment").fetchall()
    keys = [name for name, kind, *_ in columns if name.endswith("_key") and kind == "VARCHAR"]
    made = ", ".join(f"{expression.format(key)} as {key}" for key in keys)
    connection.execute(f"create temp table {kind} as select * replace ({made}) from build.core.fct_flag_assessment")
    return int(one_row(connection.execute(f"select count(*) from {kind}"))[0])


def _round(connection: duckdb.DuckDBPyConnection, kind: str, path: Path) -> dict[str, float]:
    file, parquet = path.with_suffix(".duckdb"), path.with_suffix(".parquet")
    connection.execute(f"attach '{quoted(file)}' as written (storage_version '{STORAGE_VERSION}')")
    seconds = {
        "seconds to write": _seconds(connection, f"create table written.facts as from {kind}; checkpoint written"),
        "seconds of a window": _seconds(connection, WINDOW.format("written.facts")),
        "seconds of a join": _seconds(connection, JOIN.format("written.facts")),
        "seconds as Parquet": _seconds(
            connection, f"copy {kind} to '{quoted(parquet)}' (format parquet, compression zstd)"
        ),
    }
    connection.execute("detach written")
    return seconds | {"MiB": file.stat().st_size / 2**20, "MiB as Parquet": parquet.stat().st_size / 2**20}


def _seconds(connection: duckdb.DuckDBPyConnection, sql: str) -> float:
    begun = time.perf_counter()
    connection.execute(sql).fetchall()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
