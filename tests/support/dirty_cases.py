"""A county of a dozen invented children, each a case that identity gets wrong elsewhere, as files of the sources."""

from pathlib import Path

from openpyxl import Workbook

from orchestration import deliveries
from orchestration.build import database, warehouse
from orchestration.settings import Settings
from tests.support.made_files import PUPIL_HEADINGS, UPN_LETTERS, pupil, text, upn
from tests.support.warehouse import DAY, KEY

SCHOOL_A, SCHOOL_B = "9994001", "9994002"
TERMS = {"2025_autumn": "2025-10-02", "2026_spring": "2026-01-15"}

SHARED, TWICE, OLD, NEW, UNSAID, UNSAID_NEW = (upn(serial) for serial in range(101, 107))
CHAIN = [upn(serial) for serial in range(111, 114)]
TWIN_1, TWIN_2, HERE, THERE, ADOPTED, WRONG, WRONG_FORMER = (upn(serial) for serial in range(121, 128))
PERMANENT = upn(131)


def temporary(serial: int, school_id: str) -> str:
    """A temporary UPN with its right check letter: its last character is a letter."""
    rest = f"{school_id}25{serial:02d}A"
    values = [int(character) for character in rest[:-1]] + [UPN_LETTERS.index("A")]
    return UPN_LETTERS[sum(weight * value for weight, value in zip(range(2, 14), values, strict=True)) % 23] + rest


TEMPORARY = temporary(7, SCHOOL_A)

# term, school, UPN, former UPN, surname, forename, birth date, postcode
RETURNS = [
    # One UPN for two children at two schools, and one child whom two schools both call their own.
    ("2026_spring", SCHOOL_A, SHARED, "", "Ashlow", "Nina", "2014-03-03", "ZZ1 1AA"),
    ("2026_spring", SCHOOL_B, SHARED, "", "Dunmore", "Felix", "2015-07-09", "ZZ2 2BB"),
    ("2026_spring", SCHOOL_A, TWICE, "", "Eckrick", "Layla", "2013-04-04", "ZZ1 1AB"),
    ("2026_spring", SCHOOL_B, TWICE, "", "Eckrick", "Layla", "2013-04-04", "ZZ1 1AB"),
    # Two UPNs for one child: said by the new school, or seen by nobody.
    ("2025_autumn", SCHOOL_A, OLD, "", "Falgrave", "Ezra", "2012-05-05", "ZZ1 1AC"),
    ("2026_spring", SCHOOL_B, NEW, OLD, "Falgrave", "Ezra", "2012-05-05", "ZZ1 1AC"),
    ("2025_autumn", SCHOOL_A, UNSAID, "", "Garmere", "Iris", "2012-06-06", "ZZ1 1AD"),
    ("2026_spring", SCHOOL_B, UNSAID_NEW, "", "GARMERE", "Iris", "2012-06-06", "ZZ1 1AD"),
    # A temporary UPN that became a permanent one, and the same temporary UPN at another school.
    ("2025_autumn", SCHOOL_A, TEMPORARY, "", "Holrick", "Owen", "2016-02-02", "ZZ1 1AE"),
    ("2026_spring", SCHOOL_A, PERMANENT, TEMPORARY, "Holrick", "Owen", "2016-02-02", "ZZ1 1AE"),
    ("2025_autumn", SCHOOL_B, TEMPORARY, "", "Kelbury", "Tess", "2011-11-11", "ZZ2 2BC"),
    # A chain of former UPNs, its first seen only as such.
    ("2025_autumn", SCHOOL_A, CHAIN[1], CHAIN[0], "Langham", "Rory", "2010-08-08", "ZZ1 1AF"),
    ("2026_spring", SCHOOL_A, CHAIN[2], CHAIN[1], "Langham", "Rory", "2010-08-08", "ZZ1 1AF"),
    # Twins; namesakes born on one day in two towns; an adopted child with a new name and home.
    ("2026_spring", SCHOOL_A, TWIN_1, "", "Merrow", "Ida", "2014-09-09", "ZZ1 1AG"),
    ("2026_spring", SCHOOL_A, TWIN_2, "", "Merrow", "Una", "2014-09-09", "ZZ1 1AG"),
    ("2026_spring", SCHOOL_A, HERE, "", "Norwell", "Jack", "2013-10-10", "ZZ1 1AH"),
    ("2026_spring", SCHOOL_B, THERE, "", "Norwell", "Jack", "2013-10-10", "ZZ2 2BD"),
    ("2025_autumn", SCHOOL_A, ADOPTED, "", "Oldham", "Skye", "2015-12-12", "ZZ1 1AJ"),
    ("2026_spring", SCHOOL_B, ADOPTED, "", "Pellridge", "Grace", "2015-12-12", "ZZ2 2BE"),
    # A former UPN that is another child's.
    ("2025_autumn", SCHOOL_A, WRONG_FORMER, "", "Quarwood", "Amy", "2011-01-01", "ZZ1 1AK"),
    ("2026_spring", SCHOOL_A, WRONG, WRONG_FORMER, "Radney", "Max", "2012-12-01", "ZZ1 1AL"),
]

