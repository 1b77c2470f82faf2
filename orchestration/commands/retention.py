"""`earlyhelp retention`: what may no longer be kept, by dated rules, previewed first."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.commands import terminal
from orchestration.commands.erase import print_outcome
from orchestration.commands.group import chosen_day
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.jobs.retention import Due


def retention(
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without this, only say what would go.")] = False,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day to count to. Default: that of the release in force."),
    ] = None,
    allow_future: Annotated[
        bool, typer.Option("--allow-future", help="Mean it, if --as-of is after today and --yes is said.")
    ] = False,
) -> None:
    """Say what may no longer be kept, by the rules of ref_retention_rule, or remove it.

    \b
    Examples:
      earlyhelp retention
      earlyhelp retention --as-of 2026-09-01 --yes
    Children go as by `earlyhelp erase`, from archive, build, journal and releases alike. After a change of a rule, look
    at the counts before you say --yes: it cannot be undone.
    """
    from orchestration import releases
    from orchestration.home.lock import build_lock
    from orchestration.jobs import retention as job

    settings = Settings()
    in_force = releases.in_force(settings)
    day = chosen_day(as_of, allow_future or not yes)
    if day is None and in_force:
        day = date.fromisoformat(in_force.manifest["as_of_date"])
    if day is None:
        terminal.fail("No release is in force: say with --as-of to which day to count.")
    try:
        with terminal.progress(), build_lock(settings):
            found = job.due(settings, day)
            done = job.purge(settings, day, found) if yes else None
    except (LookupError, ValueError, RuntimeError) as problem:
        terminal.fail(str(problem))
    _due(found, day, yes)
    if done:
        print_outcome(settings, done)


def _due(found: "list[Due]", as_of: date, is_done: bool) -> None:
    """What goes, or went, by each rule."""
    listed = terminal.listing(
        f"{'Removed' if is_done else 'Would be removed'}, counted to {as_of}",
        *("rule", "what", "counted from", "before", ">how many", "the oldest is of"),
    )
    for one in found:
        terminal.add_row(
            listed, one.rule_id, one.thing, one.counted_from, one.last_day, f"{len(one.names):,}", one.oldest or ""
        )
    terminal.console.print(listed)
    if not is_done:
        terminal.say("Nothing was changed. With --yes it is done, and cannot be undone.")
