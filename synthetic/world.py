"""Builds the world in an in-memory DuckDB: every place, household, child, spell, return, result and truth."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import duckdb

from synthetic import names, places
from synthetic.sizes import Size

HERE = Path(__file__).resolve().parent
REFERENCE = HERE.parent / "seeds" / "reference"
STEPS = HERE / "world"

NEEDS = {
    "sen_needs": ["SPLD", "SLCN", "SLCN", "SEMH", "SEMH", "MLD", "ASD", "SPLD", "HI", "VI", "PD", "OTH", "NSA"],
    "special_needs": ["ASD", "ASD", "SLD", "SLD", "PMLD", "SEMH", "MLD", "PD", "MSI"],
    "second_needs": ["SLCN", "SEMH", "MLD", "OTH"],
}


def build(
    size: Size,
    seed: int,
    as_of: dt.date,
    clean: bool = False,
    progress: Callable[[str], None] | None = None,
    threads: int | None = None,
) -> duckdb.DuckDBPyConnection:
    """Return the world, its truth, and what the sources have of it, with mistakes unless `clean`."""
    connection = duckdb.connect(config={"threads": threads} if threads else {})
    connection.execute("set enable_progress_bar = false")
    report = progress or (lambda step: None)
    for name, value in _variables(size, seed, as_of, clean).items():
        connection.execute(f"set variable {name} = ?", [value])
    places.build(connection, size)
    for step in sorted(STEPS.glob("*.sql")):
        report(step.stem[3:].replace("_", " "))
        run(connection, step)
    report("truth and reports")
    _truth(connection, as_of)
    report("responses, huddles and the front door")
    for step in sorted((HERE / "cases").glob("*.sql")):
        run(connection, step)
    run(connection, HERE / "reports.sql")
    if not clean:
        report("mistakes")
        for step in sorted((HERE / "mistakes").glob("*.sql")):
            run(connection, step)
    run(connection, HERE / "hard_cases.sql")
    run(connection, HERE / "numbers.sql")
    return connection


def _truth(connection: duckdb.DuckDBPyConnection, as_of: dt.date) -> None:
    """The truth of the last day of every half term since the first return, and of the as-of date: true_flag_history by
    the rules of each day, true_flag_by_todays_rule by those of the as-of date. The world itself is asked, no source."""
    truth = sorted((HERE / "truth").glob("*.sql"))
    histories = ("true_flag_by_todays_rule", "true_flag_history")
    for history in histories:
        columns = "as_of_date date, child_n int, school_id varchar, flag_code varchar, state varchar"
        connection.execute(f"create table {history} ({columns})")
    ends = connection.execute(
        """
        select end_date
        from ref_term
        where start_date <= $1 and end_date >= (select min(reference_date) from census)
        qualify row_number() over (order by start_date desc) > 1
        order by end_date
        """,
        [as_of],
    ).fetchall()
    for day in [*(end for (end,) in ends), as_of]:
        connection.execute("set variable as_of = ?", [day])
        for history, rules_of in zip(histories, (as_of, day), strict=True):
            connection.execute("set variable rules_of = ?", [rules_of])
            for step in truth:
                run(connection, step)
            connection.execute(
                f"""
                insert into {history}
                select getvariable('as_of'), flags.child_n, days.school_id, flags.flag_code, flags.state
                from true_flag as flags
                inner join child_on_the_day as days on flags.child_n = days.child_n
                inner join ref_flag on flags.flag_code = ref_flag.flag_code and ref_flag.is_on
                """
            )


def _variables(size: Size, seed: int, as_of: dt.date, clean: bool) -> dict[str, object]:
    return {
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
        "nicknamed": [forename for forename, _ in names.nicknames()],
        "nicknames": [nickname for _, nickname in names.nicknames()],
        "adults": names.ADULTS,
        "surnames": names.surnames(),
        "streets": names.streets(),
        **NEEDS,
    }


def run(connection: duckdb.DuckDBPyConnection, script: Path) -> None:
    """Run a script of SQL statements; an error says in which script."""
    try:
        connection.execute(script.read_text(encoding="utf-8"))
    except duckdb.Error as error:
        error.add_note(f"in {script.name}")
        raise
