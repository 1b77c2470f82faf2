"""Files made to hurt whoever reads them: workbooks, census returns and CSVs, small on the disk; and good ones between.

Each kind has a name that says what is wrong, and a function that returns its bytes. `PLANTED` stands in as many of them
as can hold it, so that a test sees who repeats what it read.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from tests.support.made_files import PLANTED, PUPIL_HEADINGS, census, census_pupil, pupil

FIRST_DAY = date(2020, 1, 1)
"""The first of the days by which the files are called, each by another."""

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEETS = {
    "Households": ["Household Ref", "Address", "Postcode", "Programme", "Start Date", "End Date"],
    "Members": ["Household Ref", "Member Ref", "Surname", "First Name", "Date of Birth", "Gender", "Relationship"],
    "Needs": ["Household Ref", "Need", "Identified"],
}
ROWS = {
    "Households": ["101", "1 High Street", "ZZ1 1ZZ", "Supporting Families", "2025-09-01", ""],
    "Members": ["101", "M1", PLANTED, "Zoe", "2012-02-29", "Female", "Child"],
    "Needs": ["101", "Housing", "2025-09-02"],
}
MEBI = 1 << 20


def inline(text: str, place: str = "") -> str:
    at = f' r="{place}"' if place else ""
    return f'<c{at} t="inlineStr"><is><t>{text}</t></is></c>'


def row(cells: list[str], more: str = "") -> str:
    return f"<row>{''.join(inline(cell) for cell in cells)}{more}</row>"


def sheet(rows: str, before: str = "", after: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>'
        f"{after}</worksheet>"
    )


def parts(**sheets: str) -> dict[str, bytes]:
    """The parts of a workbook; a sheet that is given takes the place of the good one."""
    made = {name: sheets.get(name, sheet(row(SHEETS[name]) + row(ROWS[name]))) for name in SHEETS}
    listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(made, start=1))
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(made) + 1)
    )
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{KIND}.worksheet+xml"/>'
        for n in range(1, len(made) + 1)
    )
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
            f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
            f'ContentType="{KIND}.sheet.main+xml"/>{types}</Types>'
        ).encode(),
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{RELATIONS}/officeDocument" '
            f'Target="xl/workbook.xml"/></Relationships>'
        ).encode(),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>'
        ).encode(),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships">{relations}<Relationship Id="rId9" '
            f'Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
        ).encode(),
        **{f"xl/worksheets/sheet{n}.xml": content.encode() for n, content in enumerate(made.values(), start=1)},
    }


def zipped(content: dict[str, bytes], level: int = 9) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, part in content.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def workbook(more: dict[str, bytes] | None = None, **sheets: str) -> bytes:
    return zipped(parts(**sheets) | (more or {}))


def needs(rows: str, **around: str) -> bytes:
    """A workbook whose sheet Needs has further rows."""
    return workbook(Needs=sheet(row(SHEETS["Needs"]) + row(ROWS["Needs"]) + rows, **around))


def shared(texts: str, cells: str) -> bytes:
    """A workbook with a table of texts and cells that refer to it."""
    table = f'<sst xmlns="{MAIN}">{texts}</sst>'.encode()
    return zipped(parts(Needs=sheet(row(SHEETS["Needs"]) + f"<row>{cells}</row>")) | {"xl/sharedStrings.xml": table})


def changed(old: bytes, new: bytes) -> bytes:
    """A workbook with other words in its parts."""
    return zipped({name: content.replace(old, new) for name, content in parts().items()})


def without(end: str) -> bytes:
    """A workbook that lacks the part whose name ends so."""
    return zipped({name: content for name, content in parts().items() if not name.endswith(end)})


def lying(value: int, in_directory: int, before_the_part: int, form: str = "<L") -> bytes:
    """A workbook that says something else of its last part, in its directory and before the part."""
    told = struct.pack(form, value)
    return local(central(zipped(parts()), in_directory, told), before_the_part, told)


def central(content: bytes, offset: int, value: bytes) -> bytes:
    """A workbook whose directory lies about its last part: `value` at `offset` of the entry."""
    at = content.rindex(b"PK\x01\x02") + offset
    return content[:at] + value + content[at + len(value) :]


def local(content: bytes, offset: int, value: bytes) -> bytes:
    at = content.rindex(b"PK\x03\x04") + offset
    return content[:at] + value + content[at + len(value) :]


def padding(size: int) -> bytes:
    """Bytes that deflate does not shrink away, so that a part passes for one of an ordinary ratio."""
    return b"".join(struct.pack("<Q", (n * 0x9E3779B97F4A7C15) & (2**64 - 1)) for n in range(size // 8))


def overlapping() -> bytes:
    """Many entries of the directory that lead to the same bytes."""
    content = zipped(parts())
    start = content.index(b"PK\x01\x02")
    end = content.rindex(b"PK\x05\x06")
    entries = content[start:end]
    last = entries[entries.rindex(b"PK\x01\x02") :]
    copies = b"".join(last.replace(b"sheet3", f"sh{n:04d}".encode()) for n in range(1000))
    count = content[start:].count(b"PK\x01\x02") + 1000
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(entries) + len(copies), start, 0)
    return content[:end] + copies + tail


def nested() -> bytes:
    inner = zipped({"xl/worksheets/sheet1.xml": b"0" * (4 * MEBI)})
    for _ in range(5):
        inner = zipped({f"{n}.xlsx": inner for n in range(16)})
    return workbook({"xl/embeddings/a.xlsx": inner})


LAUGHS = "<!DOCTYPE worksheet [<!ENTITY a '" + PLANTED + "'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{('&' + chr(97 + n) + ';') * 10}'>" for n in range(9)
) + "]>"  # fmt: skip
OUTSIDE = "<!DOCTYPE worksheet [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"


def workbooks() -> dict[str, Callable[[], bytes]]:
    """Workbooks by what is wrong with them."""
    far = "<row r='1048576'><c r='{}1048576' t='inlineStr'><is><t>x</t></is></c></row>"
    long = "<si><t>" + "x" * 60_000 + "</t></si>"
    return {
        "a cell in the last corner": lambda: needs(far.format("XFD")),
        "a number in the last corner": lambda: needs("<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"),
        "a cell in the last row": lambda: needs(far.format("Z")),
        "a cell in the last column": lambda: needs("<row>" + inline("x", "XFD3") + "</row>"),
        "a cell without value in the last corner": lambda: needs("<row r='1048576'><c r='XFD1048576' s='0'/></row>"),
        "a cell beyond the last column": lambda: needs("<row>" + inline("x", "ZZZ3") + "</row>"),
        "a cell beyond the last row": lambda: needs("<row>" + inline("x", "A9999999") + "</row>"),
        "a cell whose place overflows": lambda: needs("<row>" + inline("x", "ZZZZZZZZ99999999999999999999") + "</row>"),
        "a cell in row nought": lambda: needs("<row>" + inline("x", "A0") + "</row>"),
        "a cell without letters": lambda: needs("<row>" + inline("x", "77") + "</row>"),
        "a cell in other digits": lambda: needs("<row>" + inline("x", "A١٢") + "</row>"),
        "a row with a number that overflows": lambda: needs("<row r='99999999999999999999'><c><v>1</v></c></row>"),
        "a row with a negative number": lambda: needs("<row r='-1'><c><v>1</v></c></row>"),
        "rows that go backwards": lambda: needs("<row r='9'><c><v>1</v></c></row><row r='2'><c><v>1</v></c></row>"),
        "a dense sheet": lambda: needs(("<row>" + "<c><v>1</v></c>" * 1000 + "</row>") * 300),
        "a diagonal": lambda: needs(
            "".join(f"<row>{inline('x', f'{c}{n}')}</row>" for c, n in (("AZ", 9), ("BAA", 90_000)))
        ),
        "twenty thousand columns": lambda: needs("<row>" + "<c><v>1</v></c>" * 20_000 + "</row>"),
        "one long shared text a thousand times": lambda: shared(long * 1, "<c t='s'><v>0</v></c>" * 4000),
        "many long shared texts": lambda: shared(long * 400, "<c t='s'><v>399</v></c>" * 400),
        "a shared text out of range": lambda: shared("<si><t>a</t></si>", "<c t='s'><v>7</v></c>"),
        "a shared text at a negative place": lambda: shared("<si><t>a</t></si>", "<c t='s'><v>-1</v></c>"),
        "a shared text at no number": lambda: shared("<si><t>a</t></si>", f"<c t='s'><v>{PLANTED}</v></c>"),
        "a shared text at a place that overflows": lambda: shared(
            "<si><t>a</t></si>", "<c t='s'><v>99999999999999999999</v></c>"
        ),
        "a shared text without a table": lambda: needs("<row><c t='s'><v>0</v></c></row>"),
        "a table of texts that breaks off": lambda: workbook({"xl/sharedStrings.xml": b"<sst><si><t>a"}),
        "a long text in a cell": lambda: needs("<row>" + inline(f"{PLANTED} " * 700_000) + "</row>"),
        "a sheet of noughts": lambda: workbook({"xl/worksheets/sheet1.xml": b"0" * (40 * MEBI)}),
        "a part of noughts beside": lambda: workbook({"xl/media/a.png": b"0" * (60 * MEBI)}),
        "a part of noughts behind noise": lambda: workbook({"a.bin": padding(2 * MEBI), "b.bin": b"0" * (200 * MEBI)}),
        "zips in zips": nested,
        "a million empty rows": lambda: needs("<row/>" * 1_000_000),
        "overlapping parts": overlapping,
        "two parts of one name": lambda: zipped(parts()).replace(b"sheet2.xml", b"sheet1.xml"),
        "three thousand parts": lambda: workbook({f"xl/media/{n}.png": b"" for n in range(3000)}),
        "a wrong checksum": lambda: lying(0x04030201, 16, 14),
        "a part that says it is small": lambda: lying(9, 24, 22),
        "a part that says it is large": lambda: lying(2**31, 24, 22),
        "a part that begins elsewhere": lambda: central(zipped(parts()), 42, struct.pack("<L", 10**6)),
        "a part that begins beyond the end": lambda: central(zipped(parts()), 42, struct.pack("<L", 2**32 - 2)),
        "a part in 64 bits that says nothing": lambda: central(zipped(parts()), 24, b"\xff\xff\xff\xff"),
        "a compression nobody knows": lambda: lying(97, 10, 8, "<H"),
        "an encrypted part": lambda: lying(1, 8, 6, "<H"),
        "a directory that lies about its length": lambda: zipped(parts())[:-10] + b"\xff" * 10,
        "cut in half": lambda: zipped(parts())[: len(zipped(parts())) // 2],
        "without its last bytes": lambda: zipped(parts())[:-30],
        "a compound file, as a password makes": lambda: bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 4000,
        "an old workbook under a new name": lambda: bytes.fromhex("0908100000060500") + b"\0" * 4000,
        "noise": lambda: padding(8192),
        "no bytes": lambda: b"",
        "a web page": lambda: b"<html><table><tr><td>1</td></tr></table></html>",
        "no list of sheets": lambda: without("xl/workbook.xml"),
        "no relations": lambda: without("workbook.xml.rels"),
        "no list of parts": lambda: without("[Content_Types].xml"),
        "a sheet that is not there": lambda: without("sheet3.xml"),
        "nothing in the zip": lambda: zipped({}),
        "relations that lead in a ring": lambda: changed(b"worksheets/sheet3.xml", b"_rels/workbook.xml.rels"),
        "a sheet that leads out of the folder": lambda: changed(b"worksheets/sheet3.xml", b"../../../../etc/passwd"),
        "a sheet on another host": lambda: changed(
            b'Target="worksheets/sheet3.xml"', b'TargetMode="External" Target="http://host.invalid/a"'
        ),
        "a part that leads out of the folder": lambda: workbook({"../../../../tmp/escaped.xml": b"<a/>"}),
        "a DOCTYPE in a sheet": lambda: needs("", before="<!DOCTYPE worksheet>"),
        "entities in a sheet": lambda: needs("<row>" + inline("&j;") + "</row>", before=LAUGHS),
        "an entity from outside": lambda: needs("<row>" + inline("&a;") + "</row>", before=OUTSIDE),
        "entities in the list of sheets": lambda: zipped(
            {n: LAUGHS.encode() + c if n == "xl/workbook.xml" else c for n, c in parts().items()}
        ),
        "a deep sheet": lambda: needs("<row>" * 50_000 + "</row>" * 50_000),
        "a sheet that breaks off": lambda: workbook(Needs=sheet(row(SHEETS["Needs"])).partition("</sheetData>")[0]),
        "a hundred thousand attributes": lambda: needs("<row " + " ".join(f"a{n}='1'" for n in range(100_000)) + "/>"),
        "a sheet in UTF-16": lambda: zipped(
            {
                n: c.decode().replace("UTF-8", "UTF-16").encode("utf-16") if n.endswith("sheet3.xml") else c
                for n, c in parts().items()
            }
        ),
        "a sheet in an encoding nobody knows": lambda: changed(b"UTF-8", b"UTF-0"),
        "NUL marks in a sheet": lambda: needs("<row>" + inline("a\0b") + "</row>"),
        "a sheet that nobody declared": lambda: changed(b'name="Needs"', f'name="{PLANTED}"'.encode()),
        "two sheets of one name": lambda: changed(b'name="Needs"', b'name="Members"'),
        "a sheet by a name of a thousand letters": lambda: changed(b'name="Needs"', b'name="' + b"N" * 1000 + b'"'),
        "ten thousand sheets": lambda: changed(
            b"</sheets>", b'<sheet name="x" sheetId="1" r:id="rId1"/>' * 10_000 + b"</sheets>"
        ),
        "headings in the last row": lambda: workbook(
            Needs=sheet("<row r='1048576'>" + "".join(inline(h) for h in SHEETS["Needs"]) + "</row>")
        ),
        "dates that do not exist": lambda: needs(
            "<row><c t='d'><v>9999-99-99</v></c><c><v>1e308</v></c><c><v>-1e308</v></c></row>"
        ),
        "numbers that are none": lambda: needs(
            f"<row><c><v>{PLANTED}</v></c><c t='n'><v>1e9999</v></c><c t='b'><v>7</v></c></row>"
        ),
        "an error in a cell": lambda: needs("<row><c t='e'><v>#REF!</v></c><c t='e'><v>#NONSENSE</v></c></row>"),
        "a cell of an unknown kind": lambda: needs("<row><c t='zzz'><v>1</v></c></row>"),
    }


def returns() -> dict[str, Callable[[], bytes]]:
    """Census returns by what is wrong with them."""
    good = census([census_pupil(1)])
    start, end = good.split("<PupilsOnRoll>")

    def within(more: str) -> bytes:
        """A return with something in its first pupil."""
        return census([census_pupil(1, extra=more)]).encode()

    def among(more: str) -> bytes:
        """A return with something before its first pupil."""
        return f"{start}<PupilsOnRoll>{more}{end}".encode()

    def declared(encoding: str, codec: str, doctype: str = "") -> bytes:
        return (good.replace("utf-8", encoding, 1).replace("?>\n", f"?>\n{doctype}", 1)).encode(codec)

    return {
        "a hundred thousand deep": lambda: within("<a>" * 100_000 + "</a>" * 100_000),
        "deep outside of pupils": lambda: among("<a>" * 100_000 + "</a>" * 100_000),
        "pupils in pupils": lambda: among("<PupilOnRoll>" * 200 + "</PupilOnRoll>" * 200),
        "a million attributes": lambda: within("<a " + " ".join(f"b{n}='1'" for n in range(1_000_000)) + "/>"),
        "twelve MiB of unknown elements": lambda: within("<a/>" * (3 * MEBI)),
        "twelve MiB of unknown elements before the pupils": lambda: among("<a/>" * (3 * MEBI)),
        "unknown elements by the name": lambda: within("".join(f"<{PLANTED}{n}/>" for n in range(200_000))),
        "unknown elements in every pupil": lambda: census(
            [
                census_pupil(n % 900, extra="".join(f"<x{n}y{m}>{PLANTED}</x{n}y{m}>" for m in range(400)))
                for n in range(300)
            ]
        ).encode(),
        "elements between the pupils": lambda: census(
            [census_pupil(n % 900) + "<a/>" * 20_000 for n in range(60)]
        ).encode(),
        "a hundred thousand absences of one pupil": lambda: within(
            "<Attendance><TermlyAttendance><SessionDetails>"
            + "<SessionDetail><AttendanceReason>I</AttendanceReason></SessionDetail>" * 50_000
            + "</SessionDetails></TermlyAttendance></Attendance>"
        ),
        "a text of 11 MiB": lambda: within("<a>" + "x" * (11 * MEBI) + "</a>"),
        "a surname of 3 MiB": lambda: good.replace(f"<Surname>{PLANTED}", "<Surname>" + "x" * (3 * MEBI)).encode(),
        "an attribute of 11 MiB": lambda: within("<a b='" + "x" * (11 * MEBI) + "'/>"),
        "a name of 5 MiB": lambda: within("<" + "x" * (5 * MEBI) + "/>"),
        "a remark of 11 MiB": lambda: among("<!--" + "x" * (11 * MEBI) + "-->"),
        "an instruction of 11 MiB": lambda: among("<?a " + "x" * (11 * MEBI) + "?>"),
        "a CDATA of 11 MiB": lambda: within("<a><![CDATA[" + "x" * (11 * MEBI) + "]]></a>"),
        "never closed": lambda: census([census_pupil(1)])[:-200].encode(),
        "closed twice": lambda: (good + "</Message>").encode(),
        "two returns in one": lambda: (good + good.partition("?>")[2]).encode(),
        "crossed elements": lambda: within("<a><b></a></b>"),
        "an unclosed mark": lambda: (good[:-1] + "<").encode(),
        "a thousand namespaces": lambda: within("".join(f"<n{n}:a xmlns:n{n}='urn:{n}'/>" for n in range(1000))),
        "pupils of another namespace": lambda: good.replace("<Message>", "<Message xmlns='urn:x'>").encode(),
        "a prefix nobody declared": lambda: within("<zz:a/>"),
        "a DOCTYPE": lambda: declared("utf-8", "utf-8", "<!DOCTYPE Message>"),
        "a DOCTYPE in UTF-16": lambda: declared("utf-16", "utf-16", "<!DOCTYPE Message>"),
        "a DOCTYPE in UTF-16 without a mark": lambda: declared("utf-16", "utf-16-le", "<!DOCTYPE Message>"),
        "a DOCTYPE in UTF-32": lambda: declared("utf-32", "utf-32", "<!DOCTYPE Message>"),
        "a DOCTYPE in UTF-32 without a mark": lambda: declared("utf-32", "utf-32-be", "<!DOCTYPE Message>"),
        "a DOCTYPE in UTF-7": lambda: declared("utf-7", "ascii").replace(
            b"?>\n", b"?>\n+ADwAIQ-DOCTYPE Message+AD4-", 1
        ),
        "a DOCTYPE in EBCDIC": lambda: declared("cp037", "cp037", "<!DOCTYPE Message>"),
        "a DOCTYPE after a long remark": lambda: declared("utf-8", "utf-8", "<!--" + "x" * (2 * MEBI) + "-->" + LAUGHS),
        "an encoding after a long gap": lambda: good.replace(
            ' encoding="utf-8"', " " * 5000 + 'encoding="utf-7"'
        ).encode(),
        "a billion laughs": lambda: declared("utf-8", "utf-8", LAUGHS).replace(PLANTED.encode(), b"&j;"),
        "laughs in an attribute": lambda: declared("utf-8", "utf-8", LAUGHS).replace(b"<Pupils>", b"<Pupils a='&j;'>"),
        "an entity from outside": lambda: declared("utf-8", "utf-8", OUTSIDE).replace(PLANTED.encode(), b"&a;"),
        "an entity from a host": lambda: declared("utf-8", "utf-8", "<!DOCTYPE a SYSTEM 'http://host.invalid/a'>"),
        "a parameter entity": lambda: declared(
            "utf-8", "utf-8", "<!DOCTYPE a [<!ENTITY % b SYSTEM 'file:///etc/passwd'>%b;]>"
        ),
        "an entity nobody declared": lambda: good.replace(PLANTED, "&nbsp;").encode(),
        "an inclusion": lambda: within(
            "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='/etc/passwd' parse='text'/>"
        ),
        "a style sheet": lambda: declared("utf-8", "utf-8", "<?xml-stylesheet href='http://host.invalid/a.xsl'?>"),
        "UTF-8 that says UTF-16": lambda: declared("utf-16", "utf-8"),
        "UTF-16 that says UTF-8": lambda: declared("utf-8", "utf-16"),
        "two marks at the beginning": lambda: b"\xef\xbb\xbf" * 2 + good.encode(),
        "the mark of UTF-16 before UTF-8": lambda: b"\xff\xfe" + good.encode(),
        "UTF-16 of an odd length": lambda: declared("utf-16", "utf-16")[:-1],
        "bytes that are no UTF-8": lambda: good.replace(PLANTED, "Z!").encode().replace(b"Z!", b"Z\xff\xfe"),
        "NUL marks": lambda: good.replace(PLANTED, "a\0b").encode(),
        "a reference to NUL": lambda: good.replace(PLANTED, "&#0;").encode(),
        "no header": lambda: (start.partition("<Header>")[0] + "<Pupils><PupilsOnRoll>" + end).encode(),
        "a header after the pupils": lambda: good.replace("<Header>", "<H>").replace("</Header>", "</H>").encode(),
        "a year of the far future": lambda: census([census_pupil(1)], year="9999").encode(),
        "a school by a child's name": lambda: good.replace("<Estab>4001", f"<Estab>{PLANTED}").encode(),
        "no element at all": lambda: b"<?xml version='1.0'?>",
        "no bytes": lambda: b"",
        "spaces alone": lambda: b" " * (6 * MEBI),
        "noise": lambda: padding(8192),
        "a workbook by another name": lambda: workbook({"a.txt": b"a return"}),
    }


def csvs() -> dict[str, Callable[[], bytes]]:
    """Extracts of pupils by what is wrong with them."""
    rows = [pupil(number) for number in range(1, 201)]
    lines = [PUPIL_HEADINGS, *rows]
    good = "\n".join(lines) + "\n"
    wide = [f"c{n}" for n in range(100_000)]
    return {
        "a quotation mark that is never closed": lambda: (good + '"' + f"{PLANTED},x\n" * (MEBI // 4)).encode(),
        "a heading that is never closed": lambda: ('"' + good + "x" * (6 * MEBI)).encode(),
        "a line of 6 MiB": lambda: (good + "x" * (6 * MEBI)).encode(),
        "a first line of 6 MiB": lambda: b"x" * (6 * MEBI),
        "a record of many quoted lines": lambda: (good + ",".join(['"a\nb"'] * MEBI)).encode(),
        "a first record of many quoted lines": lambda: ",".join(['"a\nb"'] * (4 * MEBI)).encode(),
        "a cell of line ends": lambda: (
            good + pupil(900).replace("900 High Street", '"' + "\n" * MEBI + '"') + "\n"
        ).encode(),
        "a hundred thousand columns": lambda: (",".join(wide) + "\n" + ",".join(wide)).encode(),
        "a hundred thousand cells in a row": lambda: (good + ",".join(wide) + "\n").encode(),
        "a million commas": lambda: (good + "," * MEBI + "\n").encode(),
        "NUL marks": lambda: good.replace("Child77", "Chi\0ld77").encode(),
        "NUL marks alone": lambda: b"\0" * MEBI,
        "line ends of three kinds": lambda: "".join(
            line + ("\n", "\r\n", "\r")[n % 3] for n, line in enumerate(lines)
        ).encode(),
        "carriage returns alone": lambda: (good.replace("\n", "\r") + '"').encode(),
        "quotation marks in quotation marks": lambda: (good + 'P9,"a"b"c""d"e' + '"' * 9999 + "\n").encode(),
        "a quotation mark inside a cell": lambda: (good + pupil(900, surname=f'Z"{PLANTED}') + '\n"').encode(),
        "UTF-16 of an odd length": lambda: good.encode("utf-16")[:-1],
        "UTF-16 with half a pair": lambda: good.encode("utf-16") + b"\x00\xd8\x41\x00",
        "UTF-32": lambda: good.encode("utf-32"),
        "two marks at the beginning": lambda: b"\xef\xbb\xbf" * 2 + good.encode(),
        "bytes that are no UTF-8 at the end": lambda: good.encode() * 200 + b"\xff\xfe\xfd",
        "UTF-8 written too long": lambda: good.encode() + b"\xc0\xaf\n",
        "half of a letter at the end": lambda: good.encode() + "é".encode()[:1],
        "no headings": lambda: "\n".join(rows).encode(),
        "a heading by a child's name": lambda: good.replace("Surname", f"{PLANTED} Zzyzx", 1).encode(),
        "the same heading twice": lambda: good.replace("Forename", "Surname", 1).encode(),
        "a heading of 1 MiB": lambda: good.replace("Forename", "F" * MEBI, 1).encode(),
        "headings alone": lambda: PUPIL_HEADINGS.encode(),
        "empty lines alone": lambda: b"\n" * MEBI,
        "no bytes": lambda: b"",
        "noise": lambda: padding(8192),
        "semicolons": lambda: good.replace(",", ";").encode(),
        "a workbook by another name": lambda: workbook({"a.txt": b"an extract"}),
        "a compressed file": lambda: zlib.compress(good.encode()),
        "too few cells": lambda: (good + "P00900,\n").encode(),
        "the headings again and again": lambda: ("\n".join([PUPIL_HEADINGS] * 500)).encode(),
        "statements": lambda: good.replace("Child7,", "'); drop table raw.synergy__pupils; --,").encode() + b'"',
        "every cell a formula": lambda: (good + ",".join(["=cmd|' /C calc'!A0"] * 11) + '\n"').encode(),
    }


def write_hostile(landing: Path) -> Iterator[tuple[Path, str]]:
    """Put one file of each kind into landing, under names that contracts know; yields where it lies and its kind."""
    for source, folder, name, kinds in (
        ("workbook", "family_matters", "family_matters_{:%Y-%m-%d}.xlsx", workbooks()),
        ("return", "school_census", "hostile_{:%Y%m%d}.xml", returns()),
        ("extract", "synergy", "synergy_pupils_{:%Y-%m-%d}.csv", csvs()),
    ):
        for number, (kind, make) in enumerate(kinds.items()):
            path = landing / folder / name.format(FIRST_DAY + timedelta(number))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(make())
            yield path, f"{source}: {kind}"
