"""Builds the world: an in-memory DuckDB with every place, household, child, spell, return, result and truth of a county."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import duckdb

from synthetic import names, places
from synthetic.sizes import Size

REFERENCE = Path(__file__).resolve().parent.parent / "seeds" / "reference"
STEPS = Path(__file__).resolve().parent / "world"

NEEDS = {
    "sen_needs": ["SPLD", "SLCN", "SLCN", "SEMH", "SEMH", "MLD", "ASD", "SPLD", "HI", "VI", "PD", "OTH", "NSA"],
    "special_needs": ["ASD", "ASD", "SLD", "SLD", "PMLD", "SEMH", "MLD", "PD", "MSI"],
    "second_needs": ["SLCN", "SEMH", "MLD", "OTH"],
}


def build(
    size: Size, seed: int, as_of: dt.date, clean: bool, progress: Callable[[str], None] = lambda step: None
) -> duckdb.DuckDBPyConnection:
    """Return a connection that holds the world and its truth; what the sources make of it comes later."""
    connection = duckdb.connect(config={"allow_unsigned_extensions": "false"})
    variables = {
        "seed": seed,
        "as_of": as_of,
        "clean": clean,
        "children": size.children,
        "first_year": size.first_year,
        "years": as_of.year - size.first_year,
        "areas_of_pyramid": size.areas_of_pyramid,
        "special_share": size.special_share,
        "reference": str(REFERENCE),
        "girls": names.GIRLS,
        "boys": names.BOYS,
        "adults": names.ADULTS,
        "surnames": names.surnames(),
        "streets": names.streets(),
        **NEEDS,
    }
    for name, value in variables.items():
        connection.execute(f"set variable {name} = ?", [value])
    places.build(connection, size)
    for step in sorted(STEPS.glob("*.sql")):
        progress(step.stem[3:].replace("_", " "))
        run(connection, step)
    progress("truth")
    run(connection, STEPS.parent / "truth.sql")
    return connection


def run(connection: duckdb.DuckDBPyConnection, script: Path) -> None:
    """Run a script of SQL statements; an error says in which script."""
    try:
        connection.execute(script.read_text(encoding="utf-8"))
    except duckdb.Error as error:
        error.add_note(f"in {script.name}")
        raise