# household, member, surname, forename, birth date
MEMBERS = [
    ("H1", "1", "Merrow", "Ida", "2014-09-09"),
    ("H1", "2", "Merrow", "Una", "2014-09-09"),
    ("H2", "1", "Norwell", "Jack", "2013-10-10"),
    ("H3", "1", "Oldham", "Skye", "2015-12-12"),
    ("H4", "1", "Pellridge", "Grace", "2015-12-12"),
    ("H5", "1", "Norwell", "Jack", "2013-10-10"),
]
POSTCODES = {"H1": "ZZ1 1AG", "H2": "ZZ2 2BD", "H3": "ZZ1 1AJ", "H4": "ZZ2 2BE", "H5": ""}


def write(folder: Path) -> Path:
    """Write the extracts: COLLECT blocks of two terms, Synergy, and the workbook of Family Matters."""
    for term in TERMS:
        rows = [(number, *row[1:]) for number, row in enumerate(RETURNS) if row[0] == term]
        pupils = [
            f"R{number},{school},{upn_},{former},{surname},{forename},{birth_date},F,WBRI,C,2020-09-01,N,N,5,N,140"
            for number, school, upn_, former, surname, forename, birth_date, _ in rows
        ]
        census = folder / "school_census"
        text(census / f"{term}_pupilonroll.csv", "\n".join([COLLECT_PUPILS, *pupils]) + "\n")
        addresses = [f"R{row[0]},{row[1]},1,{row[-1]}" for row in rows]
        text(
            folder / "school_census" / f"{term}_addressesonroll.csv", "\n".join([COLLECT_ADDRESSES, *addresses]) + "\n"
        )
    kept = [pupil(900, surname="Ulltry", forename="Hannah"), pupil(901, upn="", surname="Varlow", forename="Leo")]
    text(folder / "synergy" / "synergy_pupils_2026-02-01.csv", "\n".join([PUPIL_HEADINGS, *kept]) + "\n", "utf-8-sig")
    _workbook(folder / "family_matters")
    return folder


def linked(folder: Path) -> Path:
    """A home in this folder with the extracts loaded and who is who worked out of them."""
    settings = Settings(home=folder / "home", key=KEY)
    deliveries.deliver(settings, [write(folder / "extracts")], None)
    with database.connect(settings) as connection:
        outcomes = deliveries.load(settings, connection, "run")
    assert {outcome.rows_rejected for outcome in outcomes} == {0}, outcomes
    warehouse.build_selected(settings, DAY, "+int_people_linked", "+int_review_records")
    return settings.home


COLLECT_PUPILS = (
    "pupilonrolltableid,NativeId,upn,formerupn,surname,forename,dob,sex,ethnicity,enrolstatus,entrydate,boarder,"
    "senprovision,ncyearactual,youngcarer,termlysessionspossible"
)
COLLECT_ADDRESSES = "pupilonrolltableid,NativeId,addressesonrollorderseqcolumn,postcode"


def _workbook(folder: Path) -> None:
    folder.mkdir(parents=True)
    book = Workbook(write_only=True)
    sheets: dict[str, list[tuple[object, ...]]] = {
        "Households": [
            ("Household Ref", "Address", "Postcode", "Programme", "Start Date", "End Date"),
            *(
                (household, "1 High Street", code, "Family Matters", "2025-11-03", "")
                for household, code in POSTCODES.items()
            ),
        ],
        "Members": [
            ("Household Ref", "Member Ref", "Surname", "First Name", "Date of Birth", "Gender", "Relationship"),
            *((*member, "", "Child") for member in MEMBERS),
        ],
        "Needs": [
            ("Household Ref", "Need", "Identified"),
            *((household, "housing", "2025-11-10") for household in POSTCODES),
        ],
    }
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(folder / "family_matters_2026-02-10.xlsx")
