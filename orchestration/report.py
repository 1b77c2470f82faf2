"""What the command line prints: tables, progress and plain sentences. Counts and file names, never a child."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import duckdb
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestration import build_file
from orchestration.home import modes
from orchestration.lock import BuildBusyError, build_lock
from orchestration.progress import Sink
from orchestration.settings import Settings

# A pipe has no width: tables go out whole, for whoever reads the log.
console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 220)
errors = Console(stderr=True, highlight=False, soft_wrap=True)

LISTED = 30
"""Up to so many deliveries are named one by one; beyond that they are summed by source, the rejected still named."""


def say(text: str = "") -> None:
    console.print(_printable(text), markup=False)


def _printable(text: str) -> str:
    """The text without what would steer a terminal: data may hold anything."""
    return "".join(char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text)


def fail(text: str) -> NoReturn:
    errors.print(text, markup=False)
    raise typer.Exit(1)


@contextmanager
def progress() -> Iterator[Sink]:
    """Progress on standard error: a live line on a terminal, otherwise a line every few seconds."""
    # Bound to the real stream: a run redirects sys.stderr to its log.
    screen = Console(file=sys.__stderr__, highlight=False, soft_wrap=True)
    begun = time.monotonic()
    if screen.is_terminal:
        with screen.status("starting") as live:
            yield lambda message: live.update(f"{time.monotonic() - begun:4.0f} s  {message}")
        return
    last = begun - 2

    def line(message: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= 2:
            last = now
            screen.print(f"{now - begun:4.0f} s  {message}", markup=False)

    yield line


def listing(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        name = heading.removeprefix(">")
        table.add_column(name, justify="right" if heading.startswith(">") else "left", no_wrap=True)
    return table


def add_row(table: Table, *cells: object) -> None:
    # As text, not as markup: a name may hold brackets.
    told = ("" if cell is None else f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in cells)
    table.add_row(*(Text(_printable(cell)) for cell in told))


def county(out: Path, made) -> None:
    say(f"{made.children:,} children, {made.schools} schools, {made.files:,} files in {out}.")
    say(f"Next: earlyhelp deliver {out}/extracts && earlyhelp build --as-of {made.as_of_date}")


def landed(settings: Settings, made) -> None:
    """Say what a delivery by command did, counted, and how many files wait in all."""
    from orchestration import deliveries

    waiting = len(deliveries.discover(settings))
    say(f"{len(made.laid):,} files were copied to {settings.landing}.")
    if made.already:
        say(f"{len(made.already):,} waited there already, byte by byte the same: they were not copied again.")
    if made.unfinished:
        errors.print(f"{len(made.unfinished):,} are still being written and were left out: deliver them again later.")
    say(f"{waiting:,} files wait in all. Next: earlyhelp build")


def left(settings: Settings) -> int:
    """Say how many files a run has left in landing; returns their number."""
    from orchestration import deliveries

    waiting = len(deliveries.discover(settings))
    if waiting:
        errors.print(
            f"{waiting:,} files wait for the next run: they came during this one, are still being written, or cannot "
            f"be opened. `earlyhelp build` takes them in once they are complete and readable. See {settings.landing}",
            markup=False,
        )
    return waiting


def silenced(sentence: str | None) -> None:
    """Say why builds say nothing new, where a release has spoken of a later day."""
    if sentence:
        say(f"\n{sentence}")


def nothing_new(settings: Settings) -> None:
    from orchestration import releases

    release = releases.in_force(settings)
    say(f"Nothing new: no file waits, and release {release.release_id} has the same day, deliveries and code.")


def run(settings: Settings, outcome, verbose: bool) -> int:
    """Say what a run did, delivery by delivery; returns how many deliveries it rejected."""
    rejected: list[tuple] = []
    # A run that never began (no key, no lock) may have left no build at all.
    if settings.build_file.exists():
        with build_file.connect(settings, read_only=True) as connection:
            rejected = _deliveries(connection, outcome.run_id, verbose)
            _checks(connection, outcome.run_id)
    _passed_over(settings)
    if rejected:
        say("\nRejected deliveries are in quarantine with a report that says what to do:")
        for (delivery_id,) in rejected:
            say(f"  {settings.quarantine / delivery_id}")
    if outcome.published:
        from orchestration import releases

        release = outcome.published
        size = release.manifest["files"][release.file.name]["bytes"] / 2**20
        with releases.opened(settings, release) as connection:
            _reviews(connection)
        say(f"\nRelease {release.release_id}, as of {release.manifest['as_of_date']}, is in force ({size:,.1f} MiB).")
    else:
        errors.print("\nNothing was published; the release in force is untouched. Stopped by:", markup=False)
        for reason in outcome.stopped_by:
            errors.print(f"  {reason}", markup=False)
        errors.print(f"The log: {outcome.log}", markup=False)
    return len(rejected)


def rebuilt(settings: Settings, made) -> None:
    """Say whether a warehouse made again from the archive holds what the release in force holds."""
    if made.content_sha256 is None:
        errors.print("\nNothing was rebuilt; build and release are as they were. Stopped by:", markup=False)
        for reason in made.outcome.stopped_by:
            errors.print(f"  {reason}", markup=False)
        errors.print(f"The log: {settings.home / 'logs' / 'last_rebuild.log'}", markup=False)
        return
    say(f"Rebuilt from {made.deliveries:,} files of the archive. Content: {made.content_sha256}")
    if not made.differing:
        say("The release in force has the same content.")
        return
    say(f"{len(made.differing)} tables differ from the release in force:")
    for name in made.differing:
        say(f"  {name}")
    say("The code, a contract or a threshold is another than when it was made. Next: earlyhelp build publishes it.")


def _deliveries(connection: duckdb.DuckDBPyConnection, run_id: str, verbose: bool) -> list[tuple]:
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
    (repeated,) = connection.execute(
        "select count(*) from ops.delivery_event where run_id = ? and event = 'repeated'", [run_id]
    ).fetchone()
    if verbose or len(rows) <= LISTED:
        table = listing(
            "Deliveries", "source", "file", "period or date", ">rows read", ">accepted", ">rejected", "result"
        )
        for row in rows:
            add_row(table, *row)
    else:
        table = listing("Deliveries", "source", ">files", ">rows read", ">accepted", ">rejected", "result")
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
            add_row(table, *row)
    if rows:
        console.print(table)
    say(f"{len(rows):,} new deliveries, {repeated:,} already known and left alone.")
    _reasons(connection, run_id, "rejection", "Rows in quarantine, by reason")
    _reasons(connection, run_id, "set_aside", "Values set aside, whose rows were taken, by reason")
    return connection.execute(
        "select delivery_id from ops.delivery where run_id = ? and status = 'rejected' order by sequence", [run_id]
    ).fetchall()


def _reasons(connection: duckdb.DuckDBPyConnection, run_id: str, told_in: str, title: str) -> None:
    reasons = connection.execute(
        f"""
        select r.table_name, r.column_name, r.reason, sum(r.rows)::bigint
        from ops.{told_in} as r
        inner join ops.delivery as d on r.delivery_id = d.delivery_id
        where d.run_id = ?
        group by all
        order by 4 desc, 1, 2, 3
        """,
        [run_id],
    ).fetchall()
    if reasons:
        table = listing(f"\n{title}", "table", "column", "reason", ">rows")
        for row in reasons:
            add_row(table, *row)
        console.print(table)


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
    (passed,) = connection.execute(
        "select count(*) from ops.check_result where run_id = ? and outcome = 'pass'", [run_id]
    ).fetchone()
    if rows:
        say("\nChecks that did not pass, with an example of each:")
    for suite, rule, verdict, times, detail in rows:
        say(f"  {verdict:<4}  {suite} {rule}, {times:,}×: {detail}")
    say(f"{passed:,} checks passed.")


def status(settings: Settings) -> None:
    from orchestration import as_of, deliveries, knowledge, releases

    release = releases.in_force(settings)
    pending = len(deliveries.discover(settings))
    say(f"Home: {settings.home}. {pending:,} files wait in landing.")
    _open_places(settings)
    _passed_over(settings)
    if settings.build_file.exists():
        try:
            with build_lock(settings, wait_seconds=0), build_file.connect(settings, read_only=True) as connection:
                _sources(connection)
        except (BuildBusyError, build_file.DamagedBuild) as problem:
            is_busy = isinstance(problem, BuildBusyError)
            say(f"{problem.holder} is at work on the build." if is_busy else str(problem))
            say("What follows is the release in force.")
            if release:
                with releases.opened(settings, release) as connection:
                    _sources(connection)
    if release is None:
        say("No release yet. Next: earlyhelp deliver …, then earlyhelp build.")
        return
    with releases.opened(settings, release) as connection:
        _flag_ages(connection)
        _reviews(connection)
    say(f"\nRelease in force: {release.release_id}, as of {release.manifest['as_of_date']}.")
    say(f"The file: {settings.current / release.file.name}")
    others = [r.release_id for r in releases.on_shelf(settings) if r.release_id != release.release_id]
    say(f"Also on the shelf: {', '.join(others) or 'none'}.")
    if withdrawal := knowledge.withdrawals(settings).get(release.release_id):
        say(f"\nThe release in force was withdrawn: {withdrawal.reason}. Next: earlyhelp build")
    silenced(knowledge.look_back(settings, as_of.today()))


def _open_places(settings: Settings) -> None:
    try:
        found = sum(1 for _ in modes.findings(settings))
    except ValueError as problem:
        say(str(problem))
        return
    if found:
        say(f"{found:,} places of the home are not as safe as they must be: earlyhelp doctor")


def _passed_over(settings: Settings) -> None:
    from expectations.contract import sources
    from orchestration import deliveries

    if count := deliveries.passed_over(settings):
        say(
            f"\n{count:,} files or folders in {settings.landing} are of no source and were passed over. "
            f"Put files into a folder called after their source: {', '.join(sources())}."
        )


def _reviews(connection: duckdb.DuckDBPyConnection) -> None:
    waiting, since = connection.execute(
        "select sum(links_count), min(first_link_date) from core.fct_link_summary where link_status = 'review'"
    ).fetchone()
    if waiting:
        say(f"\n{waiting:,} links wait for a reviewer, the oldest since {since}: earlyhelp review list")


def _sources(connection: duckdb.DuckDBPyConnection) -> None:
    table = listing(
        "\nSources",
        "source",
        ">deliveries",
        "last extract",
        "covers to",
        ">accepted",
        ">rejected",
        ">rejected files",
        "received",
    )
    rows = connection.execute(
        """
        select
            source,
            count(*),
            max(extract_date) filter (where status <> 'rejected'),
            max(covers_to_date) filter (where status <> 'rejected'),
            sum(rows_accepted)::bigint,
            sum(rows_rejected)::bigint,
            count(*) filter (where status = 'rejected'),
            date_trunc('second', max(received_at))
        from ops.delivery
        group by source
        order by source
        """
    ).fetchall()
    for row in rows:
        add_row(table, *row)
    console.print(table)


def _flag_ages(connection: duckdb.DuckDBPyConnection) -> None:
    table = listing(
        "\nFlags", "flag", ">raised", ">not raised", ">not assessable", "evidence to", ">median age, days", ">oldest"
    )
    rows = connection.execute(
        """
        select
            flag_code,
            count(*) filter (where flag_state = 'raised'),
            count(*) filter (where flag_state = 'not_raised'),
            count(*) filter (where flag_state = 'not_assessable'),
            max(covers_to_date),
            median(age_days)::bigint,
            max(age_days)
        from mart.mart_flag_evidence
        group by flag_code
        order by flag_code
        """
    ).fetchall()
    for row in rows:
        add_row(table, *row)
    console.print(table)


def dashboard(settings: Settings, todays_map: bool = False) -> None:
    """Print each zone with its flags; on today's map, or as the map was on each date."""
    from orchestration import releases

    release = releases.in_force(settings)
    if release is None:
        fail("No release yet. Next: earlyhelp deliver …, then earlyhelp build.")
    of = "todays_map_" if todays_map else ""
    with releases.opened(settings, release) as connection:
        cells = connection.execute(
            f"""
            select
                zone_name,
                {of}children_count,
                flag_name,
                {of}raised_count,
                {of}raised_share,
                {of}change_in_raised_count
            from mart.mart_zone_dashboard
            where is_current
            order by zone_code = 'county', zone_name, display_order
            """
        ).fetchall()
        label = connection.execute(
            "select half_term_label, as_of_date from mart.mart_zone_dashboard where is_current limit 1"
        ).fetchone()
    flags = list(dict.fromkeys(cell[2] for cell in cells))
    map_shown = ", on today's map" if todays_map else ""
    table = listing(
        f"Zone dashboard, {label[0]}, as of {label[1]}{map_shown}: "
        "children flagged, share, change since the half term before",
        "zone",
        ">children",
        *(f">{flag}" for flag in flags),
    )
    zones = dict.fromkeys((cell[0], cell[1]) for cell in cells)
    for zone, children in zones:
        shown = {c[2]: _cell(*c[3:]) for c in cells if c[0] == zone}
        add_row(table, zone, children, *(shown.get(flag, "–") for flag in flags))
    console.print(table)
    file = _from_here(settings.current / release.file.name)
    say(f"\nThe file: {file} (release {release.release_id})")
    say("Open it read-only with any DuckDB client from 1.1 on, for example:")
    say(f'  duckdb -readonly {file} "select * from mart.mart_zone_dashboard where is_current"')
    say(f"  python -c \"import duckdb; duckdb.connect('{file}', read_only=True).sql('show all tables').show()\"")


def _cell(raised: int, share: float | None, change: int | None) -> str:
    percent = "" if share is None else f" {float(share):.1%}"
    return f"{raised:,}{percent} {'' if change is None else f'{change:+,}'}".rstrip()


def _from_here(file: Path) -> Path:
    """The path to type: from the working folder where the file lies below it."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file
