"""Finds out in what encoding a text file is, and hands on UTF-8; never guesses, never replaces a letter."""

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.deliveries.problem import DeliveryProblem

CHUNK = 4 * 1024 * 1024


@contextmanager
def as_utf8(file: Path, allowed: tuple[str, ...], folder: Path) -> Iterator[Path]:
    """The file itself if it is UTF-8 (with or without BOM), else a copy in UTF-8 that is removed afterwards.

    UTF-16 is known by its BOM. cp1252 is read only where the contract allows it, because any bytes look like it.
    Raises DeliveryProblem for NUL marks and for bytes that are no text in any allowed encoding.
    """
    encoding = encoding_of(file, allowed)
    if encoding == "utf-8":
        yield file
        return
    copy = folder / f".{file.name}.utf8"
    try:
        with (
            file.open(encoding=encoding, newline="") as source,
            copy.open("w", encoding="utf-8", newline="") as target,
        ):
            while text := source.read(CHUNK):
                if "\0" in text:
                    raise DeliveryProblem(*_NUL)
                target.write(text)
        yield copy
    except UnicodeError:
        raise DeliveryProblem(
            f"the file is not {encoding} throughout", "Export it again as UTF-8; it may have been cut off"
        ) from None
    finally:
        copy.unlink(missing_ok=True)


_NUL = (
    "the file has NUL marks, so it is damaged or no text file",
    "Export it again as UTF-8 text; do not edit it on the way",
)


def encoding_of(file: Path, allowed: tuple[str, ...]) -> str:
    """'utf-8', 'utf-16' or 'cp1252', after every byte was looked at."""
    with file.open("rb") as stream:
        head = stream.read(4)
        if not head:
            raise DeliveryProblem("the file is empty", "Export it again")
        if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        stream.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        is_utf8, line, wrong_line = True, 1, None
        while chunk := stream.read(CHUNK):
            if b"\0" in chunk:
                raise DeliveryProblem(*_NUL, row=line + chunk.count(b"\n", 0, chunk.index(b"\0")))
            if is_utf8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    is_utf8, wrong_line = False, line + chunk.count(b"\n", 0, max(error.start, 0))
            line += chunk.count(b"\n")
        if is_utf8:
            try:
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                is_utf8, wrong_line = False, line
    if is_utf8:
        return "utf-8"
    if "cp1252" in allowed:
        return "cp1252"
    raise DeliveryProblem(
        "the text is not UTF-8 (it may be Windows-1252, as a spreadsheet saves it)",
        'Export it as UTF-8, in a spreadsheet "CSV UTF-8 (comma delimited)"',
        row=wrong_line,
    )
