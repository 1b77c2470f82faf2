"""School Census as the authority's COLLECT extract: one CSV for each block, term and roll, all schools in it."""

from pathlib import Path

import duckdb

from synthetic.extracts.files import write_csv

SEX_SINCE = (2023, "autumn")  # before, the column is called gender
ONE_BLOCK_SINCE = (2025, "spring")  # before, FSM periods and SEN needs name the roll
TERMS = ["spring", "summer", "autumn"]


def _words(text: str) -> list[str]:
    return text.split()


# The columns of the extract in their order; what the county does not know is empty.
PUPIL_ON_ROLL = _words("""
pupilonrolltableid NativeId dob surname forename middlenames preferredsurname formersurname upn formerupn
uniquelearnernumber sex entrydate pupilonrollorderseqcolumn sourceid schoolcensustableid hoursatsetting
schoollunchtaken parttime topupfunding termlysessionspossible senunitindicator resourcedprovisionindicator
moveoffrollflag fundedhours missingaddress duplicatenotfunded extendedhours dafindicator ethnicity yssa
servicechild language classtype enrolstatus boarder plaa senprovision ncyearactual youngcarer
""")
PUPIL_OFF_ROLL = _words("""
pupilnolongeronrolltableid NativeId dob surname forename middlenames preferredsurname formersurname upn
formerupn uniquelearnernumber sex entrydate leavingdate pupilnolongeronrollorderseqcolumn sourceid
schoolcensustableid parttime termlysessionspossible moveonrollflag ethnicity boarder language ncyearleaving
""")

PUPIL_COLUMNS = {
    "pupilonrolltableid": "ids.table_id",
    "pupilnolongeronrolltableid": "ids.table_id",
    "NativeId": "pupils.school_id",
    "dob": "collect_date(children.birth_date)",
    "surname": "pupils.surname",
    "forename": "pupils.forename",
    "upn": "pupils.upn",
    "formerupn": "pupils.former_upn",
    "uniquelearnernumber": "pupils.uln",
    "sex": "children.sex",
    "gender": "children.sex",
    "entrydate": "collect_date(pupils.entry_date)",
    "leavingdate": "collect_date(pupils.leaving_date)",
    "pupilonrollorderseqcolumn": "1",
    "pupilnolongeronrollorderseqcolumn": "1",
    "sourceid": "ids.source_id",
    "schoolcensustableid": "substr(collect_id('return', ids.source_id), 1, 8)",
    "parttime": "'False'",
    "senunitindicator": "'False'",
    "resourcedprovisionindicator": "'False'",
    "termlysessionspossible": "collect_number(terms.sessions_possible)",
    "summerhalfterm2sessionspossible": "collect_number(halves.sessions_possible)",
    "ethnicity": "children.ethnicity_code",
    "language": "'ENG'",
    "enrolstatus": "pupils.enrol_status",
    "boarder": "pupils.boarder",
    "senprovision": "pupils.sen_provision",
    "ncyearactual": "if(pupils.nc_index = 0, 'R', pupils.nc_index::varchar)",
    "ncyearleaving": "if(pupils.nc_index = 0, 'R', pupils.nc_index::varchar)",
    "youngcarer": "children.young_carer",
}


