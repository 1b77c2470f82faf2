"""`earlyhelp region`: counts above several councils, each of which keeps a warehouse and a key of its own."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from orchestration.build import engine
from orchestration.commands import serve, terminal
from orchestration.commands.group import Commands
from orchestration.region.handed import Fit, LeftOut, Looked
from orchestration.service import instance
from orchestration.settings import Settings

WITHOUT_SOME = 3
LISTED = Annotated[Path, typer.Argument(metavar="LIST", help="The councils of the region, a YAML file.", exists=True)]
DAY = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="The day all must speak of. Default: that of most of them."),
]

app = typer.Typer(
    help="Unite the counts of several councils, each with a warehouse of its own, in a region's release.\n\n"
    "A council hands over its release, or of it what `earlyhelp region files` names: counts, and no table of children. "
    "The list says where each lies:\n\n"
    "\b\n"
    "  name: North\n"
    "  councils:\n"
    "    - {code: E06000101, name: Borough of Eastmere, release: /srv/eastmere}\n"
    "    - {code: E06000102, name: Holmshire, release: /srv/handed-over/holmshire}\n\n"
    "The region has a home of its own, EARLYHELP_HOME, and no key. A first try:\n\n"
    "\b\n"
    "  export EARLYHELP_HOME=/srv/north\n"
    "  earlyhelp region check north.yml\n"
    "  earlyhelp region build north.yml\n"
    "  duckdb -readonly /srv/north/current/open/early_help_region.duckdb 'from region.dashboard'\n\n"
    "Councils that have a `key_file` in the list are built here: `earlyhelp region night` builds them all, and any "
    "command works for one as `earlyhelp --council CODE --councils north.yml COMMAND`.\n\n"
    "docs/operators/scale.md: when a region, what is hidden of it, what it does not do.",
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command()
def files() -> None:
    """Name the files that a region reads of a council's release: what a council hands over, with its manifest.json.

    \b
    Example, on the council's machine:
      earlyhelp region files | tar -ch -C /srv/eastmere/current -T - -f eastmere.tar
    """
    from orchestration.region import interface
    from orchestration.releases import store

    for name in (store.MANIFEST, *interface.files()):
        terminal.say(name)


@app.command()
def check(listed: LISTED, as_of: DAY = None) -> None:
    """Say of each council of a list whether it can be united with the others, and what to do if not. Writes nothing.

    \b
    Example:
      earlyhelp region check north.yml
    Looked at are the list, each manifest, the sha256 of what is read, and the days. Exit codes: 0 all can; 1 the list
    cannot be read; 3 some cannot.
    """
    from orchestration.region import council_list, handed

    try:
        looked = handed.look(council_list.read(listed).entries, as_of.date() if as_of else None)
    except council_list.WrongList as problem:
        terminal.fail(str(problem))
    _councils(looked)
    if any(isinstance(one, LeftOut) for one in looked):
        raise typer.Exit(WITHOUT_SOME)


@app.command()
def build(listed: LISTED, as_of: DAY = None) -> None:
    """Unite the counts of all councils that can be, hide what would tell of a child, and publish the region's release.

    \b
    Example:
      EARLYHELP_HOME=/srv/north earlyhelp region build north.yml
    One council that is missing, broken, twice in the list, of another day or version is named and left out; the others
    are united. Exit codes: 0 published, or nothing new; 1 nothing was changed; 3 published without some.
    """
    from orchestration.region import council_list, publish, unite

    try:
        outcome = publish.publish(Settings(), council_list.read(listed), as_of.date() if as_of else None)
    except unite.TooFew as problem:
        _councils(problem.looked)
        terminal.fail(f"{problem} Nothing was changed.")
    except ValueError as problem:
        terminal.fail(str(problem))
    _councils(outcome.looked)
    _totals(outcome.file)
    terminal.say()
    if outcome.is_new:
        manifest = outcome.release.manifest
        terminal.say(
            f"Release {outcome.release.release_id} of {manifest['region']} is in force, as of {manifest['as_of_date']}."
        )
    else:
        terminal.say(f"Nothing new: release {outcome.release.release_id} stays in force.")
    if any(isinstance(one, LeftOut) for one in outcome.looked):
        raise typer.Exit(WITHOUT_SOME)


@app.command()
def night(
    listed: LISTED,
    as_of: DAY = None,
    at_once: Annotated[int, typer.Option(min=1, help="How many councils are built at a time; each wants 4 GB.")] = 1,
) -> None:
    """Build each council of a list that has a `key_file`, each in a process of its own, then the region above them all.

    \b
    Example:
      EARLYHELP_HOME=/srv/north earlyhelp region night north.yml
    A council whose build fails keeps the release that it has, and harms no other: what its build printed lies in
    its own home. Exit codes: 0 all built and united; 1 the list is wrong, or the region was not changed; 3 some failed,
    had deliveries rejected, or are left out.
    """
    from orchestration.home.as_of import today
    from orchestration.jobs import nights
    from orchestration.region import council_list, homes

    try:
        here = homes.built_here(council_list.read(listed))
    except (council_list.WrongList, homes.NotBuiltHere) as problem:
        terminal.fail(str(problem))
    whole = 0
    for done, one in enumerate(nights.of_each(here, as_of.date() if as_of else today(), at_once), start=1):
        terminal.say(f"{done} of {len(here)}  {one.entry.code}  {one.outcome}, {one.seconds:,.0f} s")
        whole += one.outcome == nights.PUBLISHED
        if one.outcome != nights.PUBLISHED:
            terminal.say(
                f"  See {one.printed}" if one.printed else f"  Next: earlyhelp --council {one.entry.code} init"
            )
    terminal.say(f"{whole} of {len(here)} councils published all that was delivered.\n")
    build(listed, as_of)
    if whole < len(here):
        raise typer.Exit(WITHOUT_SOME)


@app.command(name="serve")
def serve_region(listed: LISTED, port: serve.Port = 3000, name: serve.Names = None) -> None:
    """Run Dagster for all councils of a list: a partition for each that is built here, and the region above them.

    \b
    Example:
      EARLYHELP_HOME=/srv/north earlyhelp region serve north.yml
    The nights begin at two, one council after the other; the region is united each hour until the morning. Pages and
    what they let in are those of `earlyhelp serve`.
    """
    from orchestration.region import council_list, homes

    try:
        homes.built_here(council_list.read(listed))
    except (council_list.WrongList, homes.NotBuiltHere) as problem:
        terminal.fail(str(problem))
    settings = Settings().model_copy(update={"councils": listed.resolve()})
    serve.run(settings, instance.REGION, port, tuple(name or ()))


def _councils(looked: list[Looked]) -> None:
    table = terminal.listing("Councils", "code", "name", "", "as of")
    for one in looked:
        outcome = ("fit", one.as_of) if isinstance(one, Fit) else ("left out", None)
        terminal.add_row(table, one.entry.code, one.entry.name, *outcome)
    terminal.console.print(table)
    for one in looked:
        if isinstance(one, LeftOut):
            terminal.say(f"{one.entry.code}: {one.fault}. Remedy: {one.remedy}.")


def _totals(file: Path) -> None:
    import duckdb

    with duckdb.connect(str(file), read_only=True) as connection:
        label = engine.one_row(connection.execute("select min(half_term_label) from region.dashboard"))[0]
        rows = connection.execute(
            """
            select
                flag_name,
                councils_count,
                coalesce(format('{:,}', children_count), children_mark),
                coalesce(format('{:,}', raised_count), raised_mark),
                coalesce(format('{:.1f}%', 100 * raised_rate::double), raised_mark, assessable_mark)
            from region.dashboard
            where place_type = 'region'
            """
        ).fetchall()
    terminal.say()
    table = terminal.listing(f"The region, {label}", "flag", ">councils", ">children", ">raised", ">rate")
    for row in rows:
        terminal.add_row(table, *row)
    terminal.console.print(table)
