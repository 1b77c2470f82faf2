"""Reads a return in XML, of a census or a month: a pass that keeps one pupil in memory and resolves no entity."""

import codecs
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from lxml import etree

from expectations.contract import remedy as remedies
from expectations.contract.match import Content, elements
from expectations.contract.model import Contract
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.deliveries.readers.rows import ROWS_AT_ONCE, Rows
from orchestration.deliveries.readers.xml_headers import Header, header_of
from orchestration.deliveries.readers.xml_rows import Plan, leaves
from orchestration.settings import Limits

PUPILS_LOOKED_AT = 20
"""How many pupils say which elements a file uses, when a contract is chosen for it."""

PATHS_LOOKED_AT = 2000
"""And how many elements of each of them; a pupil has about a hundred."""

CHUNK = 64 * 1024


def peek(file: Path, contracts: list[Contract], limits: Limits) -> tuple[Content, Header]:
    """The elements within the first pupils, and what the header states.

    All versions of a return have the same header, and pupils in the same elements.
    """
    headed, tags = header_of(contracts[0]), Plan(contracts[0]).tags
    header: Header | None = None
    paths: dict[str, int] = {}
    pupils = 0
    try:
        for element in islice(_elements(file, (headed.tag, *tags), contracts[0], limits), PUPILS_LOOKED_AT):
            if element.tag == headed.tag:
                header = headed.read(element)
            else:
                pupils += 1
                found = (leaf for child in element for leaf in leaves(child, ""))
                for leaf in islice(found, PATHS_LOOKED_AT):
                    paths.setdefault(leaf, pupils)
    except etree.XMLSyntaxError as error:
        raise _broken(error) from None
    if header is None:
        raise DeliveryProblem(f"there is no {headed.where} before the pupils", headed.remedy)
    return Content(paths=paths, period=header.census), header


def read(file: Path, contract: Contract, values: Mapping[str, str | None], limits: Limits, rows: Rows) -> int:
    """Put the rows of a return, and the values they share, into `rows` and return the number of pupils.

    `_row_number` is the pupil's place in the file, and with the delivery it is the pupil's return id.
    Raises DeliveryProblem for what is not XML, or has elements that the contract does not declare; the pupils read
    until then are in `rows`.
    """
    plan = Plan(contract)
    pupils = 0

    def hand_on(least: int) -> None:
        for table, (columns, found) in plan.rows.items():
            if len(found) >= least:
                rows.add(f"{contract.source}__{table}", columns, found, values)
                found.clear()

    try:
        for element in _elements(file, plan.tags, contract, limits):
            pupils += 1
            plan.read(element, pupils)
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


def _elements(file: Path, tags: tuple[str, ...], contract: Contract, limits: Limits) -> Iterator[etree._Element]:
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
                if not _declares_no_more(contract, element.getroottree()):
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
    "the XML declares a DOCTYPE or entities, which such a return never does",
    "Export the return again from the system it comes from; do not open it if you did not expect it",
)


_NAMESPACE = (
    "the elements stand in an XML namespace (xmlns), which those of such a return never do",
    "Send the return as its system writes it, not as another program saved it",
)


_ENCODINGS = ("utf-8", "utf-16", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252")
"""Encodings of a return; in others, such as UTF-7, the marks of a DOCTYPE look like something else."""

_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)[^<>]{0,64}>?", re.IGNORECASE)


def refuse_doctype(file: Path, contract: Contract) -> None:
    """A return that has a DOCTYPE could unfold entities, so it is not parsed at all.

    The one exception is what the contract says the outermost element of its returns is called, and that alone: no place
    outside, no entity.
    """
    with file.open("rb") as stream:
        head = stream.read(1 << 20)
    declared = _DECLARES.findall(head.replace(b"\0", b""))
    if len(declared) > 1 or not all(_is_plain(contract, found) for found in declared):
        raise DeliveryProblem(*_DOCTYPE)
    if not _encoding_is_read(head):
        raise DeliveryProblem("the XML is in an encoding that is not read", "Export the return again as UTF-8")


def _is_plain(contract: Contract, doctype: bytes) -> bool:
    """Whether a DOCTYPE, as it is written, names no more than the contract allows."""
    allowed = contract.doctype
    return allowed is not None and bool(re.fullmatch(rb"<!DOCTYPE\s+(?:%b)\s*>" % allowed.encode(), doctype))


def _declares_no_more(contract: Contract, tree: etree._ElementTree) -> bool:
    """The same once it is read: it may stand where nobody looked, behind a remark of megabytes."""
    info: Any = tree.docinfo
    declared = info.internalDTD
    if declared is None:
        return True
    return (
        contract.doctype is not None
        and re.fullmatch(contract.doctype, declared.name or "") is not None
        and not (info.system_url or info.public_id or list(declared.iterentities()))
    )


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


def _first_fault(error: etree.XMLSyntaxError) -> tuple[int, int | None]:
    """Kind and line of the complaint; where the parser says that nothing is there, of what it gave up at."""
    log: Any = error.error_log
    code: int = error.code  # type: ignore[attr-defined]  # not in lxml-stubs
    return (log[0].type, log[0].line) if code == etree.ErrorTypes.ERR_INTERNAL_ERROR and log else (code, error.lineno)


_BARE_AMPERSAND = (
    etree.ErrorTypes.ERR_NAME_REQUIRED,
    etree.ErrorTypes.ERR_ENTITYREF_SEMICOL_MISSING,
    etree.ErrorTypes.ERR_UNDECLARED_ENTITY,
)


def _broken(error: etree.XMLSyntaxError) -> DeliveryProblem:
    """The parser's complaint by line alone; its text may quote what it read.

    Raises MemoryError if the parser had too little of it.
    """
    code, line = _first_fault(error)
    if code == etree.ErrorTypes.ERR_NO_MEMORY:
        raise MemoryError from None
    if code in (etree.ErrorTypes.ERR_INVALID_CHAR, etree.ErrorTypes.ERR_INVALID_ENCODING):
        return DeliveryProblem(
            "a letter is not in the encoding that the first line of the XML states, UTF-8 if it states none (it may be "
            "Windows-1252)",
            "Send the return as the school's system writes it; do not open and save it in an editor on the way",
            row=line or None,
        )
    if code in _BARE_AMPERSAND:
        return DeliveryProblem(
            "an & stands in a text as it is, which in XML begins a name that is not there",
            "Write it as &amp; in the system that exports the return, or replace it there, and export it again",
            row=line or None,
        )
    return DeliveryProblem(
        "the XML is not well formed: the file was cut off, or is damaged",
        "Export the return again and send it whole",
        row=line or None,
    )
