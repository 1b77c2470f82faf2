"""The day a run speaks of. The only place that reads the calendar: the council's, whatever zone the machine is in.

A run has one day from start to end. Whoever starts it says which in a tag: the command line, the schedule, the sensor.
A run without one has the day on which it started. The build notes the day it was made for
(`orchestration.build.journal`), and gate and release go by that note.
"""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import dagster as dg

TAG = "earlyhelp/as_of"
ALLOW_FUTURE_TAG = "earlyhelp/allow_future"
COUNCIL = ZoneInfo("Europe/London")


def now() -> datetime:
    """This moment on the council's clock, without its zone."""
    return datetime.now(COUNCIL).replace(tzinfo=None)


def today() -> date:
    return now().date()


def day_of(timestamp: float) -> date:
    """The council's day of a moment, given in seconds since 1970."""
    return datetime.fromtimestamp(timestamp, UTC).astimezone(COUNCIL).date()


def day_of_utc(moment: str) -> date:
    """The council's day of a moment as `provenance.now` writes it: UTC, in ISO form, without its zone."""
    return datetime.fromisoformat(moment).replace(tzinfo=UTC).astimezone(COUNCIL).date()


def as_of(context: "dg.AssetExecutionContext | dg.OpExecutionContext") -> date:
    """The day of a run of Dagster's. Raises ValueError when its tag says a day after today that nobody means."""
    tags = context.run.tags
    if TAG in tags:
        day = date.fromisoformat(tags[TAG])
        refuse_future(day, tags.get(ALLOW_FUTURE_TAG) == "yes", f"the tag {ALLOW_FUTURE_TAG}: yes")
        return day
    record = context.instance.get_run_record_by_id(context.run.run_id)
    assert record and record.start_time, "a run that asks has begun"
    return day_of(record.start_time)


def refuse_future(day: date, is_allowed: bool, word: str = "--allow-future") -> None:
    """Raise ValueError when a day is after today and nobody said by `word` that it is meant."""
    if day > today() and not is_allowed:
        raise ValueError(
            f"{day} is after today, {today()} in London. Once a release has spoken of a later day, builds say nothing "
            f"new until then. Correct the day, or add {word} if you mean it. Nothing was changed."
        )
