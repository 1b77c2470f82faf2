"""`earlyhelp disclosures`: who was given what, how many children, and why. It names no child and holds no key."""

from itertools import groupby
from typing import Annotated, Any

import typer

from orchestration.commands import terminal
from orchestration.home import disclosures as log
from orchestration.home.disclosures import Disclosure
from orchestration.settings import Settings

TO_THE_SECOND = len("2026-06-26T02:00:00")


def disclosures(
    limit: Annotated[int, typer.Option(min=1, help="How many of the newest lines to print.")] = 50,
    each_file: Annotated[bool, typer.Option("--each-file", help="The files of a release one by one.")] = False,
) -> None:
    """Show who was given what: releases, exports, keys shown, subject access, erasures; how many children, and why.

    \b
    Example:
      earlyhelp disclosures --limit 20
    The log lies in $EARLYHELP_HOME/disclosures.jsonl; it is only ever added to, and names no child.
    """
    entries = log.entries(Settings())
    if not entries:
        terminal.say("Nothing has been handed on yet.")
        return
    lines = [[entry] for entry in entries] if each_file else [list(group) for _, group in groupby(entries, _together)]
    listed = terminal.listing(
        f"{len(lines):,} disclosures; {min(limit, len(lines)):,} shown",
        *("when (UTC)", "who", "what", "audience", ">children", "file", "why"),
    )
    for group in lines[-limit:]:
        first = group[0]
        counts = [entry.children_count for entry in group if entry.children_count is not None]
        audience, file = first.audience, first.file
        if len(group) > 1:
            audience, file = f"{len(group):,} files", f"releases/{first.release_id}/"
        children = f"{max(counts):,}" if counts else ""
        terminal.add_row(
            listed,
            first.disclosed_at[:TO_THE_SECOND],
            first.disclosed_by,
            first.action,
            audience,
            children,
            file,
            first.reason,
        )
    terminal.console.print(listed)


def _together(entry: Disclosure) -> tuple[Any, ...]:
    by_file = () if entry.action in ("release", "rollback") else (entry.audience, entry.file)
    return entry.action, entry.release_id, entry.disclosed_at, *by_file
