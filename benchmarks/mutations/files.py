"""A delivery as sheets of cells that can be broken and written again: CSV, workbook, and census return alike.

A return is seen as a sheet with a row for each pupil and a column for each element that a pupil has; of an element that
a pupil has several times, the first.
"""

import copy
import csv
import io
import xml.etree.ElementTree as xml
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl

Cells = list[Any]
"""A row: text, None where nothing stands, and in a workbook also numbers and dates. Of a return, a `Pupil`."""


@dataclass
class Sheet:
    """`columns` are the headings as they were, beside `heading` as it is: another one there is a new name."""

    heading: list[str]
    rows: list[Cells]
    columns: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.columns = list(self.heading)

    def drop(self, place: int) -> None:
        for cells in (self.heading, self.columns, *self.rows):
            del cells[place]


@dataclass
class Delivery:
    """The sheets of a file, how a CSV is written, and `content` where its bytes are broken and not its cells."""

    path: Path
    sheets: list[Sheet]
    written: Callable[["Delivery"], bytes]
    separator: str = ","
    encoding: str = "utf-8"
    content: bytes | None = None

    def bytes(self) -> bytes:
        return self.written(self) if self.content is None else self.content


class Pupil(list[object]):
    """The cells of a pupil in a return, with the element that they were read from."""

    element: xml.Element

    def __init__(self, cells: Cells, element: xml.Element) -> None:
        super().__init__(cells)
        self.element = element

    def copy(self) -> "Pupil":
        return Pupil(self, self.element)


def read(path: Path) -> Delivery:
    """The delivery that a file holds; the ending of its name says of which kind."""
    return {".csv": _read_csv, ".xml": _read_return, ".xlsx": _read_workbook}[path.suffix](path)


def _read_csv(path: Path) -> Delivery:
    content = path.read_bytes()
    encoding = "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8"
    heading, *rows = csv.reader(io.StringIO(content.decode(encoding), newline=""))
    return Delivery(path, [Sheet(heading, rows)], _csv, encoding=encoding)


def _csv(delivery: Delivery) -> bytes:
    (sheet,) = delivery.sheets
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delivery.separator, lineterminator="\n").writerows([sheet.heading, *sheet.rows])
    return text.getvalue().encode(delivery.encoding, errors="replace")


def _read_workbook(path: Path) -> Delivery:
    book = openpyxl.load_workbook(path)
    sheets = [Sheet(list(map(str, rows[0])), [list(row) for row in rows[1:]]) for rows in map(_values, book)]

    def written(delivery: Delivery) -> bytes:
        for page, sheet in zip(book, delivery.sheets, strict=True):
            page.delete_rows(1, page.max_row)
            for cells in (sheet.heading, *sheet.rows):
                page.append(cells)
        return _saved(book)

    return Delivery(path, sheets, written)


def _values(page: Any) -> list[tuple[object, ...]]:
    return list(page.iter_rows(values_only=True))


def _saved(book: openpyxl.Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _read_return(path: Path) -> Delivery:
    root = xml.parse(path).getroot()
    pupils = root.findall("Pupils/*/*")
    columns = list(dict.fromkeys(name for pupil in pupils for name in _leaves(pupil)))
    rows: list[Cells] = [Pupil([pupil.findtext(name) for name in columns], pupil) for pupil in pupils]

    def written(delivery: Delivery) -> bytes:
        (sheet,) = delivery.sheets
        groups = {group.tag: group for group in root.findall("Pupils/*")}
        for group in groups.values():
            group[:] = []
        for row in sheet.rows:
            assert isinstance(row, Pupil), "a return has pupils alone"
            groups[row.element.tag.replace("Pupil", "Pupils", 1)].append(_pupil(row, sheet, columns))
        content: bytes = xml.tostring(root, encoding="utf-8", xml_declaration=True)
        return content

    return Delivery(path, [Sheet(columns, rows)], written)


def _leaves(element: xml.Element, above: str = "") -> list[str]:
    """The paths of the elements that hold text."""
    found = []
    for child in element:
        path = f"{above}{child.tag}"
        found += _leaves(child, f"{path}/") if len(child) else [path]
    return found


def _pupil(row: Pupil, sheet: Sheet, columns: list[str]) -> xml.Element:
    """A pupil's element with what its row says now."""
    pupil = copy.deepcopy(row.element)
    for name in set(columns) - set(sheet.columns):
        _remove(pupil, name)
    for name, heading, cell in zip(sheet.columns, sheet.heading, row, strict=True):
        if cell in (None, ""):
            _remove(pupil, name)
            continue
        _made(pupil, name).text = str(cell)
        for element in pupil.findall(name):
            element.tag = heading.rpartition("/")[2]
    return pupil


def _remove(pupil: xml.Element, name: str) -> None:
    above, _, tag = name.rpartition("/")
    for parent in pupil.findall(above) if above else [pupil]:
        for element in parent.findall(tag):
            parent.remove(element)


def _made(pupil: xml.Element, name: str) -> xml.Element:
    """The first element at a path, put there if there is none."""
    element = pupil
    for tag in name.split("/"):
        found = element.find(tag)
        element = xml.SubElement(element, tag) if found is None else found
    return element
