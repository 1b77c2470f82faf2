"""`earlyhelp doctor`: whether others than its owner can get at a home, and how to mend it."""

from itertools import groupby
from typing import Annotated

import typer

from orchestration.commands import terminal
from orchestration.home import modes, surroundings
from orchestration.home.modes import Finding
from orchestration.settings import Settings


def doctor(
    mend: Annotated[bool, typer.Option("--mend", help="Set modes and groups that break the rule.")] = False,
) -> None:
    """Find what lets other accounts at the data: modes, owners, groups, the key file, the folders above, the disk.

    \b
    Examples:
      earlyhelp doctor
      earlyhelp doctor --mend
    The rule: everything is its owner's alone, except that EARLYHELP_READERS_GROUP may read published files without
    names, and EARLYHELP_DELIVERERS_GROUP may drop files into landing/<source>/.
    Exit codes: 0 nothing is open; 1 something is, and this says what to do.
    """
    settings = Settings()
    if not settings.home.exists():
        terminal.fail(f"There is no home {settings.home}: set EARLYHELP_HOME, or run `earlyhelp init`.")
    try:
        found = list(modes.findings(settings))
        left = modes.repair(settings) if mend else found
    except (ValueError, OSError) as problem:
        terminal.fail(str(problem))
    if mend:
        terminal.say(f"{len(found) - len(left):,} places mended.")
    left += surroundings.findings(settings)
    for finding, alike in _by_place(settings, left):
        more = f", and {alike - 1:,} more places of the same folder" if alike > 1 else ""
        mode = f" ({finding.mode})" if finding.mode else ""
        remedy = f" Remedy: {finding.remedy}." if finding.remedy else ""
        terminal.say(f"{finding.path} {finding.fault}{mode}{more}.{remedy}")
    if not surroundings.is_encrypted(settings):
        terminal.say(
            f"Nothing on this machine shows that the disk of {settings.home} is encrypted. It must be: archive and "
            "build hold children's names. (A disk that encrypts itself or a virtual machine's does not show.)"
        )
    if left:
        if any(not one.remedy for one in left):
            terminal.say("Next: earlyhelp doctor --mend")
        raise typer.Exit(1)
    terminal.say(f"{settings.home}: no place is open to more accounts than the rule allows.")


def _by_place(settings: Settings, findings: list[Finding]) -> list[tuple[Finding, int]]:
    """One finding for each fault in each folder of the home, with how many there are like it; in order of place."""

    def kind(finding: Finding) -> tuple[str, ...]:
        is_within = finding.path.is_relative_to(settings.home)
        place = finding.path.relative_to(settings.home).parts[:1] if is_within else (str(finding.path),)
        return (*place, finding.fault, finding.remedy)

    groups = [list(alike) for _, alike in groupby(sorted(findings, key=kind), kind)]
    return [(alike[0], len(alike)) for alike in groups]
