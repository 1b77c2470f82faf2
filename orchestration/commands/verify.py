"""`earlyhelp verify`: whether all that is kept for good is as it was written."""

import typer

from orchestration.commands import terminal
from orchestration.settings import Settings

DAMAGED = 5


def verify() -> None:
    """Read all that is kept for good, and say what is not as it was written, and what to do about it.

    \b
    Example:
      earlyhelp verify
    Files of the archive and of every release are held against their sha256, manifests against their seals (with the
    pseudonym key, which whoever has only the disk lacks), the logs and the journal against their chains and against the
    heads that releases name, the key against its fingerprint; the build is read whole. Nothing is changed.
    Exit codes: 0 all is as it was written; 1 it could not be looked at; 5 something is damaged, missing or changed.
    """
    from orchestration.jobs.verify import verify as look_through

    damaged = 0
    with terminal.progress():
        for finding in look_through(Settings()):
            damaged += finding.is_damage
            terminal.say(f"{'Damaged' if finding.is_damage else 'Note'}: {finding.text}")
    if damaged:
        terminal.say(f"\nNot as it was written: {damaged:,}.")
        raise typer.Exit(DAMAGED)
    terminal.say("All is as it was written: archive, releases, logs, journal, key and build.")
