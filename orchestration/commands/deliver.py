"""`earlyhelp deliver`: extracts into landing, where the next build finds them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.commands import terminal
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.deliveries.deliver import Handover


def deliver(
    files: Annotated[list[Path], typer.Argument(help="Extracts, or folders of them.", exists=True)],
    source: Annotated[
        str | None, typer.Option(help="The source, where neither the folder nor the file's name tells it.")
    ] = None,
) -> None:
    """Copy extracts into the landing folder, where the next build finds them. The originals stay where they are.

    Nothing that waits there is replaced: a file whose name is taken lies beside it. Exit code 1 if a file was left out,
    because somebody is still writing to it.

    \b
    Example:
      earlyhelp deliver /mnt/synergy/synergy_pupils_2026-06-19.csv
      earlyhelp deliver --source school_census 2026_summer/
    Dropping a file into $EARLYHELP_HOME/landing/<source>/ does the same.
    """
    from orchestration import deliveries
    from orchestration.deliveries.problem import DeliveryProblem

    settings = Settings()
    try:
        with terminal.progress():
            made = deliveries.deliver(settings, files, source)
    except DeliveryProblem as problem:
        terminal.fail(str(problem))
    _print_outcome(settings, made)
    if made.unfinished:
        raise typer.Exit(1)


def _print_outcome(settings: Settings, made: "Handover") -> None:
    """Say what a delivery by command did, counted, and how many files wait in all."""
    from orchestration import deliveries

    waiting = len(deliveries.discover(settings))
    terminal.say(f"{len(made.laid):,} files were copied to {settings.landing}.")
    if made.already:
        terminal.say(f"{len(made.already):,} waited there already, byte by byte the same: they were not copied again.")
    if made.unfinished:
        terminal.errors.print(
            f"{len(made.unfinished):,} are still being written and were left out: deliver them again later."
        )
    terminal.say(f"{waiting:,} files wait in all. Next: earlyhelp build")
