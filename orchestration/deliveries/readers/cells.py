"""The cells of a workbook as a stream: what each says, the form of its numbers, and what holds no value.

An error or a formula that was never calculated looks empty to whoever asks for values alone, and an identifier shown as
00001 is the number 1. So the parts are read as they are. `workbook.inspect` has looked them through before.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from expectations.contract.odd_cells import ERRORS, OTHER_ERROR, Mark
from orchestration.deliveries.readers.number_formats import Formats, elements, is_date
from orchestration.deliveries.readers.workbook import CHUNK, PLACE, column_number

CHARACTER = re.compile(r"_x([0-9A-Fa-f]{4})_")
USED = ("styles", "sharedStrings")
LONGEST_NUMBER = 64
LAST_DAY = 2_958_465
"""31 December 9999, in the days that a spreadsheet counts."""


class Number(NamedTuple):
    """A number as it is kept, and the form in which it is shown."""

    value: Decimal
    form: str


Value = str | bool | Number | date | time
"""What a cell says; text is text, an error word, or a Mark."""


@dataclass(frozen=True)
class Cells:
    """A sheet with some cell that says something: its name, its first such row, and where its columns begin and end."""

    name: str
    part: str
    first_row: int
    first_column: int
    last_column: int
    book: "Book"

    @property
    def width(self) -> int:
        return self.last_column - self.first_column + 1

    def rows(self) -> Iterator[tuple[int, list[Value | None]]]:
        """The rows that say something, with their number in the sheet, from the first column to the last."""
        for number, cells in self.book.rows(self.part):
            yield number, [cells.get(column) for column in range(self.first_column, self.last_column + 1)]


class Book:
    """A workbook that is open: its sheets, its table of texts, and the forms of its numbers."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with zipfile.ZipFile(file) as archive:
            parts = {name.lower(): name for name in archive.namelist()}
            top = _relations(archive, parts["_rels/.rels"], "")
            main = next(part for kind, part in top.values() if kind == "officeDocument")
            folder, name = posixpath.split(main)
            related = _relations(archive, parts[f"{folder}/_rels/{name}.rels".lstrip("/").lower()], main)
            content = archive.read(parts[main.lower()])
            self._is_1904 = any(
                properties.get("date1904") in ("1", "true") for properties in elements(content, "workbookPr")
            )
            self._sheets: dict[str, str] = {}
            for sheet in elements(content, "sheet"):
                kind, part = related[next(str(value) for key, value in sheet.items() if str(key).endswith("}id"))]
                if sheet.get("name", "") in self._sheets:
                    raise ValueError("two sheets of one name")
                # Charts and dialogues have no cells.
                if kind == "worksheet":
                    self._sheets[sheet.get("name", "")] = parts[part.lower()]
            # One that is not there is one of nothing: a cell that refers to it cannot be read.
            of_kind = {
                kind: parts[part.lower()] for kind, part in related.values() if kind in USED and part.lower() in parts
            }
            self._formats = Formats(archive.read(of_kind["styles"]) if "styles" in of_kind else None)
            self._texts = _shared_texts(archive, of_kind["sharedStrings"]) if "sharedStrings" in of_kind else []

    def sheets(self) -> Iterator[Cells]:
        """The sheets that have any cell, in their order."""
        for name, part in self._sheets.items():
            first_row, first, last = 0, 0, 0
            for number, cells in self.rows(part):
                first_row = first_row or number
                first, last = min([first or min(cells), *cells]), max(last, *cells)
            if first_row:
                yield Cells(name, part, first_row, first, last, self)

    def rows(self, part: str) -> Iterator[tuple[int, dict[int, Value]]]:
        """The rows of a sheet that say something: their number, and their cells by the number of the column."""
        parser = expat.ParserCreate()
        sheet = _Sheet(self, parser)
        with zipfile.ZipFile(self._file) as archive:
            for _ in _parse(archive, part, parser):
                yield from sheet.take()

    def value(self, kind: str, style: str, text: str | None, has_formula: bool) -> Value | None:
        """What a cell says: of its type `kind` and style, with the text of its value, None if it has none."""
        if kind == "inlineStr":
            return _unescaped(text) if text else None
        if text is None or (text.strip() == "" and kind != "str"):
            return Mark.FORMULA_WITHOUT_VALUE.value if has_formula else OTHER_ERROR if kind == "e" else None
        match kind:
            case "str":
                return _unescaped(text) or None
            case "s":
                return self._texts[int(text)] or None
            case "e":
                return text.strip() if text.strip() in ERRORS else OTHER_ERROR
            case "b":
                return {"0": False, "1": True, "false": False, "true": True}[text.strip()]
            case "d":
                return _whole(datetime.fromisoformat(text.strip().removesuffix("Z")))
            case "n" | "":
                return self._number(text.strip(), self._formats.of_style(style))
        raise ValueError("a type of cell that no spreadsheet writes")

    def _number(self, text: str, form: str) -> Number | date | time:
        if len(text) > LONGEST_NUMBER:
            raise ValueError("a number longer than a spreadsheet writes")
        number = Decimal(text)
        if not number.is_finite():
            raise ValueError("no number")
        if is_date(form) and (day := _day(number, self._is_1904)) is not None:
            return day
        return Number(number, form)


