"""Reads a school's census return: a pass over the XML that keeps one pupil in memory and resolves no entity."""

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from lxml import etree

from expectations.contract import remedy as remedies
from expectations.contract.match import Content, declared_paths, elements, is_declared
from expectations.contract.model import Contract
from expectations.contract.words import same_heading
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.deliveries.readers.rows import ROWS_AT_ONCE, Rows
from orchestration.settings import Limits

PUPILS_LOOKED_AT = 20
"""How many pupils say which elements a file uses, when a contract is chosen for it."""

PATHS_LOOKED_AT = 2000
"""And how many elements of each of them; a pupil has about a hundred."""

UNKNOWN_LISTED = 5
"""So many elements that no contract declares are told of."""

IGNORED_KEPT = 1000
"""Of so many elements that the contract ignores it is remembered that it does."""

CHUNK = 64 * 1024

COLLECTION = {"schoolcensus", "sc"}
"""What a return calls the School Census, as headings are compared."""

TERMS = {"AUT": "autumn", "SPR": "spring", "SUM": "summer"}


def peek(file: Path, contracts: list[Contract], limits: Limits) -> tuple[Content, dict[str, str]]:
    """The elements within the first pupils, and what the header states: year, term, school_id, reference_date, and
    made_at and serial_no, which are empty where it does not say them.
    """
    tags = _pupil_tags(contracts[0])
    header: dict[str, str] = {}
    paths: dict[str, int] = {}
    pupils = 0
    try:
        for element in islice(_elements(file, ("Header", *tags), limits), PUPILS_LOOKED_AT):
            if element.tag == "Header":
                header = _header(element)
            else:
                pupils += 1
                leaves = (leaf for child in element for leaf in _leaves(child, ""))
                for leaf in islice(leaves, PATHS_LOOKED_AT):
                    paths.setdefault(leaf, pupils)
    except etree.XMLSyntaxError as error:
        raise _broken(error) from None
    if not header:
        raise DeliveryProblem(
            "there is no Message/Header before the pupils", "Export the return again from the school's system"
        )
    period = f"{header['year']}-{header['term']}"
    return Content(paths=paths, period=period), header


def read(file: Path, contract: Contract, values: Mapping[str, str | None], limits: Limits, rows: Rows) -> int:
    """Put the rows of a return, and the values they share, into `rows` and return the number of pupils.

    `_row_number` is the pupil's place in the file, and with the delivery it is the pupil's return id.
    Raises DeliveryProblem for what is not XML, or has elements that the contract does not declare; the pupils read
    until then are in `rows`.
    """
    plan = _Plan(contract)
    rolls = _pupil_tags(contract)
    pupils = 0

    def hand_on(least: int) -> None:
        for table, (columns, found) in plan.rows.items():
            if len(found) >= least:
                rows.add(f"{contract.source}__{table}", columns, found, values)
                found.clear()

    try:
        for element in _elements(file, tuple(rolls), limits):
            pupils += 1
            plan.read(element, pupils, rolls[element.tag])
            hand_on(ROWS_AT_ONCE)
    except etree.XMLSyntaxError as error:
        raise _broken(error) from None
    finally:
        hand_on(1)
    if plan.unknown:
        raise DeliveryProblem(
            f"{', '.join(elements(plan.unknown)[:5])} is not declared",
            remedies.send(contract, contract.files[0]),
            code="contract_unmet",
            here=f"If the source has changed for good, declare it in {contract.declared_in}, as a column or as ignored",
        )
    return pupils


Row = list[Any]
"""A row on its way: its number, the roll, and texts or None. What is Any here is asked for at every element."""


@dataclass(slots=True)
class _Repeated:
    """An element that repeats: where its rows go, how one begins, and where its texts and its own number stand."""

    rows: list[Row]
    start: list[str | None]
    width: int
    cells: dict[str, int]
    ordinal: int | None


@dataclass(slots=True)
class _Step:
    """What to do at an element: the positions its text goes to, the rows it is, and the steps below it, by tag."""

    texts: list[int] = field(default_factory=list)
    repeated: list[_Repeated] = field(default_factory=list)
    below: dict[str, "_Step"] = field(default_factory=dict)


