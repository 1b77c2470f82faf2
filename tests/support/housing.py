"""A file that no contract is known for: cases of homelessness as a housing system might export them, all invented."""

import datetime as dt
from pathlib import Path

from tests.support.made_files import PLANTED, text, upn

HEADINGS = (
    "Case Ref;Child UPN;Surname;Forename;Date of Birth;DfE Number;Opened;Duty;Priority;Status;Ended;Opened By;"
    "What Happened"
)
DUTIES = ("Prevention", "Relief", "Main duty", "None")
PRIORITIES = ("high", "open", "low")
FREE_TEXT = "was seen on the stairs with nobody there and said that it was always like this at the weekend"
MEMBER_OF_STAFF = "Oriel Tanglewood"


def case(number: int) -> str:
    """A row, in the order of HEADINGS."""
    opened = dt.date(2025, 9, 1) + dt.timedelta(days=number % 280)
    cells = [
        f"{number:06d}", upn(number), PLANTED, f"Child{number}", f"{1 + number % 28:02d}/{1 + number % 12:02d}/2014",
        "838/4001", f"{opened:%d/%m/%Y}", DUTIES[number % 4], PRIORITIES[number % 3],
        "closed" if number % 2 else "open", f"{opened + dt.timedelta(20):%d/%m/%Y}" if number % 2 else "",
        MEMBER_OF_STAFF, f"{PLANTED} {FREE_TEXT}",
    ]  # fmt: skip
    return ";".join(cells)


def housing_csv(path: Path, rows: int = 120) -> Path:
    """An export with semicolons in Windows-1252."""
    return text(path, "\n".join([HEADINGS, *map(case, range(1, rows + 1)), ""]), "cp1252")
