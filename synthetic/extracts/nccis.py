"""The monthly NCCIS return of the authority: one XML a month, put together in SQL and written as it comes."""

import datetime as dt
from pathlib import Path

import duckdb

from synthetic.extracts.files import ELEMENTS
from synthetic.places import LA_NUMBER

QUERY = (Path(__file__).parent / "nccis.sql").read_text(encoding="utf-8")

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE NCCIS2019>
<NCCIS>
<FileHeader><Databases><DatabaseID>{la_number}</DatabaseID></Databases>\
<SourceLEAs><LEACode>{la_number}</LEACode></SourceLEAs><DateOfSend>{sent}</DateOfSend><PeriodEnd>{period_end}</PeriodEnd>\
<SupplierName>Invented CCIS</SupplierName><SupplierXMLVersion>1</SupplierXMLVersion>\
<XMLSchemaVersion>2019</XMLSchemaVersion></FileHeader>
"""

DAYS_TO_SEND = 9
"""A month is sent in the second week of the next, or on the day of the county if that comes first."""


def write(connection: duckdb.DuckDBPyConnection, folder: Path, as_of: dt.date) -> list[Path]:
    connection.execute(ELEMENTS)
    months = connection.execute("select return_n, period_end from nccis_return order by return_n").fetchall()
    return [_write_month(connection, folder, as_of, *month) for month in months]


def _write_month(
    connection: duckdb.DuckDBPyConnection, folder: Path, as_of: dt.date, return_n: int, period_end: dt.date
) -> Path:
    path = folder / f"nccis_{period_end}.xml"
    connection.execute(f"set variable return_n = {return_n}")
    sent = min(period_end + dt.timedelta(days=DAYS_TO_SEND), as_of)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(HEAD.format(la_number=LA_NUMBER, sent=sent, period_end=period_end))
        records = connection.execute(QUERY)
        while record := records.fetchone():
            file.write(record[0])
        file.write("</NCCIS>\n")
    return path
