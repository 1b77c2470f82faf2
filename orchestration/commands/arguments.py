"""Keeps children out of arguments, which everybody on the machine can read while a command runs, and shells remember.

A child_durable_key may be an argument. A UPN, or a name with a birth date, comes by a prompt, standard input or a file.
"""

import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands import terminal

UPN = re.compile(r"(?<![0-9A-Za-z])[A-Za-z][0-9]{11}[0-9A-Za-z](?![0-9A-Za-z])")
KEY = re.compile(r"[0-9a-f]{32}")
CHILD = (
    "Whom it is about, by child_durable_key. With - it is asked for, or read from standard input: then a UPN, or a "
    'name and a birth date as the sources write them, "Forename Surname, 2014-05-31", will do as well.'
)
CHILD_FILE = "A file whose one line says whom it is about, as you would type it after --child -."
Child = Annotated[str | None, typer.Option(help=CHILD)]
ChildFile = Annotated[Path | None, typer.Option(help=CHILD_FILE)]
ANYTHING = {"allow_extra_args": True}
"""Settings of a command that refuses surplus words itself: the parser would repeat them, and they may be a name."""


def refuse_upns(given: list[str]) -> None:
    """End the command, before it does anything, where a UPN stands in an argument, be it as a part of one."""
    if any(UPN.search(argument) for argument in given):
        terminal.fail(
            "An argument looks like a UPN: everybody on this machine can read it while a command runs, and the shell "
            "keeps it. Nothing was done. Take it out of the shell's history and say who it is by child_durable_key, "
            "or, to erase, restrict and subject-access, with --child - or --child-file; of a file named by a UPN, "
            "deliver the folder."
        )


def child_of(context: typer.Context, child: str | None, file: Path | None) -> str | None:
    """Whom a command is about, None where nothing says so. Ends the command, repeating nothing, where it may not go on.

    `child` is a child_durable_key, or - for what is typed or comes by standard input. `context` has what was given
    beside the options.
    """
    if context.args or (child is not None and child != "-" and not KEY.fullmatch(child)):
        terminal.fail(
            "As an argument --child takes a child_durable_key alone, 32 characters from 0-9 and a-f: everybody on this "
            "machine can read arguments, and the shell keeps them. Nothing was done. Give a UPN, or a name and a birth "
            "date, with --child - or --child-file, and take this command out of the shell's history."
        )
    if child is not None and file is not None:
        terminal.fail("Say whom it is about either with --child or with --child-file, not with both.")
    if file is not None:
        return _one_line(_read(file), "The file of --child-file")
    if child != "-":
        return child
    return ask() if sys.stdin.isatty() else _one_line(sys.stdin.buffer.read(), "Standard input")


def ask() -> str:
    """What somebody at a terminal types; it is shown, so that it can be looked over."""
    answer: str = typer.prompt('Whom? A UPN, a child_durable_key, or "Forename Surname, 2014-05-31"', err=True)
    return answer.strip(" \"'")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        terminal.fail(f"The file of --child-file cannot be read: {problem.strerror}.")


def _one_line(content: bytes, what: str) -> str:
    try:
        lines = [line.strip(" \"'\t") for line in content.decode("utf-8-sig").splitlines() if line.strip()]
    except UnicodeDecodeError:
        terminal.fail(f"{what} is not UTF-8: save it as UTF-8 text.")
    if len(lines) != 1:
        terminal.fail(
            f"{what} has {len(lines)} lines that are not empty: it must have one, which says whom it is about."
        )
    return lines[0]
