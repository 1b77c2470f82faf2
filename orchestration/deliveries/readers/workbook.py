"""Looks a workbook through before it is opened: every part in small pieces, what its cells would take counted.

Whoever opens a workbook sets up the whole rectangle from the first used cell of a sheet to the last, and writes a text
that cells share once for each of them: a few bytes can mean half a terabyte.
"""

import lzma
import re
import struct
import zipfile
import zlib
from array import array
from pathlib import Path
from typing import IO
from xml.parsers import expat

from orchestration.deliveries.problem import DeliveryProblem
from orchestration.settings import Limits

CHUNK = 256 * 1024
PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
LAST_COLUMN, LAST_ROW = 16_384, 1_048_576
DEEPEST = 64
"""Elements of a workbook stand in no more others than this."""

ELEMENTS_OF_A_CELL = 4
"""A cell is an element with its value in another, and some are in rows: more than this, for each cell, is no table."""

LONGEST_TAG = 1024 * 1024
"""So many bytes, and no more, may stand before the parser can tell what they are."""

ODD = ("a part of the workbook is not as a spreadsheet writes it", "Open it, save it as .xlsx and send it again")
DAMAGED = (
    "the workbook is damaged or no .xlsx: its zip cannot be unfolded",
    "It may have been cut off, or protected with a password; save it as plain .xlsx and send it again",
)


def inspect(file: Path, limits: Limits) -> None:
    """Raise DeliveryProblem for a workbook that is damaged, or takes more than may be once it is opened."""
    try:
        with zipfile.ZipFile(file) as archive:
            _refuse_bomb(file, archive.infolist(), limits)
            seen = _Seen(limits)
            # The table of shared texts comes first: cells refer to its places.
            for part in sorted(archive.infolist(), key=lambda part: part.filename.lower() != "xl/sharedstrings.xml"):
                with archive.open(part) as stream:
                    if part.filename.lower().endswith((".xml", ".rels")):
                        seen.look(stream)
                    else:
                        _read_through(stream)
    # NotImplementedError is what zipfile says to a compression it does not know.
    except (zipfile.BadZipFile, EOFError, RuntimeError, OSError, ValueError, zlib.error, lzma.LZMAError, struct.error):
        raise DeliveryProblem(*DAMAGED) from None


