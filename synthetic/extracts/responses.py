"""Responses: the log of what was decided for children, as one CSV that grows."""

import datetime as dt
from pathlib import Path

import duckdb

from synthetic.extracts.files import write_csv

EVENTS = """
select
    events.event_id as "Event Ref",
    events.response_id as "Response Ref",
    upns.upn as "UPN",
    strftime(children.birth_date, '%d/%m/%Y') as "DOB",
    events.school_id[:3] || '/' || events.school_id[4:] as "DfE Number",
    events.event_kind as "Event",
    strftime(events.event_date, '%d/%m/%Y') as "Date",
    strftime(events.recorded_at, '%Y-%m-%d %H:%M:%S') as "Recorded",
    events.response_code as "Response",
    events.status_code as "Status",
    events.current_progress as "Current Progress",
    events.overall_progress as "Overall Progress",
    strftime(events.review_due_date, '%d/%m/%Y') as "Review Due",
    events.corrects_event_id as "Corrects"
from response_event as events
inner join child as children on events.child_n = children.child_n
inner join upn_version as upns
    on
        events.child_n = upns.child_n
        and events.event_date >= upns.valid_from_date and events.event_date < upns.valid_to_date
order by events.recorded_at, events.event_id
"""


def write(connection: duckdb.DuckDBPyConnection, folder: Path, as_of: dt.date) -> list[Path]:
    return [write_csv(connection, EVENTS, folder / f"responses_{as_of}.csv")]
