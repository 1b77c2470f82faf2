"""What several commands say: sentences about what waits, and why nothing new is said."""

import duckdb

from orchestration.build.engine import one_row
from orchestration.commands import terminal
from orchestration.settings import Settings


def look_back(sentence: str | None) -> None:
    """Say why builds say nothing new, where a release has spoken of a later day."""
    if sentence:
        terminal.say(f"\n{sentence}")


def passed_over(settings: Settings) -> None:
    from expectations.reference import sources_in_use
    from orchestration import deliveries

    if count := deliveries.passed_over(settings):
        terminal.say(
            f"\n{count:,} files or folders in {settings.landing} are of no source and were passed over. "
            f"Put files into a folder called after their source: {', '.join(sorted(sources_in_use()))}."
        )


def reviews(connection: duckdb.DuckDBPyConnection) -> None:
    waiting, since = one_row(
        connection.execute(
            "select sum(links_count), min(first_link_date) from core.fct_link_summary where link_status = 'review'"
        )
    )
    if waiting:
        terminal.say(f"\n{waiting:,} links wait for a reviewer, the oldest since {since}: earlyhelp review list")
