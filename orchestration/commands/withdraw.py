"""`earlyhelp withdraw`: take back what a release said by mistake."""

from typing import Annotated

import typer

from orchestration.commands import terminal
from orchestration.settings import Settings


def withdraw(
    release: Annotated[str, typer.Argument(help="The release, as `earlyhelp status` names it.")],
    reason: Annotated[str, typer.Option(help="Why, for journal and log of disclosures, kept for good. No names.")],
) -> None:
    """Take back what a release said: it goes out of force, and the next build speaks as if it had never spoken.

    \b
    Example:
      earlyhelp withdraw 20260627T014500Z --reason "built as of 26 August, June was meant"
    For a release made by mistake, as of a later day for instance: builds of the days before say nothing new. Only the
    last release that spoke can be withdrawn; the one before is put in force. The journal keeps what was said, and that
    it does not hold. Files that were handed on meanwhile are not reached.
    """
    from orchestration.releases.withdrawal import withdraw as take_back

    settings = Settings()
    try:
        in_force = take_back(settings, release, reason)
    except (LookupError, ValueError) as problem:
        terminal.fail(str(problem))
    terminal.say(f"What release {release} said does not hold any more; journal and log of disclosures say why.")
    if in_force and in_force.release_id == release:
        terminal.say("No release came before it, so it stays in force until the next build.")
    elif in_force:
        terminal.say(f"Release {in_force.release_id}, as of {in_force.manifest['as_of_date']}, is in force.")
    terminal.say("The next build speaks as if it had not been said: earlyhelp build")
