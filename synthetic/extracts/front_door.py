"""The front door: people, contacts, referrals and requests for help, and the totals of the months before records."""

import datetime as dt
from pathlib import Path

import duckdb

from synthetic.extracts.files import write_csv

PEOPLE = """
select
    person_id as "Person Ref", household_id as "Family Ref", surname as "Surname", forename as "First Name",
    strftime(birth_date, '%d/%m/%Y') as "DOB", sex as "Gender", address_line as "Address", postcode as "Postcode"
from front_door_person
order by person_id
"""

EVENTS = """
select
    event_kind as "Kind", event_id as "Ref", person_id as "Person Ref",
    strftime(received_date, '%d/%m/%Y') as "Received", source_code as "Source", decision_code as "Decision",
    strftime(decision_date, '%d/%m/%Y') as "Decided", strftime(closed_date, '%d/%m/%Y') as "Closed"
from front_door_event
order by received_date, event_kind, event_id
"""

TOTALS = """
select event_kind as "Kind", strftime(month, '%d/%m/%Y') as "Month", event_count as "Total"
from front_door_total
order by front_door_total.month, event_kind
"""


def write(connection: duckdb.DuckDBPyConnection, folder: Path, as_of: dt.date) -> list[Path]:
    tables = {"people": PEOPLE, "events": EVENTS, "totals": TOTALS}
    return [write_csv(connection, query, folder / f"front_door_{table}_{as_of}.csv") for table, query in tables.items()]
