"""Lays councils' counts side by side in one connection; a release that breaks leaves no row."""

from pathlib import Path

import duckdb

from orchestration.build.engine import one_row, quoted
from orchestration.region import interface
from orchestration.region.handed import Fit, LeftOut, Unfit
from orchestration.releases.store import Release

SQL = Path(__file__).with_name("sql")
UNITED, COUNCIL = ((SQL / f"{name}.sql").read_text() for name in ("united", "council"))


def begin(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables that councils are laid into, empty."""
    connection.execute(UNITED)
    for table, columns in interface.OPEN.items():
        typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        connection.execute(f"create temp table {table} (council_code varchar, {typed})")


def load(connection: duckdb.DuckDBPyConnection, council: Fit) -> Fit | LeftOut:
    """Add the rows of a council's release; of one that cannot be read as it must be, none."""
    try:
        connection.execute(f"attach '{quoted(council.release.folder / interface.OPEN_FILE)}' as handed (read_only)")
        try:
            connection.begin()
            _views(connection, council.release)
            _add(connection, council)
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        finally:
            connection.execute("detach handed")
    except Unfit as problem:
        return LeftOut(council.entry, problem.fault, problem.remedy)
    except duckdb.Error:
        # Its message may hold a value.
        return LeftOut(council.entry, "its files cannot be read", "Copy the release again, or publish it anew")
    return council


def _views(connection: duckdb.DuckDBPyConnection, release: Release) -> None:
    for table, columns in interface.OPEN.items():
        _view(connection, table, f"handed.open_data.{table}", columns, release)
    for table, columns in interface.COUNTS.items():
        file = release.folder / "parquet" / f"{table}.parquet"
        _view(connection, table.split("/")[1], f"read_parquet('{quoted(file)}')", columns, release)


def _view(
    connection: duckdb.DuckDBPyConnection, table: str, source: str, columns: dict[str, str], release: Release
) -> None:
    """A view one_<table> of what is read of a table. Raises Unfit when a column is gone or has another type."""
    version = release.manifest.get("version")
    remedy = "Build it with the version of the region, or the region with the council's"
    try:
        found = {name: kind for name, kind, *_ in connection.execute(f"describe from {source}").fetchall()}
    except duckdb.CatalogException:
        raise Unfit(f"version {version} of its release has no table {table}", remedy) from None
    for name, kind in columns.items():
        if found.get(name) != kind:
            is_there = f"is {found[name]}, not {kind}" if name in found else "is not there"
            raise Unfit(f"of another version ({version}): {table}.{name} {is_there}", remedy)
    connection.execute(f"create or replace temp view one_{table} as select {', '.join(columns)} from {source}")


def _add(connection: duckdb.DuckDBPyConnection, council: Fit) -> None:
    connection.execute(f"set variable council = '{council.entry.code}'")
    for table in interface.OPEN:
        connection.execute(f"insert into {table} select getvariable('council'), * from one_{table}")
    connection.execute(COUNCIL)
    differing, rows = one_row(
        connection.execute(
            """
            select
                count_if(
                    counted.children_count is null
                    or told.children_count <> counted.children_count
                    or told.assessable_count <> counted.assessable_count
                    or told.raised_count <> counted.raised_count
                ),
                count(*)
            from one_flag_count as told
            left join counted using (place_type, place_code, as_of_date, flag_code)
            where counted.council_code = getvariable('council')
            """
        )
    )
    if differing or not rows:
        raise Unfit(
            f"of {rows} counts in its open file {differing} are not those of its tables",
            "Publish it anew: the two are not of one build",
        )
