"""Councils of a list whose warehouses run on this machine: each with a home, a key and settings of its own."""

from pathlib import Path

from orchestration.home import durable
from orchestration.region.council_list import Entry, Region, twice


class NotBuiltHere(ValueError):
    """A council that cannot be worked for here; the message says why and what to do."""


def built_here(region: Region) -> list[Entry]:
    """The councils of a list that have a key file, in its order.

    Raises NotBuiltHere if there is none, or one cannot be told apart.
    """
    here = [entry for entry in region.entries if entry.key_file]
    if not here:
        raise NotBuiltHere("No council of the list has a `key_file`, so none is built here: earlyhelp region build.")
    for entry in here:
        _guard(region, entry)
    return here


def chosen(region: Region, code: str) -> Entry:
    """The council of a code. Raises NotBuiltHere where there is none such, it is not built here, or it is not apart."""
    found = [entry for entry in region.entries if entry.code.lower() == code.lower()]
    if not found:
        codes = ", ".join(entry.code for entry in region.entries)
        raise NotBuiltHere(f"The list has no council {code}. It has {codes}.")
    _guard(region, found[0])
    return found[0]


def options(entry: Entry) -> dict[str, str | None]:
    """By their names in the environment the options that are a council's own; None where it has none."""
    return {
        "EARLYHELP_HOME": str(entry.folder),
        "EARLYHELP_KEY_FILE": str(entry.key_file),
        "EARLYHELP_COUNCIL": str(entry.settings) if entry.settings else None,
    }


def _guard(region: Region, entry: Entry) -> None:
    """Refuse what would put two councils into one home, or let children of one be known again in another."""
    if entry.key_file is None:
        raise NotBuiltHere(f"{entry.code} has no `key_file` in the list, so it is built elsewhere. Add one if not.")
    if why := twice(region.entries).get(region.entries.index(entry)):
        raise NotBuiltHere(f"{entry.code}: {why}. Correct the list.")
    if (entry.folder / "manifest.json").exists():
        raise NotBuiltHere(
            f"{entry.code}: {entry.folder} is a release that was handed over. Name a home as `release`, or take "
            "`key_file` out of the list."
        )
    if entry.settings and not entry.settings.is_dir():
        raise NotBuiltHere(f"{entry.code}: there is no folder {entry.settings}. Correct `settings` in the list.")
    others = [other.key_file for other in region.entries if other is not entry and other.key_file]
    if entry.key_file in others or _content(entry.key_file) in {_content(other) for other in others} - {None}:
        raise NotBuiltHere(
            f"{entry.code}: another council has the same key, by which its children would have the same pseudonyms. "
            "Give each a `key_file` of its own, which `earlyhelp --council CODE init` fills."
        )


def _content(key_file: Path) -> str | None:
    return durable.sha256(key_file) if key_file.is_file() else None
