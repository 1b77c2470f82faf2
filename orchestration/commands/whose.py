"""For which council a command works, where several have a home on one machine: `earlyhelp --council CODE COMMAND`."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands import terminal
from orchestration.home import modes, processes
from orchestration.settings import Settings

COUNCIL = "The council to work for, by its code in the list: its home, key and settings are taken from there."
LISTED = "The list of councils, a YAML file. Default: EARLYHELP_COUNCILS. See docs/operators/councils.md."


def begin(
    council: Annotated[str | None, typer.Option(metavar="CODE", help=COUNCIL)] = None,
    councils: Annotated[Path | None, typer.Option(metavar="LIST", dir_okay=False, help=LISTED)] = None,
) -> None:
    """Keep what is written to its owner, and work for the council that is named."""
    modes.keep_to_owner()
    if council is None:
        return
    from orchestration.region import council_list, homes

    settings = Settings()
    listed = councils or settings.councils
    if listed is None:
        terminal.fail("Say where the list of councils lies: --councils LIST, or EARLYHELP_COUNCILS.")
    try:
        entry = homes.chosen(council_list.read(listed), council)
    except (council_list.WrongList, homes.NotBuiltHere) as problem:
        terminal.fail(str(problem))
    if settings.key:
        terminal.fail(
            "EARLYHELP_KEY is set: it would be the key of every council, by which a child has the same pseudonym in "
            "each. Unset it; the list names a `key_file` for each."
        )
    processes.work_with(homes.options(entry))
