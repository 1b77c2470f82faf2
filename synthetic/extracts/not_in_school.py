"""Children not in school: the list of those educated at home and those missing education, all their spells."""

import datetime as dt
from pathlib import Path

import duckdb

from synthetic.extracts.files import write_csv

SPELLS = """
select
    person_id as "Person Ref", if(kind = 'home', 'EHE', 'CME') as "Kind", upn as "UPN",
    surname as "Surname", forename as "Forename",
    coalesce(strftime(try_cast(birth_date as date), '%d/%m/%Y'), birth_date) as "DOB", sex as "Sex",
    address_line as "Address", postcode as "Postcode", lsoa_code as "LSOA", school_id as "Last DfE Number",
    coalesce(strftime(try_cast(start_date as date), '%d/%m/%Y'), start_date) as "From",
    strftime(end_date, '%d/%m/%Y') as "To", reason_code as "Reason", suitability as "Suitability",
    has_order as "School Attendance Order"
from not_in_school_line
order by person_id, start_date, kind, line_id
"""


def write(connection: duckdb.DuckDBPyConnection, folder: Path, as_of: dt.date) -> list[Path]:
    return [write_csv(connection, SPELLS, folder / f"not_in_school_{as_of}.csv")]
