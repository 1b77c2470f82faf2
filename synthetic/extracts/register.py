"""The school register: establishments, open and closed, and the links between predecessors and successors."""

import datetime as dt
from pathlib import Path

import duckdb

from synthetic.extracts.files import write_csv

ESTABLISHMENTS = """
select
    urn as "URN", school_id[:3] as "LA (code)", school_id[4:] as "EstablishmentNumber",
    school_name as "EstablishmentName",
    establishment_type as "TypeOfEstablishment (name)", phase as "PhaseOfEducation (name)",
    status as "EstablishmentStatus (name)",
    strftime(open_date, '%d-%m-%Y') as "OpenDate", strftime(close_date, '%d-%m-%Y') as "CloseDate",
    postcode as "Postcode", age_low as "StatutoryLowAge", age_high as "StatutoryHighAge",
    easting as "Easting", northing as "Northing"
from establishment
order by urn
"""

LINKS = """
select
    urn as "URN", link_urn as "LinkURN", link_name as "LinkName", link_type as "LinkType",
    strftime(link_date, '%d-%m-%Y') as "LinkEstablishedDate"
from establishment_link
order by urn, link_urn
"""


def write(connection: duckdb.DuckDBPyConnection, folder: Path, as_of: dt.date) -> list[Path]:
    return [
        write_csv(connection, ESTABLISHMENTS, folder / f"establishments_{as_of}.csv"),
        write_csv(connection, LINKS, folder / f"links_{as_of}.csv"),
    ]
