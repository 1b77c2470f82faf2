"""Writes a delivered file anew without the rows that tell of a child: all else as it was, in encoding and in form.

The same rows struck from the same bytes give the same bytes, in whatever order: so a file that is delivered again, as
it was, becomes the file that is known already.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from lxml import etree

from orchestration.deliveries.readers.as_written import encoding_as_written, records
from orchestration.rights.files import Read

NOTICE = (
    "Nothing of this file is kept: it may tell of a child who was erased, and it keeps no contract by which the rows "
    "of others could be told apart. Deliver it again once it can be read.\n"
)
"""What stands for a file that cannot be cut row by row; it was rejected, so nothing of it was in the warehouse."""

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STAMP = (1980, 1, 1, 0, 0, 0)
KEPT_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels|xl/styles\.xml"
    r"|xl/sharedStrings\.xml|xl/theme/[^/]+\.xml|xl/worksheets/[^/]+\.xml"
)
"""The parts of a workbook that hold its cells and how they look. Others (remarks, caches of pivots, charts) hold copies
of cells, or what somebody wrote."""

KEPT_IN_SHEET = {
    f"{SHEET}{name}" for name in ("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData")
}


def write_without(read: Read, target: Path, is_mention: Callable[[str], bool] = lambda text: False) -> None:
    """Write the file without its rows that tell of whom is looked for, or, where that cannot be, the notice.

    Remarks go with them. Where a text `is_mention`, so do attributes of a return and what stands outside its pupils,
    and the cells of a row of a CSV that its contract does not read.

    Raises RuntimeError when the rows of a CSV are not those that were read.
    """
    if not read.is_whole:
        target.write_text(NOTICE, encoding="utf-8")
        return
    form = read.matched.match.contract.format
    if form == "xlsx":
        _xlsx_without(read, target)
    else:
        {"csv": _csv_without, "xml": _xml_without}[form](read, target, is_mention)


def _csv_without(read: Read, target: Path, is_mention: Callable[[str], bool]) -> None:
    gone, last = set(_numbers(read)), 0
    encoding = _encoding(read)
    with (
        read.file.path.open(encoding=encoding, newline="") as source,
        target.open("w", encoding=encoding, newline="") as kept,
    ):
        written = records(source, read.matched.match.contract.delimiter)
        headings = next(written)
        kept.write(headings)
        unread = _unread_columns(read, headings)
        number = 0
        for record in written:
            if record.strip("\r\n"):
                number += 1
                last = number if number in gone else last
                if number in gone:
                    continue
                if unread and is_mention(" ".join(_cells_at(read, record, unread))):
                    record = _without_cells(read, record, unread)
            kept.write(record)
    if gone and last != max(gone):
        raise RuntimeError(f"{read.file.file_name}: row {max(gone)} was read and cannot be found again; nothing struck")


def _encoding(read: Read) -> str:
    return encoding_as_written(read.file.path, read.matched.match.contract.encodings)


def unread_cells(read: Read) -> Iterator[list[str]]:
    """The cells of each row of a CSV that stand in columns which its contract knows and does not read."""
    with read.file.path.open(encoding=_encoding(read), newline="") as source:
        written = records(source, read.matched.match.contract.delimiter)
        if unread := _unread_columns(read, next(written)):
            yield from (cells for record in written if any(cells := _cells_at(read, record, unread)))


def _unread_columns(read: Read, headings: str) -> list[int]:
    match = read.matched.match
    taken = {heading for columns in match.headings.values() for chosen in columns.values() for heading in chosen}
    found = [heading.strip() for heading in _cells(read, headings.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"))]
    return [place for place, heading in enumerate(found) if heading and heading not in taken]


def _cells(read: Read, record: str) -> list[str]:
    # No cell is longer than its record, read within the limits. The bound is all the process's and is never lowered.
    csv.field_size_limit(max(csv.field_size_limit(), len(record)))
    return next(csv.reader([record], delimiter=read.matched.match.contract.delimiter), [])


def _cells_at(read: Read, record: str, places: list[int]) -> list[str]:
    cells = _cells(read, record)
    return [cells[place] for place in places if place < len(cells)]


def _without_cells(read: Read, record: str, places: list[int]) -> str:
    """The record with these cells empty; its line end stays as it is."""
    end = record[len(record.rstrip("\r\n")) :]
    cells = ["" if place in places else cell for place, cell in enumerate(_cells(read, record))]
    written = io.StringIO()
    csv.writer(written, delimiter=read.matched.match.contract.delimiter, lineterminator=end).writerow(cells)
    return written.getvalue()


def _xml_without(read: Read, target: Path, is_mention: Callable[[str], bool]) -> None:
    tree, pupils = _tree(read)
    for number in _numbers(read):
        remove(pupils[number - 1])
    of_pupils = {element for pupil in tree.iter(*pupil_tags(read)) for element in pupil.iter()}
    for element in tree.iter():
        for name, value in element.attrib.items():
            if is_mention(" ".join(map(str, (name, value)))):
                del element.attrib[name]
        if element not in of_pupils and element.text and is_mention(element.text):
            element.text = None
        if element.tail and is_mention(element.tail):
            element.tail = None
    tree.write(str(target), encoding=tree.docinfo.encoding or "UTF-8", xml_declaration=True)


def remove(element: etree._Element) -> None:
    """Take an element that stands in another out of it."""
    around = element.getparent()
    assert around is not None, "the outermost element stays"
    around.remove(element)


def pupils_of(read: Read) -> dict[int, str]:
    """The elements of a census return that would be struck, as text, by the pupil's number."""
    _, pupils = _tree(read)
    return {
        number: etree.tostring(pupils[number - 1], encoding="unicode", with_tail=False) for number in _numbers(read)
    }


