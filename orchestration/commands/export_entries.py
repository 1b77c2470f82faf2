"""`earlyhelp export-entries`: what was entered on the dashboard, as a file for the case system."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands import terminal
from orchestration.settings import Settings


class What(StrEnum):
    """What the case system gets: orchestration/entries/extract.py."""

    responses = "responses"
    huddles = "huddles"
    reviews = "reviews"


def export_entries(
    out: Annotated[Path, typer.Option(help="The new CSV.")],
    reason: Annotated[str, typer.Option(help="What the file is for: it names children by their UPN.")],
    after: Annotated[
        str,
        typer.Option(help="Of responses, only events after this one, by event_id: the last one of the file before."),
    ] = "",
    what: Annotated[
        What, typer.Option(help="Events of responses, how huddles stand, or reviews: what huddles decided on whom.")
    ] = What.responses,
) -> None:
    """Write what was entered on the dashboard, in the case system's own columns, and log that it was made.

    \b
    Example:
      earlyhelp export-entries --out entries.csv --reason "Import into the case system, week 26"
      earlyhelp export-entries --what reviews --out reviews.csv --reason "Import into the case system, week 26"
    Of responses one row per event, a correction as an event of its own; `withdrawn` takes back the event that it
    corrects. A case system that takes them in should keep the event's reference: what comes back with it is known and
    not counted twice.
    Of huddles and reviews the last word of each, and only where the dashboard said one.
    The file is readable by you alone and never written over. Children who are known by no UPN any more are left empty.
    """
    from orchestration.entries import extract

    settings = Settings()
    if not reason.strip():
        terminal.fail('Say what the file is for, with --reason "…".')
    if after and what is not What.responses:
        terminal.fail("Of huddles and reviews the last word is written, not events: leave --after out.")
    try:
        rows, last = extract.export(settings, what.value, out, after, reason)
    except (LookupError, FileExistsError) as problem:
        terminal.fail(str(problem))
    if not rows:
        terminal.say("Nothing was entered since: no file was written.")
        return
    if what is What.responses:
        terminal.say(
            f"{rows:,} events in {out}, readable by you alone. The last is {last}: say --after {last} next time."
        )
    else:
        terminal.say(f"{rows:,} {what.value} in {out}, readable by you alone.")
    terminal.say("Logged in disclosures.jsonl.")
