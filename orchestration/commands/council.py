"""`earlyhelp council`: what a council sets for itself, in a folder apart from this checkout."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands import terminal
from orchestration.commands.group import Commands
from orchestration.settings import Settings

app = typer.Typer(
    help="Set what is a council's own, without changing the code: flags, thresholds, terms, zones, costs, sources.\n\n"
    "A folder, named by EARLYHELP_COUNCIL, is laid over the seeds and contracts of this checkout: docs/operators/"
    "council.md. Keep it under version control of its own; a release says which folder it was built with.",
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet, or empty.")],
    name: Annotated[str, typer.Option(help="Whose it is.")] = "Name of the council",
) -> None:
    """Write a folder to begin with: it changes nothing, and says in its README what may be changed.

    \b
    Example:
      earlyhelp council new /srv/council --name "Borough of Eastmere"
      export EARLYHELP_COUNCIL=/srv/council
    """
    from expectations.council import draft

    try:
        written = draft.write(folder, name)
    except FileExistsError:
        terminal.fail(f"{folder} is not empty; name a new folder, so that nothing is written over.")
    for path in written:
        terminal.say(str(path))
    terminal.say("Next: add rows, then earlyhelp council check " + str(folder))


@app.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="The folder. Default: EARLYHELP_COUNCIL.")] = None,
) -> None:
    """Say what a council's folder changes of the defaults, whose each difference is and why; and what is wrong with it.

    \b
    Example:
      earlyhelp council check /srv/council
    A row of the folder meets the defaults by the key of its seed: the same key takes the place of the columns that the
    file has, a new key adds a row, `remove` in the column `change` takes one away. Each row has an owner and a reason.
    Exit codes: 0 it can be built with; 1 it cannot, and this says where and what to do: file, row, column, remedy.
    """
    from expectations.council import overlay
    from expectations.council.differences import differences

    place = folder or Settings().council
    if place is None:
        terminal.fail("No folder: name one, or set EARLYHELP_COUNCIL. Next: earlyhelp council new FOLDER")
    council = overlay.found(place)
    if council is None:
        terminal.say(f"{place} is empty: everything is as in this checkout.")
        return
    overlay.lay(place)
    found = list(differences(overlay.look(place)))
    terminal.say(f"{council.name}, version {council.version}: {len(found):,} differences from the defaults.")
    for difference in found:
        terminal.say(f"{difference.of}: {difference.change}")
        terminal.say(f"    {difference.owner}: {difference.reason}")
