"""What stands in a delivered file beside the rows that its contract reads: comments, attributes, properties.

No row says whom it is about, so that it is looked through as text, like a file without a contract.
"""

import zipfile
from collections.abc import Iterator

from lxml import etree

from orchestration.rights.files import Read
from orchestration.rights.strike import KEPT_PARTS, SHEET, pupil_tags, sheet_parts


def of(read: Read) -> list[bytes]:
    """The bytes of each remark of a file that keeps its contract; a CSV has none."""
    form = read.candidate.match.contract.format
    return list({"xml": _of_xml, "xlsx": _of_xlsx}[form](read)) if form != "csv" else []


def _of_xml(read: Read) -> Iterator[bytes]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    tree = etree.parse(str(read.file.path), parser)
    for node in tree.xpath("//comment() | //processing-instruction() | //@*"):
        yield (node if isinstance(node, str) else node.text or "").encode()
    for pupil in list(tree.iter(*pupil_tags(read))):
        pupil.getparent().remove(pupil)
    yield etree.tostring(tree, encoding="utf-8")


def _of_xlsx(read: Read) -> Iterator[bytes]:
    """Parts that hold no cells, and what a sheet says beside its cells; a sheet that no contract knows is rejected."""
    with zipfile.ZipFile(read.file.path) as parts:
        for name in parts.namelist():
            yield name.encode()
            if not KEPT_PARTS.fullmatch(name) or name == "xl/workbook.xml":
                yield parts.read(name)
        for part in sheet_parts(parts).values():
            sheet = etree.fromstring(parts.read(part))
            for cells in list(sheet.iter(f"{SHEET}sheetData")):
                cells.getparent().remove(cells)
            yield etree.tostring(sheet)
