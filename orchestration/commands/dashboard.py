"""`earlyhelp dashboard`: the zones with their flags, from the release in force."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.build.engine import one_row
from orchestration.commands import terminal
from orchestration.settings import Settings


def dashboard(
    todays_map: Annotated[
        bool,
        typer.Option(
            "--todays-map", help="Count the half term before on today's map too: no change of the map is shown."
        ),
    ] = False,
) -> None:
    """Print the zone dashboard of the release in force, and how to open its file.

    \b
    Examples:
      earlyhelp dashboard
      earlyhelp dashboard --todays-map
    """
    from orchestration import releases

    settings = Settings()
    release = releases.in_force(settings)
    if release is None:
        terminal.fail("No release yet. Next: earlyhelp deliver …, then earlyhelp build.")
    of = "todays_map_" if todays_map else ""
    with releases.opened(settings, release) as connection:
        cells = connection.execute(
            f"""
            select
                zone_name,
                {of}children_count,
                flag_name,
                {of}raised_count,
                {of}raised_share,
                {of}change_in_raised_count
            from mart.mart_zone_dashboard
            where is_current
            order by zone_code = 'county', zone_name, display_order
            """
        ).fetchall()
        half_term, day = one_row(
            connection.execute(
                "select half_term_label, as_of_date from mart.mart_zone_dashboard where is_current limit 1"
            )
        )
    flags = list(dict.fromkeys(cell[2] for cell in cells))
    map_shown = ", on today's map" if todays_map else ""
    table = terminal.listing(
        f"Zone dashboard, {half_term}, as of {day}{map_shown}: "
        "children flagged, share, change since the half term before",
        "zone",
        ">children",
        *(f">{flag}" for flag in flags),
    )
    zones = dict.fromkeys((cell[0], cell[1]) for cell in cells)
    for zone, children in zones:
        shown = {c[2]: _cell(*c[3:]) for c in cells if c[0] == zone}
        terminal.add_row(table, zone, children, *(shown.get(flag, "–") for flag in flags))
    terminal.console.print(table)
    file = _from_here(settings.current / release.file.name)
    terminal.say(f"\nThe file: {file} (release {release.release_id})")
    terminal.say("Open it read-only with any DuckDB client from 1.1 on, for example:")
    terminal.say(f'  duckdb -readonly {file} "select * from mart.mart_zone_dashboard where is_current"')
    terminal.say(
        f"  python -c \"import duckdb; duckdb.connect('{file}', read_only=True).sql('show all tables').show()\""
    )


def _cell(raised: int, share: float | None, change: int | None) -> str:
    percent = "" if share is None else f" {float(share):.1%}"
    return f"{raised:,}{percent} {'' if change is None else f'{change:+,}'}".rstrip()


def _from_here(file: Path) -> Path:
    """The path to type: from the working folder where the file lies below it."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file