def _refuse_bomb(file: Path, parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    size, unfolded = file.stat().st_size, sum(part.file_size for part in parts)
    too_much = (
        len(parts) > limits.zip_entries
        or unfolded > limits.unzipped_bytes
        or unfolded > limits.unzip_ratio * max(size, 64 * 1024)
    )
    if too_much:
        raise DeliveryProblem(
            f"the workbook unfolds from {size:,} to {unfolded:,} bytes in {len(parts)} parts, more than is allowed",
            "Send a plain workbook",
            here="If this one is right, raise EARLYHELP_LIMIT_UNZIPPED_BYTES or _UNZIP_RATIO",
            code="too_large",
        )
    if any(part.flag_bits & 1 for part in parts):
        raise DeliveryProblem("the workbook is encrypted", "Save it without a password")
    if len({part.filename.lower() for part in parts}) < len(parts):
        raise DeliveryProblem(*ODD)


def _read_through(stream: IO[bytes]) -> None:
    """To the end, where zipfile compares the checksum."""
    while stream.read(CHUNK):
        pass


class _Seen:
    """What the parts looked at so far would take: cells of all sheets, and their text."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._cells = self._text = self._elements = 0
        self._shared = array("Q")

    def look(self, stream: IO[bytes]) -> None:
        """Go through a part; raises DeliveryProblem when the sums pass the limits."""
        parser = expat.ParserCreate()
        part = _Part(self, parser)
        fed = 0
        try:
            while piece := stream.read(CHUNK):
                parser.Parse(piece, False)
                fed += len(piece)
                if fed - parser.CurrentByteIndex > LONGEST_TAG:
                    raise DeliveryProblem(*ODD)
            parser.Parse(b"", True)
        except (expat.ExpatError, UnicodeError, LookupError):
            raise DeliveryProblem(*ODD) from None
        finally:
            self._cells += part.area

    def element(self) -> None:
        """One more element of any part."""
        self._elements += 1
        if self._elements > ELEMENTS_OF_A_CELL * self._limits.cells:
            raise self._too_many()

    def text(self, size: int) -> None:
        """Some text of a cell, `size` letters long."""
        self._text += size
        if self._text > self._limits.text_bytes:
            raise DeliveryProblem(
                f"the cells of the workbook hold more than {self._limits.text_bytes:,} letters",
                "Send the table alone",
                here="If this workbook is right, raise EARLYHELP_LIMIT_TEXT_BYTES",
                code="too_large",
            )

    def shared(self, size: int) -> None:
        """The next text of the table of texts."""
        self.text(size)
        self._shared.append(size)
        if len(self._shared) > self._limits.cells:
            raise self._too_many()

    def used(self, place: str) -> None:
        """A cell that refers to a text by its place in the table."""
        if not (place.isdecimal() and int(place) < len(self._shared)):
            raise DeliveryProblem(*ODD)
        self.text(self._shared[int(place)])

    def reaches(self, area: int) -> None:
        """A sheet whose used cells span so many."""
        if self._cells + area > self._limits.cells:
            raise self._too_many()

    def _too_many(self) -> DeliveryProblem:
        return DeliveryProblem(
            f"the workbook's sheets span more than {self._limits.cells:,} cells, from the first used to the last",
            "Delete the cells far to the right of the table or below it, which may look empty",
            here="If this workbook is right, raise EARLYHELP_LIMIT_CELLS",
            code="too_large",
        )


class _Part:
    """One part on its way through the parser: where its cells stand, and what they say."""

    def __init__(self, seen: _Seen, parser: expat.XMLParserType) -> None:
        self.area = 0
        self._seen = seen
        self._depth = 0
        self._root = ""
        self._row = self._column = 0
        self._kind = ""
        self._said: list[str] | None = None
        self._size = 0
        self._first: tuple[int, int] | None = None
        self._last = (0, 0)
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def _doctype(self, *_: object) -> None:
        raise DeliveryProblem("a part of the workbook declares a DOCTYPE, which a spreadsheet never does", ODD[1])

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        self._depth += 1
        self._seen.element()
        if self._depth > DEEPEST:
            raise DeliveryProblem(*ODD)
        if not self._root:
            self._root = tag
        if self._root == "worksheet":
            self._start_in_sheet(tag, attributes)
        elif tag == "si":
            self._size = 0

    def _start_in_sheet(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            number = attributes.get("r", str(self._row + 1))
            if not (number.isascii() and number.isdecimal() and len(number) < 8):
                raise DeliveryProblem(*ODD)
            self._row, self._column = int(number), 0
        elif tag == "c":
            self._kind = attributes.get("t", "")
            self._column += 1
            if place := attributes.get("r"):
                match = PLACE.fullmatch(place)
                if match is None:
                    raise DeliveryProblem(*ODD)
                self._column, self._row = column_number(match[1]), int(match[2])
            if self._column > LAST_COLUMN or not 0 < self._row <= LAST_ROW:
                raise DeliveryProblem(*ODD)
        elif tag in ("v", "is"):
            self._said, self._size = [], 0
            self._stretch()

    def _stretch(self) -> None:
        """The used cells of the sheet span this one too."""
        if self._first is None:
            self._first, self._last = (self._row, self._column), (self._row, self._column)
        self._first = (min(self._first[0], self._row), min(self._first[1], self._column))
        self._last = (max(self._last[0], self._row), max(self._last[1], self._column))
        self.area = (self._last[0] - self._first[0] + 1) * (self._last[1] - self._first[1] + 1)
        self._seen.reaches(self.area)

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        self._depth -= 1
        if self._root == "sst":
            if tag == "si":
                self._seen.shared(self._size)
        elif self._root == "worksheet" and self._said is not None and tag in ("v", "is"):
            if self._kind == "s" and tag == "v":
                self._seen.used("".join(self._said).strip())
            else:
                self._seen.text(self._size)
            self._said = None

    def _text(self, text: str) -> None:
        self._size += len(text)
        if self._said is not None and self._kind == "s" and self._size < 20:
            self._said.append(text)


def column_number(letters: str) -> int:
    """The number, from 1, of the column that letters name."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
