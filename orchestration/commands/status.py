"""`earlyhelp status`: what came, what it covers, how old the flags are, what is in force."""

import duckdb

from orchestration.build import database
from orchestration.commands import notices, terminal
from orchestration.home import modes
from orchestration.home.lock import BuildBusyError, build_lock
from orchestration.settings import Settings


def status() -> None:
    """Show each source's last delivery and what it covers, how old the flags are, and the release in force.

    \b
    Example:
      EARLYHELP_HOME=/srv/earlyhelp earlyhelp status
    """
    from expectations.council import overlay
    from orchestration import deliveries, releases
    from orchestration.build import journal
    from orchestration.home import as_of

    settings = Settings()
    release = releases.in_force(settings)
    pending = len(deliveries.discover(settings))
    terminal.say(f"Home: {settings.home}. {pending:,} files wait in landing.")
    if council := overlay.council():
        terminal.say(f"Settings: {council.name}, version {council.version}, in {council.folder}.")
    _open_places(settings)
    notices.passed_over(settings)
    if settings.build_file.exists():
        try:
            with build_lock(settings, wait_seconds=0), database.connect(settings, read_only=True) as connection:
                _sources(connection)
        except (BuildBusyError, database.DamagedBuild) as problem:
            at_work = f"{problem.holder} is at work on the build." if isinstance(problem, BuildBusyError) else None
            terminal.say(at_work or str(problem))
            terminal.say("What follows is the release in force.")
            if release:
                with releases.opened(settings, release) as connection:
                    _sources(connection)
    if release is None:
        terminal.say("No release yet. Next: earlyhelp deliver …, then earlyhelp build.")
        return
    with releases.opened(settings, release) as connection:
        _flag_ages(connection)
        notices.reviews(connection)
    terminal.say(f"\nRelease in force: {release.release_id}, as of {release.manifest['as_of_date']}.")
    terminal.say(f"The file: {settings.current / release.file.name}")
    others = [r.release_id for r in releases.on_disk(settings) if r.release_id != release.release_id]
    terminal.say(f"Also on the shelf: {', '.join(others) or 'none'}.")
    if withdrawal := journal.withdrawals(settings).get(release.release_id):
        terminal.say(f"\nThe release in force was withdrawn: {withdrawal.reason}. Next: earlyhelp build")
    notices.look_back(journal.look_back(settings, as_of.today()))


def _open_places(settings: Settings) -> None:
    try:
        found = sum(1 for _ in modes.findings(settings))
    except ValueError as problem:
        terminal.say(str(problem))
        return
    if found:
        terminal.say(f"{found:,} places of the home are not as safe as they must be: earlyhelp doctor")


def _sources(connection: duckdb.DuckDBPyConnection) -> None:
    table = terminal.listing(
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
        terminal.add_row(table, *row)
    terminal.console.print(table)


def _flag_ages(connection: duckdb.DuckDBPyConnection) -> None:
    table = terminal.listing(
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
        terminal.add_row(table, *row)
    terminal.console.print(table)
