"""`earlyhelp bi`: what a BI tool imports, made from the manifest."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands import terminal
from orchestration.commands.group import Commands
from orchestration.settings import Settings

app = typer.Typer(
    help="Make what a BI tool imports: connection, datasets, measures, dashboards, of the marts' own descriptions.",
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command()
def superset(
    out: Annotated[Path, typer.Option(help="The new file, a zip.")],
    file: Annotated[
        Path | None,
        typer.Option(help="The release as Superset's server sees it. Default: that of this home, current/…"),
    ] = None,
) -> None:
    """Write a bundle for Superset: a connection with safe settings, the marts as datasets, the screens as dashboards.

    \b
    Examples:
      earlyhelp bi superset --out early_help.zip
      earlyhelp bi superset --out early_help.zip --file /data/earlyhelp/current/early_help.duckdb
    docs/bi-tools/superset.md says how it is imported. A later bundle replaces what an earlier one brought.
    """
    from orchestration.bi import superset as bundles

    release_file = file or (Settings().current / "early_help.duckdb").absolute()
    try:
        made = bundles.write(out, release_file)
    except FileExistsError:
        terminal.fail(f"{out} exists; name a new file, so that nothing is written over.")
    except ValueError as problem:
        terminal.fail(str(problem))
    terminal.say(f"{made.dashboards} dashboards, {made.charts} charts, {made.datasets} datasets in {out}.")
    terminal.say(f"They read {release_file}, read-only and with nothing else of the server in reach.")


@app.command()
def power_bi(
    out: Annotated[Path, typer.Option(help="The new folder.")],
    parquet: Annotated[
        str | None,
        typer.Option(help="The release's Parquet as Power BI sees it. Default: that of this home, current/parquet"),
    ] = None,
) -> None:
    """Write a Power BI project as text: a semantic model (TMDL) with tables, relations, measures, and an empty report.

    \b
    Example:
      earlyhelp bi power-bi --out EarlyHelp --parquet "\\\\server\\share\\earlyhelp\\current\\parquet"
    docs/bi-tools/power-bi.md says what was checked, and what was not.
    """
    from orchestration.bi import power_bi as projects

    folder = parquet or str((Settings().current / "parquet").absolute())
    try:
        made = projects.write(out, folder)
    except FileExistsError:
        terminal.fail(f"{out} exists; name a new folder, so that nothing is written over.")
    terminal.say(f"{made.tables} tables, {made.measures} measures, {made.relations} relations in {out}/EarlyHelp.pbip.")