def write(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[Path]:
    connection.execute((Path(__file__).parent / "census_collect.sql").read_text(encoding="utf-8"))
    returns = connection.execute("select census_year, census_term from census order by reference_date").fetchall()
    files = []
    for year, term in returns:
        for block, query in _blocks(year, term).items():
            files.append(write_csv(connection, query, folder / f"{year}_{term}_{block}.csv"))
    return files


def _blocks(year: int, term: str) -> dict[str, str]:
    def since(first: tuple[int, str]) -> bool:
        return (year, TERMS.index(term)) >= (first[0], TERMS.index(first[1]))

    of_return = f"ids.census_year = {year} and ids.census_term = '{term}'"
    sex = "sex" if since(SEX_SINCE) else "gender"
    blocks = {
        "pupilonroll": _pupils(PUPIL_ON_ROLL, sex, term, f"{of_return} and ids.roll = 'on'"),
        "pupilnolongeronroll": _pupils(PUPIL_OFF_ROLL, sex, term, f"{of_return} and ids.roll = 'off'"),
    }
    for roll, key in (("on", "pupilonrolltableid"), ("off", "pupilnolongeronrolltableid")):
        where = f"{of_return} and ids.roll = '{roll}'"
        blocks[f"termlysessiondetails{roll}roll"] = _sessions(f"termlysessiondetails{roll}roll", key, "term", where)
        if term == "autumn":
            block = f"summerhalfterm2sessiondetails{roll}roll"
            blocks[block] = _sessions(block, key, "summer_half_term_2", where)
        block = f"termlyexclusions{roll}roll"
        blocks[block] = _details(
            block, key, "return_exclusion", "details.start_date", where,
            "collect_date(details.start_date) as startdate, collect_number(details.sessions) as sessions, "
            "details.reason_code as reason1, null as reason2, null as reason3, details.category as category",
        )  # fmt: skip
        block = f"addresses{roll}roll"
        blocks[block] = _addresses(block, key, where)
    on_roll = f"{of_return} and ids.roll = 'on'"
    block = "fsmperiod" if since(ONE_BLOCK_SINCE) else "fsmperiodsonroll"
    blocks[block] = _details(
        block, "pupilonrolltableid", "return_fsm", "details.fsm_start_date", on_roll,
        "collect_date(details.fsm_start_date) as fsmstartdate, collect_date(details.fsm_end_date) as fsmenddate, "
        "'ENG' as ukcountry",
    )  # fmt: skip
    block = "senneeds" if since(ONE_BLOCK_SINCE) else "senneedsonroll"
    blocks[block] = _details(
        block, "pupilonrolltableid", "return_sen_need", "details.need_rank", on_roll,
        "collect_number(details.need_rank) as sentyperank, details.need_code as sentype",
    )  # fmt: skip
    return blocks


def _pupils(columns: list[str], sex: str, term: str, where: str) -> str:
    headings = [sex if heading == "sex" else heading for heading in columns]
    if term == "autumn":
        headings.append("summerhalfterm2sessionspossible")
    selected = ", ".join(f"{PUPIL_COLUMNS.get(heading, 'null')} as {heading}" for heading in headings)
    return f"""
        select {selected}
        from return_pupil as pupils
        inner join collect_pupil as ids on pupils.return_pupil_n = ids.return_pupil_n
        inner join child as children on pupils.child_n = children.child_n
        left join attendance as terms on pupils.return_pupil_n = terms.return_pupil_n and terms.period = 'term'
        left join attendance as halves
            on pupils.return_pupil_n = halves.return_pupil_n and halves.period = 'summer_half_term_2'
        where {where}
        order by pupils.return_pupil_n
    """


def _details(block: str, key: str, table: str, order: str, where: str, columns: str) -> str:
    return f"""
        select
            ids.table_id as {key}, ids.school_id as NativeId,
            substr(collect_id('{block}', details.return_pupil_n || '.' || {order}), 1, 8) as {block}tableid,
            row_number() over (partition by details.return_pupil_n order by {order}) as {block}orderseqcolumn,
            ids.source_id as sourceid, {columns}
        from {table} as details
        inner join collect_pupil as ids on details.return_pupil_n = ids.return_pupil_n
        where {where}
        order by details.return_pupil_n, {order}
    """


def _sessions(block: str, key: str, period: str, where: str) -> str:
    return _details(
        block, key, f"(select * from attendance_session where period = '{period}')", "details.attendance_code", where,
        "collect_number(details.sessions) as sessions, details.attendance_code as attendancereason",
    )  # fmt: skip


def _addresses(block: str, key: str, where: str) -> str:
    return f"""
        select
            ids.table_id as {key}, ids.school_id as NativeId,
            substr(collect_id('{block}', ids.return_pupil_n), 1, 8) as {block}tableid,
            1 as {block}orderseqcolumn, ids.source_id as sourceid, null as uniquepropertyreferencenumber,
            pupils.postcode as postcode
        from collect_pupil as ids
        inner join return_pupil as pupils on ids.return_pupil_n = pupils.return_pupil_n
        where {where}
        order by ids.return_pupil_n
    """
