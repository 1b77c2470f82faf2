"""`earlyhelp dependencies`: the lock held against published advisories, and its bill of materials."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands import terminal

app = typer.Typer(
    help="Hold the packages of requirements.lock against published advisories, or write their bill of materials.\n\n"
    "Neither is part of a run, and neither asks a host for anything unless you name its address.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

OLD = timedelta(days=14)
"""Advisories come every day: a file whose newest is older says little of today."""


@app.command()
def audit(
    advisories: Annotated[
        str,
        typer.Argument(
            envvar="EARLYHELP_ADVISORIES",
            help="A file or folder of advisories in the OSV format, or, where you allow it, an https:// address.",
        ),
    ],
) -> None:
    """Name every advisory against a version of requirements.lock, and the versions that mend it.

    \b
    Example:
      earlyhelp dependencies audit /srv/advisories/2026-06-26.zip
    OSV exports all advisories on Python packages as one zip; carry it in from a machine that may fetch it.
    Exit codes: 0 none is known; 1 the advisories cannot be read, or are older than 14 days; 4 some are known.
    """
    from orchestration.dependencies import advisories as published
    from orchestration.dependencies import lock

    locked = lock.read()
    try:
        audited = published.audit(locked, advisories)
    except (ValueError, LookupError, OSError) as problem:
        terminal.fail(str(problem))
    terminal.say(
        f"{len(locked):,} packages of {lock.LOCK.name} held against {audited.read:,} advisories, "
        f"the newest of {audited.newest:%Y-%m-%d}."
    )
    for found in audited.found:
        names = ", ".join((found.id, *found.aliases))
        remedy = f"mended in {', '.join(found.fixed)}" if found.fixed else "no version mends it yet"
        terminal.say(f"  {found.package.name} {found.package.version}: {names}. {found.summary} ({remedy})")
    age = datetime.now(UTC) - audited.newest
    if age > OLD:
        terminal.errors.print(f"These advisories are {age.days} days old: fetch newer ones.", markup=False)
    if audited.found:
        terminal.say("Next: raise the versions in pyproject.toml, make lock, make test")
        raise typer.Exit(4)
    if age > OLD:
        raise typer.Exit(1)
    terminal.say("None is known against these versions.")


@app.command()
def sbom(out: Annotated[Path, typer.Option(help="The file to write; it is replaced.")]) -> None:
    """Write the bill of materials of requirements.lock: CycloneDX 1.6 in JSON, with hashes, and licences as installed.

    \b
    Example:
      earlyhelp dependencies sbom --out sbom.cdx.json
    The same lock gives the same bytes. It is validated against CycloneDX's schema before it is written.
    """
    from orchestration.dependencies import lock

    try:
        from orchestration.dependencies import sbom as bill
    except ImportError:
        terminal.fail('The library for CycloneDX is not installed: make setup, or pip install -e ".[dev]".')
    locked = lock.read()
    try:
        out.write_text(bill.write(locked), encoding="utf-8")
    except (ValueError, OSError) as problem:
        terminal.fail(str(problem))
    terminal.say(f"{len(locked):,} packages, CycloneDX 1.6, in {out}.")
