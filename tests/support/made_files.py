"""Small deliveries made by hand for the tests: invented children, in the sources' own forms."""

from pathlib import Path

UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
PLANTED = "Quillfeather"
"""A surname that must never leave the tables of rows."""


def upn(serial: int, la_code: str = "999", establishment: str = "4001", year: str = "18") -> str:
    """A permanent UPN with its right check letter."""
    rest = f"{la_code}{establishment}{year}{serial:03d}"
    return UPN_LETTERS[sum(weight * int(digit) for weight, digit in zip(range(2, 14), rest, strict=True)) % 23] + rest


def uln(serial: int) -> str:
    """A learner number with its right check digit; the first nine digits leave something of 11, or there is none."""
    for first in "45":
        digits = f"{first}{serial:08d}"
        rest = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), digits, strict=True)) % 11
        if rest:
            break
    return f"{digits}{10 - rest}"


PUPIL_HEADINGS = "Pupil Ref,UPN,Former UPN,Surname,Forename,DOB,Sex,Ethnicity,Address,Postcode,LSOA"


def pupil(number: int, **changes: str) -> str:
    """A row of synergy_pupils, in the order of PUPIL_HEADINGS."""
    cells = {
        "pupil_id": f"P{number:05d}", "upn": upn(number), "former_upn": "", "surname": PLANTED,
        "forename": f"Child{number}",
        "birth_date": "01/09/2012", "sex": "F", "ethnicity": "WBRI", "address": f"{number} High Street",
        "postcode": "ZZ1 1ZZ", "lsoa": "E01900001",
    } | changes  # fmt: skip
    return ",".join(cells.values())


def pupils_csv(
    folder: Path, rows: list[str], name: str = "synergy_pupils_2026-06-25.csv", headings: str = PUPIL_HEADINGS
) -> Path:
    """A Synergy extract of pupils, UTF-8 with BOM."""
    return text(folder / name, "\n".join([headings, *rows]) + "\n", "utf-8-sig")


def text(path: Path, content: str, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode(encoding))
    return path


def census_pupil(
    serial: int, codes: dict[str, int] | None = None, extra: str = "", identifiers: str = "", on_roll: bool = True
) -> str:
    """A pupil of a census return, with absence sessions by code."""
    details = "".join(
        f"<SessionDetail><AttendanceReason>{code}</AttendanceReason><AbsenceSessions>{count}</AbsenceSessions></SessionDetail>"
        for code, count in (codes or {"I": 3, "O": 1}).items()
    )
    tag = "PupilOnRoll" if on_roll else "PupilNoLongerOnRoll"
    leaving = "" if on_roll else "<LeavingDate>2025-12-19</LeavingDate>"
    return (
        f"<{tag}><PupilIdentifiers><UPN>{upn(serial)}</UPN><Surname>{PLANTED}</Surname><Forename>Child{serial}</Forename>"
        f"<DOB>2012-09-01</DOB><Sex>F</Sex>{identifiers}</PupilIdentifiers>"
        "<PupilCharacteristics><Ethnicity>WBRI</Ethnicity><FSMPeriods><FSMPeriod><FSMStartDate>2024-09-01</FSMStartDate>"
        "</FSMPeriod></FSMPeriods></PupilCharacteristics>"
        f"<PupilStatus><EnrolStatus>C</EnrolStatus><EntryDate>2023-09-01</EntryDate>{leaving}<NCyearActual>8</NCyearActual>"
        "<Boarder>N</Boarder></PupilStatus>"
        "<SpecialEducationalNeeds><SENprovision>K</SENprovision><SENneeds><SENneed><SENtypeRank>1</SENtypeRank>"
        "<SENtype>SLCN</SENtype></SENneed></SENneeds></SpecialEducationalNeeds>"
        f"<Attendance><TermlyAttendance><SessionsPossible>140</SessionsPossible><SessionDetails>{details}</SessionDetails>"
        "</TermlyAttendance></Attendance>"
        "<HomeAddress><BS7666Address><PAON>1</PAON><Street>High Street</Street><Town>Anytown</Town>"
        "<PostCode>ZZ1 1ZZ</PostCode>"
        f"</BS7666Address></HomeAddress>{extra}</{tag}>\n"
    )


def census(
    pupils: list[str],
    left: list[str] | None = None,
    school_id: str = "9994001",
    year: str = "2026",
    term: str = "SPR",
    before: str = "",
    collection: str = "School Census",
    version: str = "",
) -> str:
    """A school's census return; `version` are the elements that say which one it is."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n{before}<Message><Header><CollectionDetails>'
        f"<Collection>{collection}</Collection><Term>{term}</Term><Year>{year}</Year>"
        "<ReferenceDate>2026-01-15</ReferenceDate></CollectionDetails>"
        f"<Source><SourceLevel>S</SourceLevel><LEA>{school_id[:3]}</LEA><Estab>{school_id[3:]}</Estab>{version}</Source>"
        "</Header>\n"
        f"<Pupils><PupilsOnRoll>{''.join(pupils)}</PupilsOnRoll>"
        f"<PupilsNoLongerOnRoll>{''.join(left or [])}</PupilsNoLongerOnRoll></Pupils></Message>\n"
    )


def census_xml(folder: Path, content: str, school_id: str = "9994001") -> Path:
    return text(folder / f"school_census_{school_id}_2026_spring.xml", content)
