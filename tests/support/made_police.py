"""Lists of police notifications as tests write them: rows about invented children."""

from pathlib import Path

from tests.support.made_files import PLANTED, text

HEADINGS = (
    "Ref,Person No,Kind,Surname,Forename,DOB,Sex,Address,Postcode,Incident Date,Received,Grade,Role,School LAESTAB"
)


def notification(number: int, **changes: str) -> str:
    """A row, in the order of HEADINGS: by its number a public protection notice about a child."""
    cells = {
        "ref": f"PN{number:06d}", "person": "1", "kind": "ppn", "surname": PLANTED, "forename": f"Child{number}",
        "birth_date": "01/09/2012", "sex": "F", "address": f"{number} High Street", "postcode": "ZZ1 1ZZ",
        "incident": "01/06/2026", "received": "03/06/2026", "grade": "medium", "role": "subject", "school": "",
    } | changes  # fmt: skip
    return ",".join(cells.values())


def police_csv(folder: Path, rows: list[str], day: str = "2026-06-26", headings: str = HEADINGS) -> Path:
    return text(folder / f"police_notifications_{day}.csv", "\n".join([headings, *rows]) + "\n")
