"""`earlyhelp restrict`: a child who is left out of every list, page and file. It prints counts, never who it is."""

from collections import Counter
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from orchestration.commands import arguments, terminal
from orchestration.commands.arguments import Child, ChildFile
from orchestration.settings import Settings


class Why(StrEnum):
    adopted = "adopted"
    witness_protection = "witness_protection"
    other = "other"


def restrict(
    context: typer.Context,
    child: Child = None,
    child_file: ChildFile = None,
    why: Annotated[Why | None, typer.Option(help="The reason.")] = None,
    from_: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day. Default: today.")
    ] = None,
    to: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day. Default: until it is lifted.")
    ] = None,
    lift: Annotated[bool, typer.Option("--lift", help="Take the child's restrictions back.")] = False,
) -> None:
    """Leave a child out of every list, page, count of flags and file, from the next release on; or take that back.

    \b
    Examples:
      earlyhelp restrict --child - --why adopted
      earlyhelp restrict --child-file /secure/case_17.txt --why witness_protection --from 2026-06-01
      earlyhelp restrict --child - --lift
      earlyhelp restrict
    The last counts the restrictions that stand. A UPN that nobody has delivered yet will do: the child is then never
    seen. Restricted as adopted, a child is not joined to itself under another UPN. The build knows it all the same:
    subject access and erasure find it. Earlier releases keep what they hold.
    """
    from orchestration.home import as_of
    from orchestration.rights import restrict as job

    settings = Settings()
    asked = arguments.child_of(context, child, child_file)
    if asked is None:
        _count(settings)
        return
    if lift == (why is not None):
        terminal.fail("Say either with --why for what reason, or --lift.")
    try:
        if lift:
            count = job.lift(settings, asked)
            terminal.say(f"Taken back: {count} restriction{'' if count == 1 else 's'}. Next: earlyhelp build")
            return
        assert why is not None
        first = from_.date() if from_ else as_of.today()
        known = job.restrict(settings, asked, why.value, first, to.date() if to else None)
    except (LookupError, ValueError) as problem:
        terminal.fail(str(problem))
    terminal.say(
        f"Restricted by {len(known.hashes)} identifiers."
        + ("" if known.is_in_build else " The build knows nobody by them yet.")
        + " The release in force shows the child until the next one. Next: earlyhelp build"
    )
    terminal.say(f"Releases before it keep what they hold; they are in {settings.releases}.")


def _count(settings: Settings) -> None:
    from orchestration.home import restrictions

    reasons = {line.restriction_id: line.reason_code for line in restrictions.standing(settings)}
    found = Counter(reasons.values())
    terminal.say(f"{found.total()} restrictions stand.")
    for reason, count in sorted(found.items()):
        terminal.say(f"  {reason}: {count}")
