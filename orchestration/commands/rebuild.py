"""`earlyhelp rebuild`: the warehouse again from the archive, compared."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.commands import terminal
from orchestration.commands.group import AllowFuture, chosen_day
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.jobs.rebuild import Rebuilt


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
        with terminal.progress():
            rebuilt = make_again(settings, day)
    except (LookupError, ValueError, RuntimeError) as problem:
        terminal.fail(str(problem))
    _print_outcome(settings, rebuilt)
    if rebuilt.content_sha256 is None:
        raise typer.Exit(1)
    if rebuilt.differing:
        raise typer.Exit(4)


def _print_outcome(settings: Settings, made: "Rebuilt") -> None:
    """Say whether a warehouse made again from the archive holds what the release in force holds."""
    if made.content_sha256 is None:
        terminal.errors.print("\nNothing was rebuilt; build and release are as they were. Stopped by:", markup=False)
        for reason in made.outcome.stopped_by:
            terminal.errors.print(f"  {reason}", markup=False)
        terminal.errors.print(f"The log: {settings.home / 'logs' / 'last_rebuild.log'}", markup=False)
        return
    terminal.say(f"Rebuilt from {made.deliveries:,} files of the archive. Content: {made.content_sha256}")
    if not made.differing:
        terminal.say("The release in force has the same content.")
        return
    terminal.say(f"{len(made.differing)} tables differ from the release in force:")
    for name in made.differing:
        terminal.say(f"  {name}")
    terminal.say(
        "The code, a contract or a threshold is another than when it was made. Next: earlyhelp build publishes it."
    )
