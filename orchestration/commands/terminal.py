"""What the command line prints: tables, progress and plain sentences. Counts and file names, never a child."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestration.home.progress import shown_on

# A pipe has no width: tables go out whole, for whoever reads the log.
console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 220)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str = "") -> None:
    console.print(_printable(text), markup=False)


def _printable(text: str) -> str:
    """The text without what would steer a terminal: data may hold anything."""
    return "".join(char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text)


def fail(text: str) -> NoReturn:
    errors.print(text, markup=False)
    raise typer.Exit(1)


@contextmanager
def progress() -> Iterator[None]:
    """Show on standard error what is said by home.progress: a live line on a terminal, otherwise a line every few
    seconds."""
    # Bound to the real stream: a run redirects sys.stderr to its log.
    screen = Console(file=sys.__stderr__, highlight=False, soft_wrap=True)
    begun = time.monotonic()
    if screen.is_terminal:
        with (
            screen.status("starting") as live,
            shown_on(lambda message: live.update(f"{time.monotonic() - begun:4.0f} s  {message}")),
        ):
            yield
        return
    last = begun - 2

    def line(message: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= 2:
            last = now
            screen.print(f"{now - begun:4.0f} s  {message}", markup=False)

    with shown_on(line):
        yield


def listing(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        name = heading.removeprefix(">")
        table.add_column(name, justify="right" if heading.startswith(">") else "left", no_wrap=True)
    return table


def add_row(table: Table, *cells: object) -> None:
    # As text, not as markup: a name may hold brackets.
    texts = ("" if cell is None else f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in cells)
    table.add_row(*(Text(_printable(cell)) for cell in texts))
