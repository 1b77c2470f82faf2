"""Workbooks of households made part by part, for cells that no library writes: what a broken look-up leaves behind."""

import zipfile
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

FORMS = ("General", "00000", "yyyy-mm-dd", '"H"000', "@", "0.0%", "dd mmm")
"""The forms of numbers, by the number of the style."""

HEADINGS = {
    "Households": ["Household Ref", "Address", "Postcode", "Programme", "Start Date", "End Date"],
    "Members": ["Household Ref", "Member Ref", "Surname", "First Name", "Date of Birth", "Gender", "Relationship"],
    "Needs": ["Household Ref", "Need", "Identified"],
}
DAY = '<c s="2"><v>{}</v></c>'
ERROR = '<c t="e"><f>VLOOKUP(A2,Z:Z,1,0)</f><v>#N/A</v></c>'
NEVER_CALCULATED = "<c><f>A2</f></c>"
NOTHING = "<c/>"


def text(said: str) -> str:
    """A cell that holds its text itself."""
    return f'<c t="inlineStr"><is><t>{said}</t></is></c>'


def household(ref: str, end: str = NOTHING, start: str = DAY.format(45599), address: str = "", name: str = "") -> str:
    """A row of Households; each argument but the reference is a cell."""
    cells = [ref, address or text("1 High Street"), text("ZZ1 1ZZ"), name or text("Family Matters"), start, end]
    return f"<row>{''.join(cells)}</row>"


def member(ref: str, **changes: str) -> str:
    """A row of Members; each argument is a cell."""
    cells = {
        "member": text("1"), "surname": text("Quill"), "forename": text("Bo"), "birth_date": DAY.format(41883),
        "sex": text("F"), "relationship": text("Child"),
    } | changes  # fmt: skip
    return f"<row>{ref}{''.join(cells.values())}</row>"


def need(ref: str, code: str = "housing") -> str:
    """A row of Needs."""
    return f"<row>{ref}{text(code)}{DAY.format(45667)}</row>"


def workbook(
    folder: Path,
    households: list[str],
    members: list[str] | None = None,
    needs: list[str] | None = None,
    *,
    headings: dict[str, list[str]] | None = None,
    properties: str = "",
    shared: str = "",
    name: str = "family_matters_2026-02-10.xlsx",
) -> Path:
    """A workbook with these rows below its headings."""
    rows = {"Households": households, "Members": members or [], "Needs": needs or []}
    listed = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="rId{i}"/>' for i, n in enumerate(rows, start=1))
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{RELATIONS}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><workbookPr {properties}/>'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">'
        + "".join(
            f'<Relationship Id="rId{i}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{i}.xml"/>'
            for i in range(1, 4)
        )
        + f'<Relationship Id="rId8" Type="{RELATIONS}/styles" Target="/xl/styles.xml"/>'
        + f'<Relationship Id="rId9" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{shared}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts>'
        + "".join(
            f'<numFmt numFmtId="{200 + i}" formatCode="{form.replace(chr(34), "&quot;")}"/>'
            for i, form in enumerate(FORMS)
        )
        + "</numFmts><cellXfs>"
        + "".join(f'<xf numFmtId="{200 + i}"/>' for i in range(len(FORMS)))
        + "</cellXfs></styleSheet>",
    }
    for number, (sheet, below) in enumerate(rows.items(), start=1):
        first = "".join(
            said if said.startswith("<") else text(said) for said in (headings or {}).get(sheet, HEADINGS[sheet])
        )
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{MAIN}"><sheetData><row>{first}</row>{"".join(below)}</sheetData></worksheet>'
        )
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, f'<?xml version="1.0" encoding="UTF-8"?>\n{content}')
    return folder / name
