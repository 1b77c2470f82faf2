"""The list of a region: which councils there are, and where the release of each lies."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,19}")
MUST, MAY = {"code", "name", "release"}, {"key_file", "settings"}
EXAMPLE = "name: North\ncouncils:\n  - {code: E06000101, name: Borough of Eastmere, release: /srv/eastmere}"


class WrongList(ValueError):
    """A list that cannot be read; the message says where and what to do."""


@dataclass(frozen=True)
class Entry:
    """A council of the list. `folder` is its home, or a release that it handed over.

    A council that is built here, `homes.py`, has a `key_file`, and `settings` where its folder of settings lies.
    """

    code: str
    name: str
    folder: Path
    key_file: Path | None = None
    settings: Path | None = None


@dataclass(frozen=True)
class Region:
    """A region as it is listed, its councils in the order of the list."""

    name: str
    entries: list[Entry]


def read(file: Path) -> Region:
    """The region of a list; a relative folder is one beside the list. Raises WrongList when it cannot be read."""
    try:
        written = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as problem:
        raise WrongList(f"{file} cannot be read as YAML: {problem}. Write it like this:\n{EXAMPLE}") from None
    councils = written.get("councils") if isinstance(written, dict) else None
    if not (isinstance(councils, list) and councils and isinstance(written.get("name"), str)):
        raise WrongList(f"{file} must have a name and a list of councils. Write it like this:\n{EXAMPLE}")
    return Region(written["name"], [_entry(file, number, item) for number, item in enumerate(councils, 1)])


def _entry(file: Path, number: int, item: Any) -> Entry:
    if not (isinstance(item, dict) and MUST <= item.keys() <= MUST | MAY):
        raise WrongList(
            f"{file}, council {number}: it must have {', '.join(sorted(MUST))}; one that is built here may have "
            f"{' and '.join(sorted(MAY))} too, and nothing else."
        )
    if not CODE.fullmatch(str(item["code"])):
        raise WrongList(
            f"{file}, council {number}: its code may have letters, digits, - and _, 20 at most; in quotes if it "
            "begins with a nought."
        )
    places = {
        key: (file.parent / Path(str(item[key])).expanduser()).resolve()
        for key in ("release", "key_file", "settings")
        if key in item
    }
    return Entry(
        str(item["code"]), str(item["name"]), places["release"], places.get("key_file"), places.get("settings")
    )


def twice(entries: list[Entry]) -> dict[int, str]:
    """Which councils, by their places in the list, are there twice, and how; which of the two is meant is not known."""
    codes = Counter(entry.code.lower() for entry in entries)
    folders = Counter(entry.folder for entry in entries)
    return {
        place: f"the list has {'its code' if codes[entry.code.lower()] > 1 else 'its folder'} more than once"
        for place, entry in enumerate(entries)
        if codes[entry.code.lower()] > 1 or folders[entry.folder] > 1
    }
