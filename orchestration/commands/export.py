"""`earlyhelp export`: a table of the release in force as a file for a spreadsheet or another tool."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands import terminal
from orchestration.settings import Settings


class Format(StrEnum):
    csv = "csv"
    parquet = "parquet"
    xlsx = "xlsx"


def export(
    table: Annotated[str, typer.Argument(help="The table, with its schema: mart.mart_child_list.")],
    out: Annotated[Path, typer.Option(help="The new file; its ending tells the format.")],
    reason: Annotated[
        str | None,
        typer.Option(
            help="What the file is for. Needed where the table tells of people one by one, and of a place's own file."
        ),
    ] = None,
    where: Annotated[str | None, typer.Option(help="Only rows of which this holds, in SQL.")] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="Only this column; may be given several times. Default: all.")
    ] = None,
    format_: Annotated[
        Format | None, typer.Option("--format", help="The format, where the ending does not tell it.")
    ] = None,
    audience: Annotated[
        str, typer.Option(help="Whose file to read: analyst, open, zone/Z1, school/8381101.")
    ] = "analyst",
    bom: Annotated[
        bool, typer.Option("--bom", help="Begin a CSV with a byte order mark, so that Excel reads it as UTF-8.")
    ] = False,
) -> None:
    """Write a table of the release in force to a new file, and log who made it, of how many children, and why.

    \b
    Examples:
      earlyhelp export mart.mart_child_list --out list.xlsx --reason "Autumn review of zone Z1" \\
          --where "zone_code = 'Z1'" --column school_name --column nc_year --column indicators_raised_count
      earlyhelp export mart.mart_zone_dashboard --out dashboard.csv --bom
      earlyhelp export core.fct_enrolment --out enrolment.parquet --reason "Place planning"
    In CSV and XLSX, text that a spreadsheet would run as a formula gets an apostrophe before it; numbers stay numbers.
    The file is readable by you alone and never written over. The log is $EARLYHELP_HOME/disclosures.jsonl.
    """
    import duckdb

    from orchestration import exports
    from orchestration.home import disk

    settings = Settings()
    kind = format_ or Format.__members__.get(out.suffix.removeprefix(".").lower())
    if kind is None:
        terminal.fail(f"{out} ends in none of .csv, .parquet and .xlsx: choose one, or say --format.")
    if bom and kind is not Format.csv:
        terminal.fail("--bom is for CSV alone.")
    try:
        exported = exports.write(settings, table, out, kind.value, reason, audience, column, where, bom)
    except (LookupError, ValueError, duckdb.OutOfMemoryException) as problem:
        terminal.fail(disk.explained(settings, problem) or str(problem))
    of = "" if exported.children is None else f" about {exported.children:,} children"
    terminal.say(f"{exported.rows:,} rows{of}, of release {exported.release_id}, in {out}, readable by you alone.")
    terminal.say("Logged in disclosures.jsonl.")
