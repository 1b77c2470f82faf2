"""`earlyhelp rollback`: an earlier release in force again."""

from typing import Annotated

import typer

from orchestration.commands import terminal
from orchestration.settings import Settings


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
        terminal.fail(str(problem))
    terminal.say(f"Release {release.release_id}, as of {release.manifest['as_of_date']}, is in force.")
