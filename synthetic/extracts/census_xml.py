"""School Census as schools send it: one XML for a school and a term, put together in SQL and written as it comes."""

import datetime as dt
from pathlib import Path

import duckdb

from synthetic.extracts.files import ELEMENTS
from synthetic.places import LA_NUMBER

QUERY = (Path(__file__).parent / "census_xml.sql").read_text(encoding="utf-8")

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Message>
<Header>
<CollectionDetails><Collection>School Census</Collection><Term>{term}</Term><Year>{year}</Year>\
<ReferenceDate>{reference_date}</ReferenceDate></CollectionDetails>
<Source><SourceLevel>S</SourceLevel><LEA>{la_number}</LEA><Estab>{establishment}</Estab>\
<SoftwareCode>Invented SIS</SoftwareCode><Release>1</Release><SerialNo>1</SerialNo>\
<DateTime>{reference_date}T16:00:00</DateTime></Source>
</Header>
<Pupils>
"""


def write(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[Path]:
    connection.execute(ELEMENTS)
    files = []
    returns = connection.execute(
        "select census_year, census_term, reference_date from census order by reference_date"
    ).fetchall()
    for year, term, reference_date in returns:
        connection.execute(f"set variable census_year = {year}; set variable census_term = '{term}'")
        schools = connection.execute(QUERY)
        while school := schools.fetchone():
            files.append(_write_return(folder, year, term, reference_date, *school))
    return files


def _write_return(
    folder: Path, year: int, term: str, reference_date: dt.date, school_id: str, on_roll: str, off_roll: str
) -> Path:
    path = folder / f"school_census_{school_id}_{year}_{term}.xml"
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(
            HEAD.format(
                term=term[:3].upper(),
                year=year,
                reference_date=reference_date,
                la_number=LA_NUMBER,
                establishment=school_id[3:],
            )
        )
        file.write(f"<PupilsOnRoll>\n{on_roll}</PupilsOnRoll>\n")
        file.write(f"<PupilsNoLongerOnRoll>\n{off_roll}</PupilsNoLongerOnRoll>\n")
        file.write("</Pupils>\n</Message>\n")
    return path
