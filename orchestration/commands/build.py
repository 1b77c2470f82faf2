"""`earlyhelp build`: from the files that wait to a release, and what became of each."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import duckdb
import typer

from orchestration.build import database, partitions, state
from orchestration.build.engine import one_row
from orchestration.commands import notices, terminal
from orchestration.commands.group import AllowFuture, chosen_day
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.jobs.build import Outcome

LISTED = 30
"""Up to so many deliveries are named one by one; beyond that they are summed by source, the rejected still named."""

REASONS_LISTED = 4
"""So many of the reasons for which tables were made anew are named; all are in ops.node_state."""


def build(
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day the warehouse speaks of. Default: today.")
    ] = None,
    allow_future: AllowFuture = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Name every delivery, however many.")] = False,
) -> None:
    """Take in all pending deliveries, check them, build the warehouse, check it, and publish a release.

    \b
    Example:
      earlyhelp build --as-of 2026-06-26
    Exit codes: 0 published, or nothing new; 1 nothing published, the release in force is untouched;
    3 published, but some deliveries were rejected (see the reports named), or files wait that were not complete.
    A day after today is refused unless --allow-future says that it is meant: until then builds say nothing new.
    """
    from orchestration import deliveries
    from orchestration.build import journal
    from orchestration.deliveries import register
    from orchestration.entries import extract
    from orchestration.home.as_of import today
    from orchestration.home.lock import build_lock
    from orchestration.jobs.build import is_current, run, take_known

    settings, day = Settings(), chosen_day(as_of, allow_future) or today()
    with build_lock(settings):
        extract.hand_over(settings, day)
        if known := take_known(settings):
            with database.connect(settings, read_only=True) as connection:
                _deliveries(connection, known, verbose)
        waiting = len(deliveries.discover(settings))
        if not waiting and not settings.build_file.exists() and register.is_empty(settings.archive):
            terminal.fail(
                f"Nothing was delivered yet, so there is nothing to build. Next: earlyhelp deliver FILES, or drop "
                f"extracts into {settings.landing}/<source>/."
            )
        if is_current(settings, day, waiting):
            _nothing_new(settings)
            notices.look_back(journal.look_back(settings, day))
            return
        with terminal.progress():
            outcome = run(settings, day)
        rejected = _print_outcome(settings, outcome, verbose)
        left = _left(settings)
        notices.look_back(journal.look_back(settings, day))
    if outcome.published is None:
        raise typer.Exit(1)
    if rejected or left:
        raise typer.Exit(3)


def _print_outcome(settings: Settings, outcome: "Outcome", verbose: bool) -> int:
    """Say what a run did, delivery by delivery; returns how many deliveries it rejected."""
    rejected: list[tuple[Any, ...]] = []
    # A run that never began (no key, no lock) may have left no build at all.
    if settings.build_file.exists():
        with database.connect(settings, read_only=True) as connection:
            rejected = _deliveries(connection, outcome.run_id, verbose)
            _checks(connection, outcome.run_id)
            if outcome.published:
                _tables(connection, verbose)
    notices.passed_over(settings)
    if rejected:
        terminal.say("\nRejected deliveries are in quarantine with a report that says what to do:")
        for (delivery_id,) in rejected:
            terminal.say(f"  {settings.quarantine / delivery_id}")
    if outcome.published:
        from orchestration import releases

        release = outcome.published
        size = release.manifest["files"][release.file.name]["bytes"] / 2**20
        with releases.opened(settings, release) as connection:
            notices.reviews(connection)
        terminal.say(
            f"\nRelease {release.release_id}, as of {release.manifest['as_of_date']}, is in force ({size:,.1f} MiB)."
        )
    else:
        terminal.errors.print("\nNothing was published; the release in force is untouched. Stopped by:", markup=False)
        for reason in outcome.stopped_by:
            terminal.errors.print(f"  {reason}", markup=False)
        terminal.errors.print(f"The log: {outcome.log}", markup=False)
    return len(rejected)


def _left(settings: Settings) -> int:
    """Say how many files a run has left in landing; returns their number."""
    from orchestration import deliveries

    waiting = len(deliveries.discover(settings))
    if waiting:
        terminal.errors.print(
            f"{waiting:,} files wait for the next run: they came during this one, are still being written, or cannot "
            f"be opened. `earlyhelp build` takes them in once they are complete and readable. See {settings.landing}",
            markup=False,
        )
    return waiting


def _nothing_new(settings: Settings) -> None:
    from orchestration import releases

    release = releases.in_force(settings)
    assert release, "what is current was published"
    terminal.say(f"Nothing new: no file waits, and release {release.release_id} has the same day, deliveries and code.")


def _deliveries(connection: duckdb.DuckDBPyConnection, run_id: str, verbose: bool) -> list[tuple[Any, ...]]:
    rows = connection.execute(
        """
        select
            source, file_name, coalesce(period, extract_date::varchar),
            rows_read, rows_accepted, rows_rejected, status
        from ops.delivery
        where run_id = ?
        order by sequence
        """,
        [run_id],
    ).fetchall()
    (repeated,) = one_row(
        connection.execute("select count(*) from ops.delivery_event where run_id = ? and event = 'repeated'", [run_id])
    )
    if verbose or len(rows) <= LISTED:
        table = terminal.listing(
            "Deliveries", "source", "file", "period or date", ">rows read", ">accepted", ">rejected", "result"
        )
        for row in rows:
            terminal.add_row(table, *row)
    else:
        table = terminal.listing("Deliveries", "source", ">files", ">rows read", ">accepted", ">rejected", "result")
        summed = connection.execute(
            """
            select
                source, count(*),
                sum(rows_read)::bigint, sum(rows_accepted)::bigint, sum(rows_rejected)::bigint, status
            from ops.delivery
            where run_id = ?
            group by source, status
            order by source, status
            """,
            [run_id],
        ).fetchall()
        for row in summed:
            terminal.add_row(table, *row)
    if rows:
        terminal.console.print(table)
    terminal.say(f"{len(rows):,} new deliveries, {repeated:,} already known and left alone.")
    _reasons(connection, run_id, "rejection", "Rows in quarantine, by reason")
    _reasons(connection, run_id, "set_aside", "Values set aside, whose rows were taken, by reason")
    return connection.execute(
        "select delivery_id from ops.delivery where run_id = ? and status = 'rejected' order by sequence", [run_id]
    ).fetchall()


def _reasons(connection: duckdb.DuckDBPyConnection, run_id: str, reasons_table: str, title: str) -> None:
    reasons = connection.execute(
        f"""
        select r.table_name, r.column_name, r.reason, sum(r.rows)::bigint
        from ops.{reasons_table} as r
        inner join ops.delivery as d on r.delivery_id = d.delivery_id
        where d.run_id = ?
        group by all
        order by 4 desc, 1, 2, 3
        """,
        [run_id],
    ).fetchall()
    if reasons:
        table = terminal.listing(f"\n{title}", "table", "column", "reason", ">rows")
        for row in reasons:
            terminal.add_row(table, *row)
        terminal.console.print(table)


def _checks(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    rows = connection.execute(
        """
        select suite, rule, outcome, count(*), min(detail)
        from ops.check_result
        where run_id = ? and outcome <> 'pass'
        group by all
        order by outcome, suite, rule
        """,
        [run_id],
    ).fetchall()
    (passed,) = one_row(
        connection.execute("select count(*) from ops.check_result where run_id = ? and outcome = 'pass'", [run_id])
    )
    if rows:
        terminal.say("\nChecks that did not pass, with an example of each:")
    for suite, rule, verdict, times, detail in rows:
        terminal.say(f"  {verdict:<4}  {suite} {rule}, {times:,}×: {detail}")
    terminal.say(f"{passed:,} checks passed.")


def _tables(connection: duckdb.DuckDBPyConnection, verbose: bool) -> None:
    """Say how many tables the run made anew, and what for."""
    made, there = state.tables_of_run(connection)
    reasons = [f"{reason} ({tables:,})" for reason, tables in state.reasons_of_run(connection)]
    if not verbose and len(reasons) > REASONS_LISTED + 1:
        reasons = [*reasons[:REASONS_LISTED], f"{len(reasons) - REASONS_LISTED:,} more reasons"]
    terminal.say(f"{made:,} of {there:,} tables and views were made anew: {', '.join(reasons) or 'nothing changed'}.")
    days, judged = partitions.made_in_run(connection, "fct_flag_assessment")
    terminal.say(f"Days of flags made anew: {days:,} of {judged:,}.")
