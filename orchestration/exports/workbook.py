"""What DuckDB's XLSX lacks: headings that stay in sight, a filter on them, and a sheet that says what the file is of.

The file is rewritten part by part: a sheet of a million rows is never held whole.
"""

import re
import zipfile
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape

SHEET = "xl/worksheets/sheet1.xml"
ABOUT = "xl/worksheets/sheet2.xml"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FROZEN = (
    b'<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" '
    b'state="frozen"/></sheetView></sheetViews>'
)
WIDTHS = {1: 20, 2: 90}
END = 4096
"""Bytes at either end of a sheet that are looked at."""


def complete(file: Path, columns: int, rows: int, about: dict[str, str]) -> Path:
    """The workbook once more, in a file beside it: its one sheet with headings in sight and a filter, and a sheet
    "About" of two columns. `rows` are those below the headings.
    """
    completed = file.with_name(f"complete_{file.name}")
    with zipfile.ZipFile(file) as plain, zipfile.ZipFile(completed, "w", zipfile.ZIP_DEFLATED) as target:
        for part in plain.infolist():
            with plain.open(part) as source, target.open(part.filename, "w", force_zip64=True) as written:
                if part.filename == SHEET:
                    _sheet(source, written, f"A1:{_letters(columns)}{rows + 1}", plain.getinfo(SHEET).file_size)
                else:
                    written.write(_with_the_second_sheet(part.filename, source.read()))
        target.writestr(ABOUT, _about(about))
    return completed


def _sheet(source: IO[bytes], target: IO[bytes], cells: str, size: int) -> None:
    """Copy a sheet, with the pane before its cells and the filter after them. Raises ValueError of another form."""
    if size <= 2 * END:
        target.write(_filtered(_frozen(source.read()), cells))
        return
    target.write(_frozen(source.read(END)))
    _copy(source, target, size - 2 * END)
    target.write(_filtered(source.read(), cells))


def _frozen(head: bytes) -> bytes:
    return _once(head, b"<sheetData>", FROZEN + b"<sheetData>")


def _filtered(tail: bytes, cells: str) -> bytes:
    return _once(tail, b"</sheetData>", f'</sheetData><autoFilter ref="{cells}"/>'.encode())


def _once(text: bytes, tag: bytes, with_more: bytes) -> bytes:
    if text.count(tag) != 1:
        raise ValueError("DuckDB writes its sheets in another form than this adds to.")
    return text.replace(tag, with_more)


def _copy(source: IO[bytes], target: IO[bytes], size: int) -> None:
    while size and (block := source.read(min(size, 1 << 20))):
        target.write(block)
        size -= len(block)


def _with_the_second_sheet(part: str, text: bytes) -> bytes:
    """A part that lists the sheets, with the second one; another part as it is."""
    match part:
        case "[Content_Types].xml":
            return text.replace(b"</Types>", f'<Override PartName="/{ABOUT}" ContentType="{KIND}"/></Types>'.encode())
        case "xl/workbook.xml":
            return text.replace(b"</sheets>", b'<sheet name="About" sheetId="2" r:id="rIdAbout"/></sheets>')
        case "xl/_rels/workbook.xml.rels":
            relation = f'<Relationship Id="rIdAbout" Type="{RELATION}" Target="worksheets/sheet2.xml"/>'
            return text.replace(b"</Relationships>", f"{relation}</Relationships>".encode())
    return text


def _about(about: dict[str, str]) -> str:
    rows = "".join(f"<row>{_text(name)}{_text(value)}</row>" for name, value in about.items())
    wide = [f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>' for number, width in WIDTHS.items()]
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{NAMESPACE}">'
        f"<cols>{''.join(wide)}</cols><sheetData>{rows}</sheetData></worksheet>"
    )


def _text(value: str) -> str:
    shown = escape(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "\N{REPLACEMENT CHARACTER}", value))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'


def _letters(column: int) -> str:
    """The name of a column by its number from 1: A, Z, AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
