"""Safeguarding concerns: one CSV of a school, under the headings of the system that it has."""

import datetime as dt
from pathlib import Path

import duckdb

from synthetic.extracts.files import write_csv

MYCONCERN = """
select
    concern_ref as "Concern Ref", upn as "UPN", surname as "Surname", forename as "Forename", birth_date as "DOB",
    school_id[:3] || '/' || school_id[4:] as "DfE Number", raised_date as "Raised", category as "Category",
    level_code as "Level", status_code as "Status", external_agency as "External Agency",
    referred_date as "Referred On", closed_date as "Closed", about_staff as "Allegation Against Staff"
from concern_line
where school_id = '{school_id}'
order by line_n
"""

CPOMS = """
select
    concern_ref as "Incident ID", upn as "Student UPN", surname as "Surname", forename as "Forename",
    birth_date as "Date of Birth", school_id as "LAESTAB", raised_date as "Incident Date", category as "Categories",
    level_code as "Level", status_code as "Status", external_agency as "Agency Involved",
    referred_date as "Date Referred", closed_date as "Date Closed"
from concern_line
where school_id = '{school_id}'
order by line_n
"""


def write(connection: duckdb.DuckDBPyConnection, folder: Path, as_of: dt.date) -> list[Path]:
    schools = connection.execute("select distinct school_id, is_myconcern from concern_line order by all").fetchall()
    return [
        write_csv(
            connection,
            (MYCONCERN if is_myconcern else CPOMS).format(school_id=school_id),
            folder / f"concerns_{school_id}_{as_of}.csv",
        )
        for school_id, is_myconcern in schools
    ]
