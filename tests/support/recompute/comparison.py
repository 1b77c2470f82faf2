"""What follows from the files of a county, in memory, beside what its release says."""

from pathlib import Path

import duckdb

from tests.support.recompute import extracts
from tests.support.warehouse import Warehouse

FLAGS, AGENDA = (Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8") for name in ("flags", "agenda"))


def recomputed(home: Warehouse) -> duckdb.DuckDBPyConnection:
    """The recomputation in memory, with the release attached as `said` and the keys of the children as `keys`."""
    connection = extracts.read(home.county)
    connection.execute(FLAGS)
    connection.execute(f"attach '{home.release_file}' as said (read_only)")
    keys = home.inside("select distinct upn, child_durable_key from intermediate.int_child_identity where upn <> ''")
    connection.execute("create table known (upn varchar, child_durable_key varchar)")
    connection.execute("insert into known select unnest(?), unnest(?)", list(map(list, zip(*keys, strict=True))))
    connection.execute(
        "create table keys as select distinct who.child_id, known.child_durable_key from known join who using (upn)"
    )
    return connection


def work_out_agendas(connection: duckdb.DuckDBPyConnection, county: Path) -> None:
    """Add tiers and agendas to a recomputation: they rest on its flags and on the huddles of the county."""
    extracts.read_cases(connection, county)
    connection.execute(AGENDA)
