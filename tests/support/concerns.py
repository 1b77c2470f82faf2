"""A file that no contract is known for: safeguarding concerns as a school's system might export them, all invented."""

import datetime as dt
from pathlib import Path

from tests.support.made_files import PLANTED, text, upn

HEADINGS = (
    "Concern Ref;Pupil UPN;Surname;Forename;Date of Birth;DfE Number;Raised;Category;Level;Status;Closed;Raised By;"
    "What Happened"
)
CATEGORIES = ("Neglect", "Domestic abuse", "Mental health", "Attendance")
LEVELS = ("concern", "early help", "child protection")
FREE_TEXT = "was seen on the stairs with nobody there and said that it was always like this at the weekend"
MEMBER_OF_STAFF = "Oriel Tanglewood"


def concern(number: int) -> str:
    """A row, in the order of HEADINGS."""
    raised = dt.date(2025, 9, 1) + dt.timedelta(days=number % 280)
    cells = [
        f"{number:06d}", upn(number), PLANTED, f"Child{number}", f"{1 + number % 28:02d}/{1 + number % 12:02d}/2014",
        "838/4001", f"{raised:%d/%m/%Y}", CATEGORIES[number % 4], LEVELS[number % 3],
        "closed" if number % 2 else "open", f"{raised + dt.timedelta(20):%d/%m/%Y}" if number % 2 else "",
        MEMBER_OF_STAFF, f"{PLANTED} {FREE_TEXT}",
    ]  # fmt: skip
    return ";".join(cells)


def concerns_csv(path: Path, rows: int = 120) -> Path:
    """An export with semicolons in Windows-1252."""
    return text(path, "\n".join([HEADINGS, *map(concern, range(1, rows + 1)), ""]), "cp1252")
