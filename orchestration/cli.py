"""The Early Help Warehouse: make a county, deliver files, build, look, go back."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands import arguments, dependencies, report
from orchestration.commands import linkage as linkage
from orchestration.commands import releases as releases_commands
from orchestration.commands import review as review
from orchestration.commands import rights as rights
from orchestration.commands.accept_change import accept_change
from orchestration.commands.alert import alert
from orchestration.commands.docs import docs
from orchestration.commands.doctor import doctor
from orchestration.commands.export import export
from orchestration.commands.metric import metric
from orchestration.commands.serve import serve
from orchestration.commands.terminal import AllowFuture, Commands, chosen_day
from orchestration.commands.verify import verify
from orchestration.commands.what_if import what_if
from orchestration.commands.withdraw import withdraw
from orchestration.home import modes
from orchestration.settings import Settings

app = typer.Typer(
    callback=modes.keep_to_owner,
    help=__doc__ + "\n\nData live under EARLYHELP_HOME (default ./data). A first try:\n\n"
    "\b\n"
    "  earlyhelp synth --size demo --seed 1 --out /tmp/county\n"
    "  earlyhelp deliver /tmp/county/extracts\n"
    "  earlyhelp build --as-of 2026-06-26\n"
    "  earlyhelp dashboard",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


app.add_typer(review.app, name="review")
app.add_typer(linkage.app, name="linkage")
app.add_typer(releases_commands.app, name="keys")
app.command("verify")(verify)
app.add_typer(dependencies.app, name="dependencies")
app.command("withdraw")(withdraw)
app.command("disclosures")(releases_commands.disclosures)
app.command("what-if")(what_if)
app.command("docs")(docs)
app.command("metric")(metric)
app.command("export")(export)
app.command("accept-change")(accept_change)
app.command("subject-access", context_settings=arguments.ANYTHING)(rights.subject_access)
app.command("doctor")(doctor)
app.command("serve")(serve)
app.command("alert")(alert)
app.command("erase", context_settings=arguments.ANYTHING)(rights.erase)
app.command("retention")(rights.retention)


class Size(StrEnum):
    hamlet = "hamlet"
    demo = "demo"
    county = "county"


@app.command()
def init() -> None:
    """Prepare a home: its folders, and the key behind every pseudonym where there is none.

    \b
    Example:
      EARLYHELP_HOME=/srv/earlyhelp earlyhelp init
    The key lies outside the home, in EARLYHELP_KEY_FILE (default ~/.config/earlyhelp/key), readable by you alone.
    Keep a copy of it in a safe place: without it no child of an earlier release is found again.
    """
    from expectations.contract import sources
    from orchestration.home import pseudonym_key

    settings = Settings()
    try:
        is_new = pseudonym_key.make(settings)
        modes.prepare(settings, sources())
    except ValueError as problem:
        report.fail(str(problem))
    where = "EARLYHELP_KEY" if settings.key else str(settings.pseudonym_key_file)
    report.say(f"{'A new key is in' if is_new else 'The key is that of'} {where}. Keep a copy in a safe place.")
    report.say(f"Drop extracts into {settings.landing}/<source>/. Next: earlyhelp deliver, earlyhelp build")


@app.command()
def synth(
    out: Annotated[Path, typer.Option(help="An empty or new folder for the county.")],
    size: Annotated[Size, typer.Option(help="hamlet: about 300 children; demo: 8,000; county: 60,000.")] = Size.demo,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files, byte for byte.")] = 1,
    clean: Annotated[bool, typer.Option("--clean", help="Leave out the errors that real extracts have.")] = False,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day the extracts are of. Default: the county's last, 2026-06-26."),
    ] = None,
) -> None:
    """Make an invented county: its extracts in the sources' own formats, with the truth beside them.

    \b
    Example:
      earlyhelp synth --size hamlet --seed 7 --out /tmp/hamlet
    writes /tmp/hamlet/extracts/<source>/…, the census once more as COLLECT blocks in extracts_collect/, the
    marks of the day itself, which arrive the night after, in extracts_next_day/, and truth/.
    With --as-of the same county as its extracts were on an earlier day (one child in twenty-five has another UPN).
    """
    from synthetic import county

    if out.exists() and any(out.iterdir()):
        report.fail(f"{out} is not empty; name a new folder, so that no file of yours is overwritten.")
    day = as_of.date() if as_of else county.AS_OF_DATE
    try:
        with report.progress() as show:
            made = county.write(out, size.value, seed, clean, progress=show, as_of=day)
    except ValueError as problem:
        report.fail(str(problem))
    report.county(out, made)


@app.command()
def deliver(
    files: Annotated[list[Path], typer.Argument(help="Extracts, or folders of them.", exists=True)],
    source: Annotated[
        str | None, typer.Option(help="The source, where neither the folder nor the file's name tells it.")
    ] = None,
) -> None:
    """Copy extracts into the landing folder, where the next build finds them. The originals stay where they are.

    Nothing that waits there is replaced: a file whose name is taken lies beside it. Exit code 1 if a file was left out,
    because somebody is still writing to it.

    \b
    Example:
      earlyhelp deliver /mnt/synergy/synergy_pupils_2026-06-19.csv
      earlyhelp deliver --source school_census 2026_summer/
    Dropping a file into $EARLYHELP_HOME/landing/<source>/ does the same.
    """
    from orchestration import deliveries
    from orchestration.deliveries.problem import DeliveryProblem

    try:
        with report.progress():
            made = deliveries.deliver(Settings(), files, source)
    except DeliveryProblem as problem:
        report.fail(str(problem))
    report.landed(Settings(), made)
    if made.unfinished:
        raise typer.Exit(1)


@app.command()
def build(
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day the warehouse speaks of. Default: today.")
    ] = None,
    allow_future: AllowFuture = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Name every delivery, however many.")] = False,
) -> None:
    """Take in all pending deliveries, check them, build the warehouse, check it, and publish a release.

    \b
    Example:
      earlyhelp build --as-of 2026-06-26
    Exit codes: 0 published, or nothing new; 1 nothing published, the release in force is untouched;
    3 published, but some deliveries were rejected (see the reports named), or files wait that were not complete.
    A day after today is refused unless --allow-future says that it is meant: until then builds say nothing new.
    """
    from orchestration import deliveries
    from orchestration.build import journal
    from orchestration.home.as_of import today
    from orchestration.home.lock import build_lock
    from orchestration.jobs.build import is_current, run

    settings, day = Settings(), chosen_day(as_of, allow_future) or today()
    with build_lock(settings):
        if is_current(settings, day, len(deliveries.discover(settings))):
            report.nothing_new(settings)
            report.silenced(journal.look_back(settings, day))
            return
        with report.progress() as show:
            outcome = run(settings, day, show)
        rejected = report.run(settings, outcome, verbose)
        left = report.left(settings)
        report.silenced(journal.look_back(settings, day))
    if outcome.published is None:
        raise typer.Exit(1)
    if rejected or left:
        raise typer.Exit(3)


@app.command()
def status() -> None:
    """Show each source's last delivery and what it covers, how old the flags are, and the release in force.

    \b
    Example:
      EARLYHELP_HOME=/srv/earlyhelp earlyhelp status
    """
    report.status(Settings())


@app.command()
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
    report.dashboard(Settings(), todays_map)


@app.command()
def rebuild(
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day to speak of. Default: that of the release in force."),
    ] = None,
    allow_future: AllowFuture = False,
) -> None:
    """Make the whole warehouse again from the archive, and compare it with the release in force.

    \b
    Example:
      earlyhelp rebuild
    Every file ever delivered is read again, in the order it came; review decisions and what earlier releases said are
    taken over. The new build takes the place of the old one; the release in force stays as it is.
    Exit codes: 0 the same content; 1 nothing was changed; 4 the content differs, and the next build publishes it.
    """
    from orchestration.jobs.rebuild import rebuild as make_again

    settings, day = Settings(), chosen_day(as_of, allow_future)
    try:
        with report.progress() as show:
            rebuilt = make_again(settings, day, show)
    except (LookupError, ValueError, RuntimeError) as problem:
        report.fail(str(problem))
    report.rebuilt(settings, rebuilt)
    if rebuilt.content_sha256 is None:
        raise typer.Exit(1)
    if rebuilt.differing:
        raise typer.Exit(4)


@app.command()
def rollback(
    to: Annotated[str | None, typer.Option(help="The release to go back to. Default: the one before.")] = None,
) -> None:
    """Put an earlier release in force again; its bytes are verified first.

    \b
    Example:
      earlyhelp rollback
      earlyhelp rollback --to 20260626T020000Z
    The build is not changed: the next build publishes a new release from all deliveries.
    """
    from orchestration import releases

    try:
        release = releases.rollback(Settings(), to)
    except (LookupError, ValueError) as problem:
        report.fail(str(problem))
    report.say(f"Release {release.release_id}, as of {release.manifest['as_of_date']}, is in force.")


if __name__ == "__main__":
    app()
