"""`earlyhelp erase`: a child everywhere, previewed first. It prints counts, sources and releases, never who it is."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.commands import arguments, terminal
from orchestration.commands.arguments import Child, ChildFile
from orchestration.commands.group import AllowFuture, chosen_day
from orchestration.home.disclosures import log_of
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.jobs.erase import Erased, Preview

AsOf = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="The day the new release speaks of. Default: that of the one in force."),
]


def erase(
    context: typer.Context,
    child: Child = None,
    child_file: ChildFile = None,
    reason: Annotated[str | None, typer.Option(help="Why, for the log that is kept for good. No names.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without this, only say what would be done.")] = False,
    as_of: AsOf = None,
    allow_future: AllowFuture = False,
) -> None:
    """Remove a child everywhere, archive and earlier releases included, so that no rebuild or delivery brings it back.

    \b
    Examples:
      earlyhelp erase --child 0123456789abcdef0123456789abcdef
      earlyhelp erase --child 0123456789abcdef0123456789abcdef --reason "request of 3 July, case 17" --yes
      earlyhelp erase --child-file /secure/case_17.txt --reason "request of 3 July, case 17" --yes
      earlyhelp erase --yes
    The first says what would be struck and changes nothing. The file has one line: a UPN, or "Forename Surname,
    2014-05-31"; --child - asks for the same. The last finishes an erasure that was cut short, or that a restored backup
    has undone. Files are written anew without the child's rows, the warehouse is built again from them and published,
    and every release before it is removed. What cannot be reached: copies outside EARLYHELP_HOME.
    """
    from orchestration.jobs import erase as job
    from orchestration.rights.subject import resolve

    settings, day = Settings(), chosen_day(as_of, allow_future)
    asked = arguments.child_of(context, child, child_file)
    try:
        with terminal.progress():
            if not yes:
                if asked is None:
                    terminal.fail("Say with --child whom to erase; earlyhelp erase --yes finishes what was begun.")
                found = job.preview(settings, asked)
            else:
                if asked is not None and not reason:
                    terminal.fail("Say with --reason why: it is kept in the log when all else is gone.")
                done = job.erase(
                    settings,
                    (lambda connection: resolve(connection, asked)) if asked else None,
                    reason or "finished",
                    as_of=day,
                )
    except (LookupError, ValueError, RuntimeError) as problem:
        terminal.fail(str(problem))
    if yes:
        print_outcome(settings, done)
    else:
        _preview(found)


def _preview(found: "Preview") -> None:
    """What an erasure would strike."""
    listed = terminal.listing("Files that would be written anew", "source", ">files")
    for source, count in sorted(found.touched.files.items()):
        terminal.add_row(listed, source, f"{count:,}")
    terminal.console.print(listed)
    listed = terminal.listing("Rows that would be struck", "raw table", ">rows")
    for table, count in sorted(found.raw_rows.items()):
        terminal.add_row(listed, table, f"{count:,}")
    terminal.console.print(listed)
    terminal.say(
        f"Of what releases said, {found.touched.said_count:,} statements; reviewers' decisions: "
        f"{found.touched.decisions_count:,}. Releases that would be removed: {len(found.releases):,}."
    )
    if found.touched.unreadable_count:
        terminal.say(
            f"{found.touched.unreadable_count:,} rejected files keep no contract and may tell of the child: a notice "
            "would take the place of each."
        )
    if found.touched.names_count or found.touched.others_count:
        terminal.say(
            f"Names of files that tell of the child and would be changed: {found.touched.names_count:,}. Other places "
            f"under the home, such as logs and reports: {found.touched.others_count:,}."
        )
    if found.undecided_count:
        terminal.say(
            f"{found.undecided_count:,} people without a UPN may be the child and would stay. Decide first: "
            "earlyhelp review list"
        )
    if found.shared_names_count:
        terminal.say(
            "Somebody else has the child's name, birth date and postcode: by these alone, later records are not known."
        )
    terminal.say("Nothing was changed. With --yes it is done, and cannot be undone.")


def print_outcome(settings: Settings, done: "Erased") -> None:
    """What was erased."""
    children = "1 child" if done.children_count == 1 else f"{done.children_count:,} children"
    terminal.say(
        f"Erased: {children}. Release {done.release_id} is in force; {len(done.removed_releases):,} before it removed."
    )
    terminal.say(
        f"Noted in {log_of(settings)}. Copies outside {settings.home} (backups, exports, files of readers) "
        "are yours to find."
    )