class _Plan:
    """What to do at every element of a pupil, made once from the contract so that a tag costs one look-up."""

    def __init__(self, contract: Contract) -> None:
        self.rows: dict[str, tuple[list[str], list[Row]]] = {}
        self.unknown: dict[str, int] = {}
        self._ignored: set[str] = set()
        self._contract, self._declared = contract, declared_paths(contract)
        self._first = _Step()
        self._pupil_rows: list[Row] = []
        self._pupil_width = 0
        for table in contract.tables.values():
            read = [column for column in table.columns if column.paths]
            if not table.records:
                columns = ["roll", *(column.name for column in read)]
                self._pupil_width = len(columns) + 1
                self.rows[table.name] = (columns, self._pupil_rows)
                for position, column in enumerate(read):
                    for path in column.paths:
                        self._at(path).texts.append(position + 2)
                continue
            constants = sorted({name for record in table.records for name in record.values})
            ordinals = [record.ordinal for record in table.records if record.ordinal]
            columns = ["roll", *constants, *dict.fromkeys(ordinals), *(column.name for column in read)]
            rows: list[Row] = []
            self.rows[table.name] = (columns, rows)
            for record in table.records:
                start = [record.values.get(name) for name in constants] + [None] * len(dict.fromkeys(ordinals))
                first = 2 + len(start)
                cells = {path: first + position for position, column in enumerate(read) for path in column.paths}
                ordinal = 2 + len(constants) if record.ordinal else None
                self._at(record.path).repeated.append(_Repeated(rows, start, len(read), cells, ordinal))

    def _at(self, path: str) -> _Step:
        step = self._first
        for tag in path.split("/"):
            step = step.below.setdefault(tag, _Step())
        return step

    def read(self, pupil: etree._Element, number: int, roll: str) -> None:
        """One pupil: a row for the pupil's own columns and one for every element that repeats."""
        row: Row = [None] * self._pupil_width
        row[0], row[1] = number, roll
        self._walk(pupil, self._first.below, row, number, roll, "")
        self._pupil_rows.append(row)

    def _walk(
        self, element: etree._Element, steps: dict[str, _Step], row: Row, number: int, roll: str, path: str
    ) -> None:
        for child in element:
            tag = child.tag
            step = steps.get(tag)
            if step is None:
                for leaf in _leaves(child, path) if len(child) else (path + tag,):
                    self._note(leaf, number)
                continue
            for repeated in step.repeated:
                found: Row = [number, roll, *repeated.start, *[None] * repeated.width]
                if repeated.ordinal is not None:
                    found[repeated.ordinal] = str(1 + sum(1 for _ in child.itersiblings(tag, preceding=True)))
                self._record(child, repeated.cells, found, path + tag + "/", "")
                repeated.rows.append(found)
            if step.texts:
                text = child.text
                for position in step.texts:
                    row[position] = text
            elif step.below:
                self._walk(child, step.below, row, number, roll, path + tag + "/")

    def _record(self, element: etree._Element, cells: dict[str, int], found: Row, around: str, within: str) -> None:
        for child in element:
            tag = child.tag
            position = cells.get(within + tag)
            if position is not None:
                found[position] = child.text
            elif len(child):
                self._record(child, cells, found, around, f"{within}{tag}/")
            else:
                self._note(f"{around}{within}{tag}", found[0])

    def _note(self, path: str, pupil: int) -> None:
        """An element that no column reads: ignored by the contract, or one of a few that are told of by their pupil."""
        if path in self._ignored or len(self.unknown) >= UNKNOWN_LISTED:
            return
        if not is_declared(self._contract, self._declared, path):
            self.unknown.setdefault(path, pupil)
        elif len(self._ignored) < IGNORED_KEPT:
            self._ignored.add(path)


