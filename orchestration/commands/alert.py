"""`earlyhelp alert`: tells a person when no release was published lately."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from orchestration.commands import terminal
from orchestration.settings import Settings


def alert(
    hours: Annotated[float, typer.Option(min=0.1, help="A release must not be older than this.")] = 26,
    trial: Annotated[bool, typer.Option("--trial", help="Send a message in any case, to see that it arrives.")] = False,
) -> None:
    """Send a message when no release was published in the last 26 hours: run it each morning, by a timer of its own.

    \b
    Examples:
      EARLYHELP_ALERT_MAIL_TO=data-team@council.example EARLYHELP_ALERT_SMTP=mail.council.example:25 earlyhelp alert
      earlyhelp alert --trial
      earlyhelp build; earlyhelp alert --hours 1
    It needs neither Dagster nor a build that began, so it also tells of a service that is dead. The message holds names
    of runs and releases, no child's data. EARLYHELP_ALERT_WEBHOOK sends it to an address instead, as JSON.
    Exit codes: 0 a release was published, or the trial was sent; 1 none was, or nobody could be told.
    """
    from orchestration import alerts

    settings = Settings()
    message = alerts.trial(settings) if trial else alerts.overdue(settings, hours, datetime.now(UTC))
    if message is None:
        terminal.say(f"A release was published in the last {hours:g} hours; nobody is told.")
        return
    try:
        ways = alerts.send(settings, message)
    except alerts.AlertError as problem:
        terminal.fail(f"{message.subject}. {problem}")
    terminal.say(f"{message.subject}: told by {' and '.join(ways)}.")
    if not trial:
        raise typer.Exit(1)
