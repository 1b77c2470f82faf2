"""Files of the Early Years Census as tests write them: rows about invented children."""

from pathlib import Path

from tests.support.made_files import PLANTED, text

HEADINGS = (
    "Reference Date,URN,UPN,Surname,Forename,Date of Birth,Sex,Ethnicity,Postcode,Funded Hours,Extended Hours,"
    "Expanded Hours,Funded Weeks,Extended Weeks,Expanded Weeks,Eligibility Code,DAF Indicator,EYPPR,EYPPBF,"
    "Funding Basis,SEN Provision"
)


def place(number: int, **changes: str) -> str:
    """A row, in the order of HEADINGS: by its number a child of three at a setting."""
    cells = {
        "census_date": "15/01/2026", "urn": "500011", "upn": "", "surname": PLANTED, "forename": f"Child{number}",
        "birth_date": "01/10/2022", "sex": "F", "ethnicity": "WBRI", "postcode": "ZZ1 1AB", "funded": "15",
        "extended": "15", "expanded": "0", "funded_weeks": "38", "extended_weeks": "38", "expanded_weeks": "",
        "code": "50000000001", "daf": "N", "premium": "Y", "premium_basis": "RE", "basis": "", "sen": "N",
    } | changes  # fmt: skip
    return ",".join(cells.values())


def early_years_csv(folder: Path, rows: list[str], day: str = "2026-02-05", headings: str = HEADINGS) -> Path:
    return text(folder / f"early_years_census_{day}.csv", "\n".join([headings, *rows]) + "\n")