def _elements(file: Path, tags: tuple[str, ...], limits: Limits) -> Iterator[etree._Element]:
    """The complete elements of these tags, each emptied, with all that stood before it, once it was looked at.

    What is kept in memory is what stands between two of them, and that has a limit.
    """
    parser = etree.XMLPullParser(
        events=("end",),
        tag=tuple(f"{{*}}{tag}" for tag in tags),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    fed = 0
    with file.open("rb") as stream:
        while True:
            piece = stream.read(CHUNK)
            if piece:
                parser.feed(piece)
            else:
                parser.close()
            fed += len(piece)
            for _, element in parser.read_events():
                # What an event brings depends on its kind; "end" brings an element.
                assert isinstance(element, etree._Element)
                fed = 0
                if element.tag.startswith("{"):
                    what, remedy = _NAMESPACE
                    raise DeliveryProblem(what, remedy, code="contract_unmet")
                if element.getroottree().docinfo.doctype:  # type: ignore[attr-defined]  # not in lxml-stubs
                    raise DeliveryProblem(*_DOCTYPE)
                yield element
                _forget(element)
            if fed > limits.element_bytes:
                raise DeliveryProblem(
                    f"there are more than {limits.element_bytes:,} bytes without a pupil",
                    "Export the return again",
                    here="If this one is right, raise EARLYHELP_LIMIT_ELEMENT_BYTES",
                    code="too_large",
                )
            if not piece:
                return


def _forget(element: etree._Element) -> None:
    """Empty an element and remove what stands before it, and before all that it stands in."""
    element.clear()
    while (parent := element.getparent()) is not None:
        while element.getprevious() is not None:
            del parent[0]
        element = parent


_DOCTYPE = (
    "the XML declares a DOCTYPE or entities, which a census return never does",
    "Export the return again from the school's system; do not open it if you did not expect it",
)


_NAMESPACE = (
    "the elements stand in an XML namespace (xmlns), which those of a census return never do",
    "Send the return as the school's system writes it for COLLECT, not as another program saved it",
)


_ENCODINGS = ("utf-8", "utf-16", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252")
"""Encodings of a return; in others, such as UTF-7, the marks of a DOCTYPE look like something else."""


def refuse_doctype(file: Path) -> None:
    """A return has no DOCTYPE; one that has could unfold entities, so it is not parsed at all."""
    with file.open("rb") as stream:
        head = stream.read(1 << 20)
    if re.search(rb"<!DOCTYPE|<!ENTITY", head.replace(b"\0", b""), re.IGNORECASE):
        raise DeliveryProblem(*_DOCTYPE)
    if not _encoding_is_read(head):
        raise DeliveryProblem("the XML is in an encoding that is not read", "Export the return again as UTF-8")


def _encoding_is_read(head: bytes) -> bool:
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return False
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    head = head.removeprefix(codecs.BOM_UTF8)
    if not head.startswith(b"<?xml"):
        return head.lstrip()[:1] in (b"<", b"")
    declaration = head.partition(b"?>")[0]
    declared = re.search(rb"encoding\s*=\s*[\"']([^\"']*)[\"']", declaration)
    return declared[1].decode("latin-1").lower() in _ENCODINGS if declared else b"encoding" not in declaration


def _header(header: etree._Element) -> dict[str, str]:
    """What a return says of itself; raises DeliveryProblem for a part that is missing or wrong.

    Other collections have pupils in the same elements: what they say is not what the census asks.
    """
    if same_heading(header.findtext("CollectionDetails/Collection") or "") not in COLLECTION:
        raise DeliveryProblem(
            "Header/CollectionDetails/Collection does not say School Census: it is a return of another collection",
            "Send the School Census return of that term",
            code="contract_unmet",
        )
    wanted: dict[str, tuple[str, Callable[[str], str | None]]] = {
        "year": ("CollectionDetails/Year", lambda value: value if re.fullmatch(r"[0-9]{4}", value) else None),
        "term": ("CollectionDetails/Term", lambda value: TERMS.get(value.upper()[:3])),
        "reference_date": (
            "CollectionDetails/ReferenceDate",
            lambda value: value if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) else None,
        ),
        "la_code": ("Source/LEA", lambda value: value if re.fullmatch(r"[0-9]{3}", value) else None),
        "establishment": ("Source/Estab", lambda value: value if re.fullmatch(r"[0-9]{4}", value) else None),
    }
    values = {}
    for name, (path, clean) in wanted.items():
        value = clean((header.findtext(path) or "").strip())
        if value is None:
            raise DeliveryProblem(
                f"Header/{path} is missing or wrong", "Export the return again from the school's system"
            )
        values[name] = value
    return {
        **values,
        "school_id": values["la_code"] + values["establishment"],
        "made_at": _moment(header.findtext("Source/DateTime") or ""),
        "serial_no": _serial(header.findtext("Source/SerialNo") or ""),
    }


def _moment(text: str) -> str:
    """A date with its time in ISO form, without a zone as headers have it; empty for anything else."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return ""
    return (moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment).isoformat()


def _serial(text: str) -> str:
    return text.strip() if re.fullmatch(r"[0-9]{1,9}", text.strip()) else ""


def _leaves(element: etree._Element, around: str) -> Iterator[str]:
    """The paths of the elements without children at and below an element; `around` is the path it stands in."""
    here = f"{around}{element.tag}"
    if not len(element):
        yield here
    for child in element:
        yield from _leaves(child, f"{here}/")


def _pupil_tags(contract: Contract) -> dict[str, str]:
    """The elements that are a pupil, with the roll that their place means."""
    return {path.rsplit("/", 1)[-1]: values["roll"] for path, values in contract.pupils.items()}


def _broken(error: etree.XMLSyntaxError) -> DeliveryProblem:
    """The parser's complaint by line alone; its text may quote what it read.

    Raises MemoryError if the parser had too little of it.
    """
    code: int = error.code  # type: ignore[attr-defined]  # not in lxml-stubs
    if code == etree.ErrorTypes.ERR_NO_MEMORY:
        raise MemoryError from None
    if code in (etree.ErrorTypes.ERR_INVALID_CHAR, etree.ErrorTypes.ERR_INVALID_ENCODING):
        return DeliveryProblem(
            "a letter is not in the encoding that the first line of the XML states, UTF-8 if it states none (it may be "
            "Windows-1252)",
            "Send the return as the school's system writes it; do not open and save it in an editor on the way",
            row=error.lineno or None,
        )
    return DeliveryProblem(
        "the XML is not well formed: the file was cut off, or is damaged",
        "Export the return again and send it whole",
        row=error.lineno or None,
    )
