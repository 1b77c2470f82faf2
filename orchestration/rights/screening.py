"""Screens what no contract reads by rows: does a file's content, or its name, tell of whom is looked for?"""

import os
import re
from pathlib import Path

import duckdb

from orchestration.rights import readings, remarks, spelling
from orchestration.rights.files import Delivered, Read
from orchestration.rights.purge import NOTICE
from orchestration.rights.spelling import Name
from orchestration.rights.workspace import is_wanted

UPN = re.compile(r"(?=([A-Z][0-9]{11}[0-9A-Z]))")
KEY = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
BETWEEN = re.compile(r"[\s_.\-]")
"""What people put between the characters of a UPN."""


def mentions(connection: duckdb.DuckDBPyConnection, read: Read, names: list[Name]) -> bool:
    """Whether there is something to strike in the content of a delivered file.

    By its rows, where it keeps a contract, and by what stands beside them. What keeps none is looked through as text;
    where it is none, it may tell of anybody, which only an erasure, that knows `names`, acts upon.
    """
    if read.rows:
        return True
    if read.is_whole:
        return remarks.any_remark(read, lambda remark: in_content(connection, remark, names))
    if is_notice(read.file.path):
        return False
    return any(
        (bool(names) and held.is_opaque) or _found(connection, held, names) for held in readings.of_file(read.file.path)
    )


def in_file(connection: duckdb.DuckDBPyConnection, path: Path, names: list[Name]) -> bool:
    """Whether the content of a file tells of whom is looked for, by all of it that can be read as text."""
    return not is_notice(path) and any(_found(connection, held, names) for held in readings.of_file(path))


def is_notice(path: Path) -> bool:
    """Whether nothing is left of a file, or there never was anything."""
    with path.open("rb") as stream:
        return stream.read(len(NOTICE.encode()) + 1) in (b"", NOTICE.encode())


def in_content(connection: duckdb.DuckDBPyConnection, content: bytes, names: list[Name]) -> bool:
    """Whether bytes tell of whom is looked for: by UPN, child_durable_key or name, in any form and encoding."""
    return _found(connection, readings.of(content), names)


def in_name(connection: duckdb.DuckDBPyConnection, name: str, names: list[Name]) -> bool:
    """The same of the name of a file; the bytes of one that is not UTF-8 are read in every encoding."""
    return in_content(connection, os.fsencode(name), names)


def file_by_name(connection: duckdb.DuckDBPyConnection, file: Delivered, names: list[Name]) -> bool:
    """The same of the name under which a file came, and of that under which it lies."""
    return any(in_name(connection, name, names) for name in {file.file_name, file.path.name})


def _found(connection: duckdb.DuckDBPyConnection, held: readings.Content, names: list[Name]) -> bool:
    if _has_identifier(connection, held.texts):
        return True
    if not names:
        return False
    plain = [spelling.plain(text) for text in held.texts]
    if held.is_scattered:
        return any(spelling.stands_in(" ".join(plain), name, near=None) for name in names)
    return any(spelling.stands_in(words, name) for words in plain for name in names)


def _has_identifier(connection: duckdb.DuckDBPyConnection, texts: list[str]) -> bool:
    upns: set[str] = set()
    keys: set[str] = set()
    for text in texts:
        upper = text.upper()
        upns.update(UPN.findall(upper), UPN.findall(BETWEEN.sub("", upper)))
        keys.update(KEY.findall(text.lower()))
    if not upns and not keys:
        return False
    found = connection.execute(
        f"""
        select 1 from (select unnest($upns::varchar[]) as text) where {is_wanted("upn", "'upn|' || text")}
        union all
        select 1 from (select unnest($keys::varchar[]) as text) where {is_wanted("key", "'key|' || text")}
        limit 1
        """,
        {"upns": sorted(upns), "keys": sorted(keys)},
    ).fetchall()
    return bool(found)


def refuse_naming(connection: duckdb.DuckDBPyConnection, reason: str, names: list[Name]) -> None:
    """Raise ValueError when a reason, which is kept for good, names whom `wanted` and `names` tell of."""
    words = spelling.plain(reason)
    by_name = any(spelling.alone_in(words, part) for name in names for part in name)
    if by_name or in_content(connection, reason.encode(), names):
        raise ValueError("The reason is kept for good and must not name the child: say why, not who.")
