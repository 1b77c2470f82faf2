"""Family Matters: a workbook of households, members and needs, whose bytes depend on nothing but its content."""

import datetime as dt
import re
import zipfile
from pathlib import Path

import duckdb
from openpyxl import Workbook

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
ROWS_AT_A_TIME = 5_000


def write(connection: duckdb.DuckDBPyConnection, folder: Path, as_of: dt.date) -> list[Path]:
    day = as_of - dt.timedelta(days=DAYS_BEFORE_AS_OF)
    workbook = Workbook(write_only=True)
    for name, query in SHEETS.items():
        sheet = workbook.create_sheet(name)
        rows = connection.execute(query)
        sheet.append([column[0] for column in rows.description])
        while block := rows.fetchmany(ROWS_AT_A_TIME):
            for row in block:
                sheet.append(row)
    path = folder / f"family_matters_{day}.xlsx"
    workbook.save(path)
    _forget_when_it_was_saved(path, day)
    return [path]


def _forget_when_it_was_saved(path: Path, day: dt.date) -> None:
    """Rewrite the archive with `day` for every time that openpyxl took from the clock."""
    stamped = path.with_suffix(".stamped")
    with zipfile.ZipFile(path) as saved, zipfile.ZipFile(stamped, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in saved.namelist():
            content = saved.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", f"{day}T09:00:00Z".encode(), content)
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 9, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            fixed.writestr(entry, content)
    stamped.replace(path)
