"""`earlyhelp subject-access`: everything held on one child, for the family."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands import arguments, terminal
from orchestration.commands.arguments import Child, ChildFile
from orchestration.settings import Settings

Reason = Annotated[str, typer.Option(help="Why, for the log that is kept for good. It must not name the child.")]


def subject_access(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="A new folder for what is written. Its name must not name the child.")],
    reason: Reason,
    child: Child = None,
    child_file: ChildFile = None,
) -> None:
    """Write everything held on one child, from every layer, archive and releases included, as a page and as data.

    \b
    Examples:
      earlyhelp subject-access --child 0123456789abcdef0123456789abcdef --out /secure/case_17 \\
          --reason "request of 3 July, case 17"
      earlyhelp subject-access --child - --out /secure/case_17 --reason "request of 3 July, case 17"
    The second asks for whom: a UPN, or "Forename Surname, 2014-05-31", which never stand in a command itself.
    The folder and its files are readable by you alone. Other people of the same household, and columns that tell of
    somebody else, are left out, and the page says so. That it was asked for is logged, not for whom.
    """
    from orchestration.rights.subject_access import write

    asked = arguments.child_of(context, child, child_file)
    if asked is None:
        terminal.fail("Say with --child or --child-file whom it is about; --child - asks for it.")
    try:
        with terminal.progress():
            written = write(Settings(), asked, out, reason)
    except (LookupError, ValueError, RuntimeError) as problem:
        terminal.fail(str(problem))
    terminal.say(
        f"{written.rows_count:,} rows of {written.tables_count:,} tables, and {written.files_count:,} delivered files, "
        f"tell of the child: {written.folder}"
    )
    terminal.say("Read the page before you hand it on: its last part says what a person must decide.")
