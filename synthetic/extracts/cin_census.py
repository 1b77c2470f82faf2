"""The yearly census of children in need: one XML of the authority, put together in SQL and written as it comes."""

import datetime as dt
from pathlib import Path

import duckdb

from synthetic.extracts.files import ELEMENTS
from synthetic.places import LA_NUMBER

QUERY = (Path(__file__).parent / "cin_census.sql").read_text(encoding="utf-8")

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Message>
<Header><CollectionDetails><Collection>CIN</Collection><Year>{year}</Year>\
<ReferenceDate>{reference_date}</ReferenceDate></CollectionDetails><Source><SourceLevel>L</SourceLevel>\
<LEA>{la_number}</LEA><SoftwareCode>Invented case system</SoftwareCode><Release>1</Release><SerialNo>1</SerialNo>\
<DateTime>{sent}T09:00:00</DateTime></Source></Header>
<Children>
"""

DAYS_TO_SEND = 70


def write(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[Path]:
    connection.execute(ELEMENTS)
    years = connection.execute("select return_n, reference_date from cin_return order by return_n").fetchall()
    return [_write_year(connection, folder, *year) for year in years]


def _write_year(connection: duckdb.DuckDBPyConnection, folder: Path, return_n: int, reference_date: dt.date) -> Path:
    path = folder / f"cin_census_{reference_date.year}.xml"
    connection.execute(f"set variable return_n = {return_n}")
    sent = reference_date + dt.timedelta(days=DAYS_TO_SEND)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(HEAD.format(year=reference_date.year, reference_date=reference_date, la_number=LA_NUMBER, sent=sent))
        children = connection.execute(QUERY)
        while child := children.fetchone():
            file.write(child[0])
        file.write("</Children>\n</Message>\n")
    return path
