"""Lists of children not in school as tests write them: rows about invented children."""

from pathlib import Path

from tests.support.made_files import PLANTED, text

HEADINGS = (
    "Person Ref,Kind,UPN,Former UPN,ULN,Surname,Forename,DOB,Sex,Address,Postcode,LSOA,Last DfE Number,From,To,Reason,"
    "Suitability,School Attendance Order"
)


def spell(number: int, **changes: str) -> str:
    """A row, in the order of HEADINGS: by its number a child educated at home since last autumn."""
    cells = {
        "person_id": f"E{number:06d}", "kind": "EHE", "upn": "", "former_upn": "", "uln": "", "surname": PLANTED,
        "forename": f"Child{number}", "birth_date": "01/10/2014", "sex": "F", "address": f"{number} High Street",
        "postcode": "ZZ1 1AB", "lsoa": "E01900001", "school": "9994001", "start": "03/11/2025", "end": "",
        "reason": "lifestyle choice", "suitability": "suitable", "order": "N",
    } | changes  # fmt: skip
    return ",".join(cells.values())


def not_in_school_csv(folder: Path, rows: list[str], day: str = "2026-06-26", headings: str = HEADINGS) -> Path:
    return text(folder / f"not_in_school_{day}.csv", "\n".join([headings, *rows]) + "\n")
