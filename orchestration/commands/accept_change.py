"""`earlyhelp accept-change`: an engineer's word that a change which the release gate stopped is true."""

from typing import Annotated

import typer

from orchestration.commands import terminal
from orchestration.settings import Settings


def accept_change(
    rule: Annotated[str, typer.Argument(help="The rule that stopped the build, as the build named it.")],
    reason: Annotated[
        str, typer.Option(help="Why it is true. It is kept for good and shown with the check. No names.")
    ],
) -> None:
    """Say that a change since the release in force is true: the next build may publish it, with your word beside it.

    \b
    Example:
      earlyhelp accept-change flags_doubled --reason "needs of all families were assessed anew in June"
    It holds for this release alone. The check becomes a warning that says who accepted it, when and why; it is kept in
    EARLYHELP_HOME/accepted_changes.jsonl, and ops.check_result of the release shows it to readers.
    """
    from orchestration.releases import accepted_changes

    try:
        change = accepted_changes.accept(Settings(), rule, reason)
    except LookupError as problem:
        terminal.fail(str(problem))
    terminal.say(f"{change.rule} since release {change.release_id}: accepted. Next: earlyhelp build")
