"""Reads a school's census return: a pass over the XML that keeps one pupil in memory and resolves no entity."""

import re
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from lxml import etree

from expectations.contract import Contract
from expectations.contract_match import Content, declared_paths, elements, is_declared
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.deliveries.readers.batches import Batches

PUPILS_LOOKED_AT = 20
"""How many pupils say which elements a file uses, when a contract is chosen for it."""

TERMS = {"AUT": "autumn", "SPR": "spring", "SUM": "summer"}


def peek(file: Path, contracts: list[Contract]) -> tuple[Content, dict[str, str]]:
    """The elements within the first pupils, and what the header states: year, term, school_id, reference_date."""
    tags = _pupil_tags(contracts[0])
    header: dict[str, str] = {}
    paths: dict[str, int] = {}
    pupils = 0
    try:
        for element in islice(_elements(file, ("Header", *tags)), PUPILS_LOOKED_AT):
            if element.tag == "Header":
                header = _header(element)
            else:
                pupils += 1
                for leaf in (leaf for child in element for leaf in _leaves(child, "")):
                    paths.setdefault(leaf, pupils)
    except etree.XMLSyntaxError as error:
        raise _broken(error) from None
    if not header:
        raise DeliveryProblem(
            "there is no Message/Header before the pupils", "Export the return again from the school's system"
        )
    period = f"{header['year']}-{header['term']}"
    return Content(paths=paths, period=period), header


def read(file: Path, contract: Contract, delivery_id: str, values: dict[str, str | None], batches: Batches) -> int:
    """Put the rows of a return into the batches and return the number of pupils.

    `_row_number` is the pupil's place in the file, and with the delivery it is the pupil's return id.
    Raises DeliveryProblem for what is not XML, or has elements that the contract does not declare; the pupils read
    until then are in the batches.
    """
    plan = _Plan(contract)
    rolls = _pupil_tags(contract)
    pupils = 0
    try:
        for element in _elements(file, tuple(rolls)):
            pupils += 1
            plan.read(element, pupils, rolls[element.tag])
    except etree.XMLSyntaxError as error:
        raise _broken(error) from None
    finally:
        for table, (columns, rows) in plan.rows.items():
            batches.add(f"{contract.source}__{table}", columns, rows, delivery_id, values)
    declared = declared_paths(contract)
    unknown = {path: pupil for path, pupil in plan.unknown.items() if not is_declared(contract, declared, path)}
    if unknown:
        raise DeliveryProblem(
            f"{', '.join(elements(unknown)[:5])} is not declared",
            f"Declare it in expectations/contracts/{contract.name}.yml, as a column or as ignored",
            code="contract_unmet",
        )
    return pupils