class _TextHandler:
    """Collects the text of a part's elements: what stands in `t`, but not how it is pronounced (`rPh`), and in `v`."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self.pieces: list[str] | None = None
        self._is_text = self._is_pronunciation = False
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def began(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        raise NotImplementedError

    def ended(self, tag: str) -> None:
        """An element is whole."""
        raise NotImplementedError

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "rPh":
            self._is_pronunciation = True
        self._is_text = tag in ("v", "t") and not self._is_pronunciation
        self.began(tag, attributes)

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        self._is_text = False
        if tag == "rPh":
            self._is_pronunciation = False
        self.ended(tag)

    def _text(self, text: str) -> None:
        if self._is_text and self.pieces is not None:
            self.pieces.append(text)


class _Table(_TextHandler):
    """The table of texts that cells share."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        super().__init__(parser)
        self.texts: list[str] = []

    def began(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "si":
            self.pieces = []

    def ended(self, tag: str) -> None:
        if tag == "si":
            self.texts.append(_unescaped("".join(self.pieces or [])))


class _Sheet(_TextHandler):
    """A sheet on its way through the parser; rows that are whole wait to be taken."""

    def __init__(self, book: Book, parser: expat.XMLParserType) -> None:
        super().__init__(parser)
        self._book = book
        self._ready: list[tuple[int, dict[int, Value]]] = []
        self._row = self._column = 0
        self._cells: dict[int, Value] = {}
        self._kind = self._style = ""
        self._has_formula = False

    def take(self) -> list[tuple[int, dict[int, Value]]]:
        """The rows that have become whole since."""
        ready, self._ready = self._ready, []
        return ready

    def began(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            number = int(attributes.get("r", self._row + 1))
            if number <= self._row:
                raise ValueError("rows that go backwards")
            self._row, self._column, self._cells = number, 0, {}
        elif tag == "c":
            place = PLACE.fullmatch(attributes["r"]) if "r" in attributes else None
            column = column_number(place[1]) if place else self._column + 1
            if column <= self._column or (place and int(place[2]) != self._row):
                raise ValueError("a cell that is not where it says")
            self._column = column
            self._kind, self._style = attributes.get("t", ""), attributes.get("s", "0")
            self.pieces, self._has_formula = None, False
        elif tag == "f":
            self._has_formula = True
        elif tag in ("v", "is"):
            self.pieces = []

    def ended(self, tag: str) -> None:
        if tag == "row":
            if self._cells:
                self._ready.append((self._row, self._cells))
        elif tag == "c":
            text = None if self.pieces is None else "".join(self.pieces)
            value = self._book.value(self._kind, self._style, text, self._has_formula)
            if value is not None:
                self._cells[self._column] = value
            self.pieces = None


def _parse(archive: zipfile.ZipFile, part: str, parser: expat.XMLParserType) -> Iterator[None]:
    """Feed a part to its parser; yields after each piece."""
    with archive.open(part) as stream:
        while piece := stream.read(CHUNK):
            parser.Parse(piece, False)
            yield
    parser.Parse(b"", True)
    yield


def _shared_texts(archive: zipfile.ZipFile, part: str) -> list[str]:
    parser = expat.ParserCreate()
    table = _Table(parser)
    for _ in _parse(archive, part, parser):
        pass
    return table.texts


def _relations(archive: zipfile.ZipFile, part: str, base: str) -> dict[str, tuple[str, str]]:
    """What a part of relations names, by identifier: its kind, and the part as it stands in the zip."""
    return {
        relation.get("Id", ""): (
            relation.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", posixpath.dirname(base), relation.get("Target", ""))).lstrip("/"),
        )
        for relation in elements(archive.read(part), "Relationship")
    }


def _day(number: Decimal, is_1904: bool) -> date | time | None:
    """The day or time that a number means under a format of dates; None if it means none.

    Counted from 1900 there is a 29 February 1900, which never was.
    """
    if not 0 <= number < LAST_DAY + 1 or (not is_1904 and int(number) == 60):
        return None
    seconds = round(float(number % 1) * 86_400)
    if not is_1904 and number < 1:
        return (datetime.min + timedelta(seconds=seconds)).time()
    first = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 31) if number < 60 else datetime(1899, 12, 30)
    try:
        return _whole(first + timedelta(days=int(number), seconds=seconds))
    except OverflowError:
        return None


def _whole(moment: datetime) -> date:
    """A moment, or the day that it begins."""
    return moment.date() if moment.time() == time() else moment


def _unescaped(text: str) -> str:
    """A text with the characters that a spreadsheet writes as their number."""
    if "_x" not in text:
        return text
    return CHARACTER.sub(lambda found: _character(int(found[1], 16)) or found[0], text)


def _character(code: int) -> str | None:
    """What XML cannot hold, and what is no character by itself, stays as it is written."""
    return chr(code) if code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE else None
