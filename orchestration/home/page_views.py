"""Who was shown which page of the dashboard: a chained log, one line for each page, written before the page is sent.

Lines are appended to EARLYHELP_HOME/dashboard/views.jsonl. They name no child: of a page about one child they hold the
key, and an erasure takes it out.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from orchestration.home import as_of, audit, provenance
from orchestration.settings import Settings


@dataclass(frozen=True)
class PageView:
    """A page that was shown. `viewed_at` is UTC, in ISO form; `viewed_by` is the user's key in core.brg_user__scope.

    `place` is named as in a release's manifest (school/8381101, zone/Z1, county). `chosen` is what the user filtered,
    sorted and paged by. `children_count` is of how many single children it told; None where it counted alone.
    """

    viewed_by: str
    role_code: str
    page: str
    place: str
    release_id: str
    chosen: dict[str, str] = field(default_factory=dict)
    children_count: int | None = None
    child_durable_key: str | None = None
    viewed_at: str = field(default_factory=provenance.now)


def log_of(settings: Settings) -> Path:
    return settings.home / "dashboard" / "views.jsonl"


def record(settings: Settings, view: PageView) -> None:
    """Write one line; on the disk when this returns. Raises OSError when it cannot be written: then show nothing."""
    audit.append(log_of(settings), [asdict(view)])


def day_of(line: audit.Entry) -> date:
    """The day of a line of the log, by the council's calendar."""
    return as_of.day_of_utc(line["viewed_at"])


def drop(settings: Settings, before: date) -> None:
    """Take out of the log whatever was shown before a day: for retention alone, which publishes a release next."""
    audit.rewrite(
        log_of(settings),
        lambda line: None if day_of(line) < before else line,
        f"what users were shown before {before} is no longer kept",
    )


def of_child(settings: Settings, child_durable_key: str) -> Iterator[PageView]:
    """Every page about one child, oldest first. Lists, on which the child was one of many, are not among them."""
    for line in audit.read(log_of(settings)):
        if line["child_durable_key"] == child_durable_key:
            yield PageView(**line)


def of_lists(settings: Settings) -> Iterator[PageView]:
    """Every page that showed single children and was about none of them alone: child lists and agendas."""
    for line in audit.read(log_of(settings)):
        if line["children_count"] is not None and line["child_durable_key"] is None:
            yield PageView(**line)
