"""The use of the dashboard by the month, delivered like any list of use: made of the log of who was shown which page.

A month is written when it is over, once, and not at all where a list that was taken in holds it whole: another tool's
word stands. Everybody who was registered in it has a row, with nought for whoever was shown no page about a place.
"""

import csv
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from orchestration.build import database
from orchestration.deliveries import register
from orchestration.deliveries.deliver import deliver
from orchestration.deliveries.discover import discover
from orchestration.home import audit, invented, page_views, progress, pseudonym_key
from orchestration.settings import Settings

SOURCE = "tool_users"
NAME = "tool_users_dashboard_use_{extract_date}.csv"
"""As the contract knows it; the extract is of the day after the month."""
HEADER = ("Staff Number", "Month", "Days")

USERS = """
    select user_id, min(access_from_date), max(coalesce(access_to_date, date '9999-12-31'))
    from intermediate.int_user_scopes
    where is_registered and user_id is not null
    group by user_id
    order by user_id
"""
COMPLETE_MONTHS = "select distinct use_month from core.fct_tool_use where is_month_complete"


def deliver_use(settings: Settings, today: date) -> list[Path]:
    """Lay the months that are over and not told yet in landing, a file for each; those that were laid.

    Whoever calls holds the build. Without a log of views, or a build to know users by, there is nothing to tell.
    """
    views = audit.read(page_views.log_of(settings))
    if not views or not settings.build_file.exists():
        return []
    days: dict[str, set[date]] = defaultdict(set)
    for view in views:
        days[view["viewed_by"]].add(page_views.day_of(view))
    first = min(min(found) for found in days.values())
    known = register.file_names(settings.archive) | {path.name for path in discover(settings)}
    with database.connect(settings, read_only=True) as connection:
        complete = {month for (month,) in connection.execute(COMPLETE_MONTHS).fetchall()}
        users = connection.execute(USERS).fetchall()
        delivered = [digest for (digest,) in connection.execute("select sha256 from ops.delivery").fetchall()]
    laid = []
    for month, after in _months(first, today):
        name = NAME.format(extract_date=after)
        if month in complete or name in known:
            continue
        keys = [(user, pseudonym_key.user_key(settings, user), begun, ended) for user, begun, ended in users]
        rows = [
            (user, len([day for day in days.get(key, ()) if month <= day < after]))
            for user, key, begun, ended in keys
            if (begun is not None and begun < after and month <= ended) or any(month <= d < after for d in days[key])
        ]
        if rows:
            laid += _lay(settings, name, month, rows)
    invented.pass_on(settings, delivered, laid)
    return laid


def _months(first: date, today: date) -> Iterator[tuple[date, date]]:
    """Each month from that of a day on that is over: its first day, and that of the next."""
    month = first.replace(day=1)
    while (after := (month + timedelta(days=31)).replace(day=1)) <= today:
        yield month, after
        month = after


def _lay(settings: Settings, name: str, month: date, rows: list[tuple[str, int]]) -> list[Path]:
    with tempfile.TemporaryDirectory(dir=settings.build) as folder:
        path = Path(folder) / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            writer.writerows((user, f"{month:%d/%m/%Y}", count) for user, count in rows)
        progress.say(f"use of the dashboard in {month:%B %Y}: {sum(1 for _, count in rows if count):,} users")
        return deliver(settings, [path], SOURCE).laid
