"""`earlyhelp query`: a worked query of the pages, or a file of SQL, on the release in force."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.commands import terminal
from orchestration.commands.export import Format
from orchestration.settings import Settings

if TYPE_CHECKING:
    import duckdb

SHOWN = 100
"""Rows printed of a longer answer."""
SAFE = ("set enable_external_access = false", "set lock_configuration = true")
"""The release is attached read-only; with these no statement reaches another file. See docs/bi-tools/index.md."""
NAMES = ("year", "_key")
"""How a heading ends whose numbers are names."""
ASSIGNED = re.compile(r"([a-z_]+)=(.+)")


def query(
    name: Annotated[str, typer.Argument(help="A worked query by its name, or a file of SQL (.sql).")] = "",
    list_: Annotated[bool, typer.Option("--list", help="Print the names of the worked queries.")] = False,
    sql: Annotated[bool, typer.Option("--sql", help="Print the query, and run nothing.")] = False,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="A value the query asks for by getvariable: window_days=90.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="A new file instead of the terminal; .csv, .parquet or .xlsx.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="What the file is for. Needed where the query asks about people.")
    ] = None,
) -> None:
    """Run a worked query of the pages, or one of your own, on the release in force.

    \b
    Examples:
      earlyhelp query --list
      earlyhelp query screens/evaluation
      earlyhelp query which-schools-send-no-daily-marks --out schools.xlsx --reason "To ask them for marks"
      earlyhelp query questions/referrals-that-came-back --set window_days=90
      earlyhelp query mine.sql
    It can change nothing and reach no other file. A file about people is logged, as with `earlyhelp export`.
    """
    import duckdb

    from orchestration.documentation import worked

    if list_ or not name:
        for each in worked.queries():
            terminal.say(each)
        return
    try:
        statement = Path(name).read_text(encoding="utf-8") if name.endswith(".sql") else worked.named(name).sql
        values = _values(set_ or [])
        if sql:
            terminal.say(statement)
        elif out:
            _export(name, statement, values, out, reason)
        else:
            _print(name, statement, values)
    except (LookupError, ValueError) as problem:
        terminal.fail(str(problem))
    except duckdb.Error as problem:
        terminal.fail(f"The release refuses it: {problem}")


def _values(assigned: list[str]) -> dict[str, str]:
    found = [ASSIGNED.fullmatch(each) for each in assigned]
    if None in found:
        raise ValueError("--set takes a name and a value: --set window_days=90.")
    return {each[1]: each[2] for each in found if each}


def _print(name: str, statement: str, values: dict[str, str]) -> None:
    with _safely(values) as connection:
        answer = connection.execute(statement)
        headings = [column[0] for column in answer.description]
        table = terminal.listing(name, *headings)
        for row in answer.fetchmany(SHOWN):
            terminal.add_row(table, *map(_cell, headings, row))
        more = sum(len(batch) for batch in iter(lambda: answer.fetchmany(10_000), []))
    terminal.console.print(table)
    if more:
        terminal.say(f"… {SHOWN + more:,} rows in all; --out writes them to a file.")


def _cell(heading: str, value: object) -> object:
    """As it is printed: a share to four places; a year or a key of a date is a name, so it has no commas."""
    if isinstance(value, int) and heading.endswith(NAMES):
        return str(value)
    return round(value, 4) if isinstance(value, float) else value


def _export(name: str, statement: str, values: dict[str, str], out: Path, reason: str | None) -> None:
    from orchestration import exports

    kind = Format.__members__.get(out.suffix.removeprefix(".").lower())
    if kind is None:
        raise ValueError(f"{out} ends in none of .csv, .parquet and .xlsx.")
    with _safely(values) as connection:
        reads = sorted(connection.get_table_names(statement, qualified=True))
        answer = connection.execute(statement).to_arrow_table()
    exported = exports.write_answer(Settings(), name, answer, reads, out, kind.value, reason)
    terminal.say(f"{exported.rows:,} rows, of release {exported.release_id}, in {out}, readable by you alone.")
    terminal.say("Logged in disclosures.jsonl.")


@contextmanager
def _safely(values: dict[str, str]) -> "Iterator[duckdb.DuckDBPyConnection]":
    """The release in force, opened so that a statement can neither write nor read any other file."""
    from orchestration import releases

    settings = Settings()
    release = releases.in_force(settings)
    if release is None:
        raise LookupError("No release yet. Next: earlyhelp deliver …, then earlyhelp build.")
    with releases.opened(settings, release, name=releases.DATABASE) as connection:
        for setting in SAFE:
            connection.execute(setting)
        for name, value in values.items():
            connection.execute(f"set variable {name} = $value", {"value": value})
        yield connection
