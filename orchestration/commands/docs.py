"""`earlyhelp docs`: build the site, check the pages, or make them anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from orchestration.commands import terminal
from orchestration.settings import PROJECT, Settings


def docs(
    out: Annotated[
        Path, typer.Option(help="An empty or new folder for the site, or one with a site, which is replaced.")
    ] = Path("site"),
    check: Annotated[bool, typer.Option("--check", help="Build nothing; say what in docs/ does not hold.")] = False,
    refresh: Annotated[bool, typer.Option("--refresh", help="Build nothing; make anew what is made in docs/.")] = False,
    county: Annotated[
        Path | None,
        typer.Option(help="The invented county that the release is made of: check or refresh the answers as well."),
    ] = None,
) -> None:
    """Build the documentation for opening offline: guides, a page for each mart, the star, the flags, dbt's docs.

    \b
    Example:
      earlyhelp docs --out site        then open site/index.html
    Grain, columns, bus matrix, diagram, flags and metrics are made from dbt's manifest and seeds/reference; the answers
    below worked queries are what a release printed. Where there is a build, dbt's docs show its columns.

    \b
    For whoever changes a model or a page:
      earlyhelp docs --check            are made parts as they would be made; do the queries run on the release
      earlyhelp synth --size hamlet --seed 1 --out /tmp/hamlet
      earlyhelp deliver /tmp/hamlet/extracts && earlyhelp build --as-of 2026-06-26
      earlyhelp docs --refresh --county /tmp/hamlet
    Answers are written only from a release that is made of the invented county and of nothing else. Each page says on
    which size it was printed; refresh takes the pages of this size. Exit codes: 0 all holds; 1 something does not.
    """
    from orchestration.documentation import manifest, pages, site

    if check and refresh:
        terminal.fail("Choose one of --check and --refresh.")
    settings = Settings()
    try:
        project = manifest.read()
        if not check and not refresh:
            with terminal.progress():
                is_built = site.build(settings, project, out)
            terminal.say(f"Open {out / 'index.html'}")
            if not is_built:
                terminal.say(f"There is no build in {settings.home}: dbt's docs lack the columns that a build has.")
            return
        with _release(settings) as connection:
            size = _county(settings, county, connection)
            if refresh:
                for path in pages.refresh(project, connection, size):
                    terminal.say(f"Made anew: {path.relative_to(PROJECT)}")
                return
            wrong = list(pages.problems(project, connection, size))
    except (LookupError, RuntimeError) as problem:
        terminal.fail(str(problem))
    for line in wrong:
        terminal.say(line)
    if wrong:
        terminal.fail(f"{len(wrong)} things in docs/ do not hold.")
    answers = f"answers as printed on {size}" if size else "answers not compared: --county names the invented county"
    terminal.say(f"docs/ holds; {answers if connection else 'no release, so no query was run'}.")


@contextmanager
def _release(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection | None]:
    from orchestration import releases

    release = releases.in_force(settings)
    if release is None:
        yield None
        return
    with releases.opened(settings, release) as connection:
        yield connection


def _county(settings: Settings, county: Path | None, connection: duckdb.DuckDBPyConnection | None) -> str | None:
    from orchestration.documentation import queries
    from orchestration.home import erasures

    if county is None:
        return None
    if connection is None:
        raise LookupError("No release yet. Next: earlyhelp deliver …, then earlyhelp build.")
    return queries.invented(county, connection, erasures.rewritten_files(settings))