def _tree(read: Read) -> tuple[etree._ElementTree, list[etree._Element]]:
    """A return and its pupils. Remarks of whoever exported it go: no contract reads them, and they may name anybody."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    tree = etree.parse(str(read.file.path), parser)
    return tree, list(tree.iter(*pupil_tags(read)))


def pupil_tags(read: Read) -> list[str]:
    """What the elements of pupils are called in a return."""
    return [path.rsplit("/", 1)[-1] for path in read.matched.match.contract.pupils]


def _numbers(read: Read) -> list[int]:
    return sorted({number for numbers in read.rows.values() for number in numbers})


def _xlsx_without(read: Read, target: Path) -> None:
    gone = {
        sheet.name: {sheet.first_row + number for number in read.rows.get(table, [])}
        for table, sheet in read.matched.sheets.items()
    }
    with zipfile.ZipFile(read.file.path) as source:
        sheets = sheet_parts(source)
        parts = {name: source.read(name) for name in source.namelist() if KEPT_PARTS.fullmatch(name)}
    for name, part in sheets.items():
        # A sheet that no contract knows may tell of anybody.
        parts[part] = _cut_sheet(parts[part], gone.get(name))
    if "xl/sharedStrings.xml" in parts:
        used = {text for part in sheets.values() for text in _texts_used(parts[part])}
        parts["xl/sharedStrings.xml"] = _cut_texts(parts["xl/sharedStrings.xml"], used)
    parts = {name: _cut_references(content, parts) for name, content in parts.items()}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in sorted(parts):
            entry = zipfile.ZipInfo(name, STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            kept.writestr(entry, parts[name])


def sheet_parts(workbook: zipfile.ZipFile) -> dict[str, str]:
    """The part of each sheet, by the sheet's name."""
    relations = etree.fromstring(workbook.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id", ""): relation.get("Target", "") for relation in relations}
    reference = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    return {
        sheet.get("name", ""): "xl/" + targets[sheet.get(reference, "")].lstrip("/").removeprefix("xl/")
        for sheet in etree.fromstring(workbook.read("xl/workbook.xml")).iter(f"{SHEET}sheet")
    }


def _cut_sheet(content: bytes, gone: set[int] | None) -> bytes:
    """A sheet without rows of these numbers (all rows, if None); other rows keep their numbers and leave a gap."""
    sheet = etree.fromstring(content)
    for element in list(sheet):
        if element.tag not in KEPT_IN_SHEET:
            sheet.remove(element)
    number = 0
    for row in list(sheet.iter(f"{SHEET}row")):
        # A row without a number follows the one before.
        number = int(row.get("r") or number + 1)
        if gone is None or number in gone:
            remove(row)
        else:
            row.set("r", str(number))
    return etree.tostring(sheet, xml_declaration=True, encoding="UTF-8", standalone=True)


def _texts_used(sheet: bytes) -> set[int]:
    cells = etree.fromstring(sheet).iter(f"{SHEET}c")
    return {int(text) for cell in cells if cell.get("t") == "s" and (text := cell.findtext(f"{SHEET}v")) is not None}


def _cut_texts(content: bytes, used: set[int]) -> bytes:
    """The table of texts, emptied where no cell refers to it any more; places stay, for cells refer by place."""
    texts = etree.fromstring(content)
    for place, text in enumerate(texts.iter(f"{SHEET}si")):
        if place not in used:
            for child in list(text):
                text.remove(child)
            etree.SubElement(text, f"{SHEET}t")
    return etree.tostring(texts, xml_declaration=True, encoding="UTF-8", standalone=True)


def _cut_references(content: bytes, parts: dict[str, bytes]) -> bytes:
    """What lists the parts of a workbook, without those that are not kept."""
    root = etree.fromstring(content)
    kind = etree.QName(root).localname
    if kind == "Types":
        for element in [e for e in root if e.get("PartName") and e.get("PartName", "").lstrip("/") not in parts]:
            root.remove(element)
    elif kind == "Relationships":
        for element in [e for e in root if not _is_kept(e.get("Target", ""), parts)]:
            root.remove(element)
    elif kind == "workbook":
        for element in [e for e in root if etree.QName(e).localname not in ("workbookPr", "bookViews", "sheets")]:
            root.remove(element)
    else:
        return content
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _is_kept(target: str, parts: dict[str, bytes]) -> bool:
    return any(part == target.lstrip("/") or part == f"xl/{target}" for part in parts)