class _Plan:
    """What to do at every element of a pupil, made once from the contract so that a tag costs one look-up.

    A step is a dictionary by tag: under None the positions a text goes to, under a tag the step below.
    """

    def __init__(self, contract: Contract) -> None:
        self.rows: dict[str, tuple[list[str], list[list]]] = {}
        self.unknown: dict[str, int] = {}
        self._steps: dict = {}
        self._pupil_width = 0
        for table in contract.tables.values():
            read = [column for column in table.columns if column.paths]
            if not table.records:
                columns = ["roll", *(column.name for column in read)]
                self._pupil_rows, self._pupil_width = [], len(columns) + 1
                self.rows[table.name] = (columns, self._pupil_rows)
                for position, column in enumerate(read):
                    for path in column.paths:
                        self._texts(path).append(position + 2)
                continue
            constants = sorted({name for record in table.records for name in record.values})
            ordinals = [record.ordinal for record in table.records if record.ordinal]
            columns = ["roll", *constants, *dict.fromkeys(ordinals), *(column.name for column in read)]
            rows: list[list] = []
            self.rows[table.name] = (columns, rows)
            for record in table.records:
                start = [record.values.get(name) for name in constants] + [None] * len(dict.fromkeys(ordinals))
                first = 2 + len(start)
                cells = {path: first + position for position, column in enumerate(read) for path in column.paths}
                at = self._at(record.path)
                at.setdefault("*", []).append(
                    (rows, start, len(read), cells, 2 + len(constants) if record.ordinal else None)
                )

    def _at(self, path: str) -> dict:
        step = self._steps
        for tag in path.split("/"):
            step = step.setdefault(tag, {})
        return step

    def _texts(self, path: str) -> list[int]:
        return self._at(path).setdefault(None, [])

    def read(self, pupil: etree._Element, number: int, roll: str) -> None:
        """One pupil: a row for the pupil's own columns and one for every element that repeats."""
        row = [None] * self._pupil_width
        row[0], row[1] = number, roll
        self._walk(pupil, self._steps, row, number, roll, "")
        self._pupil_rows.append(row)

    def _walk(self, element: etree._Element, steps: dict, row: list, number: int, roll: str, path: str) -> None:
        for child in element:
            tag = child.tag
            step = steps.get(tag)
            if step is None:
                if len(child):
                    for leaf in _leaves(child, path):
                        self.unknown.setdefault(leaf, number)
                elif isinstance(tag, str):
                    self.unknown.setdefault(path + tag, number)
                continue
            records = step.get("*")
            if records:
                for rows, start, width, cells, ordinal in records:
                    found = [number, roll, *start, *[None] * width]
                    if ordinal is not None:
                        found[ordinal] = str(1 + sum(1 for _ in child.itersiblings(tag, preceding=True)))
                    self._record(child, cells, found, path + tag + "/", "")
                    rows.append(found)
                if len(step) == 1:
                    continue
            texts = step.get(None)
            if texts:
                text = child.text
                for position in texts:
                    row[position] = text
            elif len(step) > (1 if records else 0):
                self._walk(child, step, row, number, roll, path + tag + "/")

    def _record(self, element: etree._Element, cells: dict[str, int], found: list, around: str, within: str) -> None:
        for child in element:
            tag = child.tag
            position = cells.get(within + tag) if isinstance(tag, str) else None
            if position is not None:
                found[position] = child.text
            elif len(child):
                self._record(child, cells, found, around, f"{within}{tag}/")
            elif isinstance(tag, str):
                self.unknown.setdefault(f"{around}{within}{tag}", found[0])


def _elements(file: Path, tags: tuple[str, ...]):
    """The complete elements of these tags, each emptied, with what stood before it, once it was looked at."""
    elements = etree.iterparse(
        str(file),
        events=("end",),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    for _, element in elements:
        if element.getroottree().docinfo.doctype:
            raise DeliveryProblem(*_DOCTYPE)
        yield element
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]


_DOCTYPE = (
    "the XML declares a DOCTYPE or entities, which a census return never does",
    "Export the return again from the school's system; do not open it if you did not expect it",
)


def refuse_doctype(file: Path) -> None:
    """A return has no DOCTYPE; one that has could unfold entities, so it is not parsed at all."""
    with file.open("rb") as stream:
        head = stream.read(1 << 20)
    if re.search(rb"<!DOCTYPE|<!ENTITY", head.replace(b"\0", b""), re.IGNORECASE):
        raise DeliveryProblem(*_DOCTYPE)


def _header(header: etree._Element) -> dict[str, str]:
    """What a return says of itself; raises DeliveryProblem for a part that is missing or wrong."""
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
    said = {}
    for name, (path, clean) in wanted.items():
        value = clean((header.findtext(path) or "").strip())
        if value is None:
            raise DeliveryProblem(
                f"Header/{path} is missing or wrong", "Export the return again from the school's system"
            )
        said[name] = value
    return {**said, "school_id": said["la_code"] + said["establishment"]}


def _leaves(element: etree._Element, around: str) -> set[str]:
    """The paths of the elements without children at and below an element; `around` is the path it stands in."""
    here = f"{around}{element.tag}"
    children = [child for child in element if isinstance(child.tag, str)]
    return set().union(*(_leaves(child, f"{here}/") for child in children)) if children else {here}


def _pupil_tags(contract: Contract) -> dict[str, str]:
    """The elements that are a pupil, with the roll that their place means."""
    return {path.rsplit("/", 1)[-1]: values["roll"] for path, values in contract.pupils.items()}


def _broken(error: etree.XMLSyntaxError) -> DeliveryProblem:
    """The parser's complaint by line alone; its text may quote what it read."""
    return DeliveryProblem(
        "the XML is not well formed: the file was cut off, or is damaged",
        "Export the return again and send it whole",
        row=error.lineno or None,
    )
