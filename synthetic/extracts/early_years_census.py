"""The Early Years Census: what settings returned of children under five, one file of each January."""

import datetime as dt
from pathlib import Path

import duckdb

from synthetic.extracts.files import write_csv

PLACES = """
select
    strftime(census_date, '%d/%m/%Y') as "Reference Date", setting_urn as "URN", upn as "UPN",
    surname as "Surname", forename as "Forename",
    coalesce(strftime(try_cast(birth_date as date), '%d/%m/%Y'), birth_date) as "Date of Birth",
    sex as "Sex", ethnicity_code as "Ethnicity", postcode as "Postcode",
    funded_hours as "Funded Hours", extended_hours as "Extended Hours", expanded_hours as "Expanded Hours",
    38 as "Funded Weeks", if(extended_hours > 0, 38, null) as "Extended Weeks",
    if(expanded_hours > 0, 38, null) as "Expanded Weeks",
    eligibility_code as "Eligibility Code", disability_fund as "DAF Indicator", premium as "EYPPR",
    premium_basis as "EYPPBF", two_year_basis as "Funding Basis", sen_provision as "SEN Provision"
from early_years_line
where census_date = ${day}
order by setting_urn, surname, forename, birth_date, postcode, place_id
"""


def write(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[Path]:
    days: list[tuple[dt.date]] = connection.execute(
        "select census_date from early_years_census_day order by census_date"
    ).fetchall()
    return [
        write_csv(
            connection,
            PLACES.replace("${day}", f"date '{day}'"),
            folder / f"early_years_census_{day + dt.timedelta(days=21)}.csv",
        )
        for (day,) in days
    ]
