"""Family Matters: a workbook of households, members and needs."""

import datetime as dt
from pathlib import Path

import duckdb

from synthetic.extracts.files import write_workbook

SHEETS = {
    "Households": """
        select household_id as "Household Ref", address_line as "Address", postcode as "Postcode",
            programme as "Programme", start_date as "Start Date", end_date as "End Date"
        from family_household order by household_id
    """,
    "Members": """
        select household_id as "Household Ref", member_id as "Member Ref", surname as "Surname",
            forename as "First Name", birth_date as "Date of Birth",
            case sex when 'M' then 'Male' when 'F' then 'Female' end as "Gender", relationship as "Relationship"
        from family_member order by household_id, member_id
    """,
    "Needs": """
        select household_id as "Household Ref", need_code as "Need", identified_date as "Identified"
        from programme_need order by household_id, identified_date, need_code
    """,
}
DAYS_BEFORE_AS_OF = 14


def write(connection: duckdb.DuckDBPyConnection, folder: Path, as_of: dt.date) -> list[Path]:
    day = as_of - dt.timedelta(days=DAYS_BEFORE_AS_OF)
    return [write_workbook(connection, SHEETS, folder / f"family_matters_{day}.xlsx", day)]
