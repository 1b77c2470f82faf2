"""Every text that the bytes of a file may be meant as: encodings, escapes, mark-up, and the members of archives.

Nothing here judges which reading is the right one: a name that stands in any of them stands in the file.
"""

import codecs
import gzip
import html
import io
import quopri
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

ROOM = 64 * 2**20
"""So many bytes are looked through together, and as many are unpacked from an archive; what is larger is opaque."""

OVERLAP = 2**12

DEEPEST = 3
"""An archive in an archive in an archive is opened, no further one."""

ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|\\'([0-9a-fA-F]{2})|\\[abfnrtv0]")
"""A character as JSON, programs and RTF write it."""

TAG = re.compile(r"<[^<>]*>")
APART = re.compile(r"</?(?:\w+:)?(?:p|br|tab|cr|t[rcdh]|row|c|v|si|li|h\d|div|[A-Z]\w*)\b[^<>]*>")
"""Mark-up between two texts; any other may stand in the middle of a word, as a word processor puts it."""

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1f]")


@dataclass(frozen=True)
class Content:
    """What bytes may be meant as.

    `is_scattered`: they are an archive, whose members keep the texts of one row apart. `is_opaque`: not all of them can
    be read as text, so that more may stand there.
    """

    texts: list[str]
    is_scattered: bool
    is_opaque: bool


def of_file(path: Path) -> Iterator[Content]:
    """All readings of a file; one that is no archive and has more than ROOM bytes comes in pieces that overlap."""
    if path.stat().st_size <= ROOM:
        yield of(path.read_bytes())
    elif zipfile.is_zipfile(path):
        yield Content([], True, True)
    else:
        with path.open("rb") as stream:
            end = b""
            while piece := stream.read(ROOM):
                yield of(end + piece)
                end = piece[-OVERLAP:]


def of(content: bytes, room: int = ROOM, depth: int = 0) -> Content:
    """All readings of bytes. At most `room` bytes are unpacked."""
    texts = list(dict.fromkeys(_texts(content)))
    if zipfile.is_zipfile(io.BytesIO(content)):
        return _of_archive(content, texts, room, depth)
    if content[:2] == b"\x1f\x8b":
        try:
            with gzip.open(io.BytesIO(content)) as unpacked:
                inner = unpacked.read(room + 1)
        except (OSError, EOFError, zlib.error):
            return Content(texts, False, True)
        held = of(inner[:room], 0, depth + 1)
        return Content(texts + held.texts, held.is_scattered, held.is_opaque or len(inner) > room)
    return Content(texts, False, _is_opaque(content))


def _of_archive(content: bytes, texts: list[str], room: int, depth: int) -> Content:
    is_opaque = depth >= DEEPEST
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist() if depth < DEEPEST else []
            for member in members:
                # An archive that does not say that its names are UTF-8 may mean any code page by them.
                texts += [member.filename, *_texts(_name(member)), *_texts(member.comment)]
                if member.file_size > room:
                    is_opaque = True
                    continue
                with archive.open(member) as stream:
                    inner = stream.read(room)
                room -= len(inner)
                held = of(inner, room, depth + 1)
                texts += held.texts
                is_opaque |= held.is_opaque
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError, ValueError):
        # Broken, encrypted, or packed in a way that is not known here.
        is_opaque = True
    return Content(texts, True, is_opaque)


def _name(member: zipfile.ZipInfo) -> bytes:
    try:
        return member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename.encode("utf-8", errors="replace")


def _texts(content: bytes) -> Iterator[str]:
    for text in _decoded(content):
        yield text
        unescaped = html.unescape(unquote(ESCAPE.sub(_character, text)))
        if unescaped != text:
            yield unescaped
        if "<" in text and ">" in text:
            yield TAG.sub(" ", unescaped)
            yield TAG.sub("", APART.sub(" ", unescaped))


def _decoded(content: bytes) -> Iterator[str]:
    """The bytes as text. Where they are text throughout in UTF-8 or, as they say, UTF-16, nothing else is meant."""
    try:
        yield content.decode("utf-16" if content[:2] in UTF_16 else "utf-8")
        is_sure = content[:2] in UTF_16 or b"\0" not in content
    except UnicodeDecodeError:
        is_sure = False
    if not is_sure:
        yield content.decode("utf-8", errors="replace")
        yield content.replace(b"\0", b"").decode("cp1252", errors="replace")
    if not is_sure and b"\0" in content:
        for encoding in ("utf-16-le", "utf-16-be"):
            # In the middle of a file a text may begin at an odd place.
            yield content.decode(encoding, errors="replace")
            yield content[1:].decode(encoding, errors="replace")
    if b"=" in content:
        yield quopri.decodestring(content).decode("utf-8", errors="replace")


def _character(escape: re.Match[str]) -> str:
    digits = next(filter(None, escape.groups()), None)
    return chr(int(digits, 16)) if digits else " "


def _is_opaque(content: bytes) -> bool:
    """Whether bytes are no text in any encoding that is read here: a picture, a PDF, a workbook of the old form."""
    if content.startswith(b"%PDF"):
        return True
    if content[:2] in UTF_16:
        try:
            content.decode("utf-16")
        except UnicodeDecodeError:
            return True
        return False
    return bool(CONTROL.search(content))
