"""`earlyhelp synth`: an invented county, with its truth."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands import terminal


class Size(StrEnum):
    hamlet = "hamlet"
    demo = "demo"
    county = "county"


def synth(
    out: Annotated[Path, typer.Option(help="An empty or new folder for the county.")],
    size: Annotated[Size, typer.Option(help="hamlet: about 300 children; demo: 8,000; county: 60,000.")] = Size.demo,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files, byte for byte.")] = 1,
    clean: Annotated[bool, typer.Option("--clean", help="Leave out the errors that real extracts have.")] = False,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day the extracts are of. Default: the county's last, 2026-06-26."),
    ] = None,
) -> None:
    """Make an invented county: its extracts in the sources' own formats, with the truth beside them.

    \b
    Example:
      earlyhelp synth --size hamlet --seed 7 --out /tmp/hamlet
    writes /tmp/hamlet/extracts/<source>/…, the census once more as COLLECT blocks in extracts_collect/, the
    marks of the day itself, which arrive the night after, in extracts_next_day/, and truth/.
    With --as-of the same county as its extracts were on an earlier day (one child in twenty-five has another UPN).
    """
    from orchestration.home import progress
    from synthetic import county

    if out.exists() and any(out.iterdir()):
        terminal.fail(f"{out} is not empty; name a new folder, so that no file of yours is overwritten.")
    day = as_of.date() if as_of else county.AS_OF_DATE
    try:
        with terminal.progress():
            made = county.write(out, size.value, seed, clean, progress=progress.say, as_of=day)
    except ValueError as problem:
        terminal.fail(str(problem))
    terminal.say(f"{made.children:,} children, {made.schools} schools, {made.files:,} files in {out}.")
    terminal.say(f"Next: earlyhelp deliver {out}/extracts && earlyhelp build --as-of {made.as_of_date}")
