"""Police notifications: one list of what the police told of children in the two years before its day."""

import datetime as dt
from pathlib import Path

import duckdb

from synthetic.extracts.files import write_csv

NOTIFICATIONS = """
select
    notification_ref as "Ref", person_number as "Person No", kind_code as "Kind",
    surname as "Surname", forename as "Forename",
    strftime(birth_date, '%d/%m/%Y') as "DOB", sex as "Sex", address_line as "Address", postcode as "Postcode",
    coalesce(strftime(try_cast(incident_date as date), '%d/%m/%Y'), incident_date) as "Incident Date",
    strftime(received_date, '%d/%m/%Y') as "Received", grade_code as "Grade", role_code as "Role",
    school_id as "School LAESTAB"
from police_notification
order by received_date, notification_ref, person_number, role_code, surname, forename
"""


def write(connection: duckdb.DuckDBPyConnection, folder: Path, as_of: dt.date) -> list[Path]:
    return [write_csv(connection, NOTIFICATIONS, folder / f"police_notifications_{as_of}.csv")]
