"""What stands in a delivered file beside the rows that its contract reads: comments, attributes, properties, notes.

No identifier says whom it is about, so that it is looked through as text, like a file without a contract.
"""

import zipfile
from collections.abc import Callable, Iterator

from lxml import etree

from orchestration.rights.files import Read
from orchestration.rights.purge import KEPT_PARTS, SHEET, pupil_tags, remove, sheet_parts, unread_cells


def any_remark(read: Read, is_mention: Callable[[bytes], bool]) -> bool:
    """Whether a remark of a file that keeps its contract is telling; of a CSV, the cells of a row that are not read."""
    form = read.matched.match.contract.format
    if form == "csv":
        rows = [" ".join(cells).encode() for cells in unread_cells(read)]
        # All at once first: few files have any such cell that tells.
        return is_mention(b"\n".join(rows)) and any(map(is_mention, rows))
    return any(map(is_mention, {"xml": _of_xml, "xlsx": _of_xlsx}[form](read)))


def _of_xml(read: Read) -> Iterator[bytes]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    tree = etree.parse(str(read.file.path), parser)
    found = tree.xpath("//comment() | //processing-instruction() | //@*")
    for node in found if isinstance(found, list) else ():
        text = node.text if isinstance(node, etree._Element) else str(node)
        yield (text or "").encode()
    for pupil in list(tree.iter(*pupil_tags(read))):
        remove(pupil)
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
                remove(cells)
            yield etree.tostring(sheet)
