"""A CSV as it is written, record by record: for whoever takes rows out of it and leaves all else as it was."""

import codecs
import csv
from collections.abc import Iterator, Set
from pathlib import Path

from orchestration.deliveries.readers.encoding import encoding_of

LONGEST_CELL = 2**31 - 1


def encoding_as_written(file: Path, allowed: tuple[str, ...]) -> str:
    """The encoding of a CSV, UTF-16 with its order of bytes: then the mark at the beginning is text like all else."""
    encoding = encoding_of(file, allowed)
    if encoding != "utf-16":
        return encoding
    with file.open("rb") as stream:
        return "utf-16-le" if stream.read(2) == codecs.BOM_UTF16_LE else "utf-16-be"


def records(lines: Iterator[str], delimiter: str) -> Iterator[str]:
    """Records of a CSV as they are written. A line end between quotation marks ends none, and a mark that stands within
    a cell is a letter like others, as it is to DuckDB."""
    taken: list[str] = []

    def noted() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    # What was read within the limits has no cell too long. The bound is all the process's and is never lowered.
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))
    for _ in csv.reader(noted(), delimiter=delimiter):
        yield "".join(taken)
        taken.clear()


def write_without(file: Path, target: Path, encoding: str, delimiter: str, gone: Set[int]) -> None:
    """Write a CSV without some of its rows, which are numbered from 1 and blank lines are none.

    Raises RuntimeError when there is no such row.
    """
    with (
        file.open(encoding=encoding, newline="") as source,
        target.open("w", encoding=encoding, newline="") as kept,
    ):
        written = records(source, delimiter)
        kept.write(next(written))
        number = 0
        for record in written:
            number += bool(record.strip("\r\n"))
            if number not in gone or not record.strip("\r\n"):
                kept.write(record)
    if gone and max(gone) > number:
        raise RuntimeError(f"row {max(gone)} was read and cannot be found again; nothing is taken out")
