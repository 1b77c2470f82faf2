"""`earlyhelp subject-access`, `earlyhelp erase`, `earlyhelp retention`: the families' rights on the command line."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands import arguments, report
from orchestration.commands.terminal import AllowFuture, chosen_day
from orchestration.settings import Settings

Child = Annotated[str | None, typer.Option(help=arguments.CHILD)]
ChildFile = Annotated[Path | None, typer.Option(help=arguments.CHILD_FILE)]
Reason = Annotated[str, typer.Option(help="Why, for the log that is kept for good. It must not name the child.")]
AsOf = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="The day the new release speaks of. Default: that of the one in force."),
]


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
        report.fail("Say with --child or --child-file whom it is about; --child - asks for it.")
    try:
        with report.progress() as show:
            written = write(Settings(), asked, out, reason, show)
    except (LookupError, ValueError, RuntimeError) as problem:
        report.fail(str(problem))
    report.say(
        f"{written.rows_count:,} rows of {written.tables_count:,} tables, and {written.files_count:,} delivered files, "
        f"tell of the child: {written.folder}"
    )
    report.say("Read the page before you hand it on: its last part says what a person must decide.")


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
    from orchestration.commands import rights_tables
    from orchestration.jobs import erase as rights
    from orchestration.rights.subject import resolve

    settings, day = Settings(), chosen_day(as_of, allow_future)
    asked = arguments.child_of(context, child, child_file)
    try:
        with report.progress() as show:
            if not yes:
                if asked is None:
                    report.fail("Say with --child whom to erase; earlyhelp erase --yes finishes what was begun.")
                found = rights.preview(settings, asked, show)
            else:
                if asked is not None and not reason:
                    report.fail("Say with --reason why: it is kept in the log when all else is gone.")
                done = rights.erase(
                    settings,
                    (lambda connection: resolve(connection, asked)) if asked else None,
                    reason or "finished",
                    as_of=day,
                    show=show,
                )
    except (LookupError, ValueError, RuntimeError) as problem:
        report.fail(str(problem))
    if yes:
        rights_tables.erased(settings, done)
    else:
        rights_tables.preview(found)


def retention(
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without this, only say what would go.")] = False,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day to count to. Default: that of the release in force."),
    ] = None,
    allow_future: Annotated[
        bool, typer.Option("--allow-future", help="Mean it, if --as-of is after today and --yes is said.")
    ] = False,
) -> None:
    """Say what may no longer be kept, by the rules of ref_retention_rule, or remove it.

    \b
    Examples:
      earlyhelp retention
      earlyhelp retention --as-of 2026-09-01 --yes
    Children go as by `earlyhelp erase`, from archive, build, journal and releases alike. After a change of a rule, look
    at the counts before you say --yes: it cannot be undone.
    """
    from orchestration import releases
    from orchestration.commands import rights_tables
    from orchestration.home.lock import build_lock
    from orchestration.jobs import retention as rules

    settings = Settings()
    in_force = releases.in_force(settings)
    if as_of is None and in_force is None:
        report.fail("No release is in force: say with --as-of to which day to count.")
    day = chosen_day(as_of, allow_future or not yes) or date.fromisoformat(in_force.manifest["as_of_date"])
    try:
        with report.progress() as show, build_lock(settings):
            found = rules.due(settings, day)
            done = rules.purge(settings, day, found, show) if yes else None
    except (LookupError, ValueError, RuntimeError) as problem:
        report.fail(str(problem))
    rights_tables.due(found, day, yes)
    if done:
        rights_tables.erased(settings, done)
