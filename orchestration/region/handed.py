"""The release that a council hands over: found, whole, of this interface; or what is wrong with it, and the remedy."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.home import durable
from orchestration.region import interface
from orchestration.region.council_list import Entry, twice
from orchestration.releases import store
from orchestration.releases.store import Release

REGION = "region"
"""What the manifest of a region's release has, and a council's has not."""


@dataclass(frozen=True)
class Fit:
    """A council whose release can be read. `as_of` is the day it speaks of."""

    entry: Entry
    release: Release
    as_of: date


@dataclass(frozen=True)
class LeftOut:
    """A council that is not united with the others: what is wrong, which anybody may know, and what to do."""

    entry: Entry
    fault: str
    remedy: str


class Unfit(ValueError):
    """Why a council's release cannot be united, and what to do."""

    def __init__(self, fault: str, remedy: str) -> None:
        self.fault, self.remedy = fault, remedy
        super().__init__(f"{fault}. Remedy: {remedy}.")


Looked = Fit | LeftOut


def look(entries: list[Entry], as_of: date | None) -> list[Looked]:
    """Each council of the list as it can be united, in the order of the list; one that can't harms no other.

    `as_of` is the day that all must speak of; None for the day that most of them do, the later one of two.
    """
    doubled = twice(entries)
    looked: list[Looked] = [
        LeftOut(entry, doubled[place], "Take out the line that is not meant") if place in doubled else _look(entry)
        for place, entry in enumerate(entries)
    ]
    looked = _without(looked, _copies(looked))
    return _without(looked, _of_other_days(looked, as_of))


def fits(looked: list[Looked]) -> list[Fit]:
    return [one for one in looked if isinstance(one, Fit)]


def _without(looked: list[Looked], left_out: dict[str, LeftOut]) -> list[Looked]:
    return [left_out.get(one.entry.code, one) if isinstance(one, Fit) else one for one in looked]


def _look(entry: Entry) -> Looked:
    try:
        release = _release(entry.folder)
        _expect_whole(release)
        return Fit(entry, release, date.fromisoformat(release.manifest["as_of_date"]))
    except Unfit as problem:
        return LeftOut(entry, problem.fault, problem.remedy)
    except store.DamagedRelease:
        return LeftOut(
            entry, "its manifest.json is missing or damaged", "Copy its release again, or go back to another"
        )
    except OSError as problem:
        return LeftOut(
            entry, f"{Path(problem.filename).name} cannot be read: {problem.strerror}", "Let this account read it"
        )
    except (KeyError, TypeError, AttributeError, ValueError):
        return LeftOut(entry, "its manifest.json is not that of a release", "Copy its release again")


def _release(folder: Path) -> Release:
    here = folder / "current" if (folder / "current").exists() else folder
    if not here.is_dir() or not (here / store.MANIFEST).exists():
        raise Unfit("no release lies in its folder", f"Build one in {folder}, or correct `release` in the list")
    release = Release(here.resolve(), store.manifest_of(here))
    if REGION in release.manifest:
        raise Unfit("it is the release of a region", "List the councils of that region")
    return release


def _expect_whole(release: Release) -> None:
    """What is read is there and is what the manifest says. Raises Unfit."""
    listed = release.manifest["files"]
    for name in interface.files():
        if name not in listed:
            if listed.get(store.FILE_NAME, {}).get("key_id"):
                raise Unfit(
                    "its analysts' file is encrypted, so that it has no Parquet",
                    "Publish it from a home whose ref_audience leaves the analysts' file unencrypted",
                )
            raise Unfit(
                f"version {release.manifest.get('version')} of its release has no {name}", "Build it with this version"
            )
        path = release.folder / name
        if not path.exists() or durable.sha256(path) != listed[name]["sha256"]:
            raise Unfit(
                f"{name} is missing or not what its manifest says", "Copy the release again; `earlyhelp verify` there"
            )


def _copies(looked: list[Looked]) -> dict[str, LeftOut]:
    """One content under two codes would count its children twice."""
    contents = Counter(one.release.manifest.get("content_sha256") for one in fits(looked))
    return {
        one.entry.code: LeftOut(
            one.entry, "another council of the list hands over the same content", "Correct `release` of the wrong one"
        )
        for one in fits(looked)
        if contents[one.release.manifest.get("content_sha256")] > 1
    }


def _of_other_days(looked: list[Looked], as_of: date | None) -> dict[str, LeftOut]:
    days = Counter(one.as_of for one in fits(looked))
    day = as_of or max(days, key=lambda day: (days[day], day), default=None)
    return {
        one.entry.code: LeftOut(
            one.entry,
            f"its release speaks of {one.as_of}, not of {day}",
            f"Build it with --as-of {day}, or the region with --as-of {one.as_of}",
        )
        for one in fits(looked)
        if one.as_of != day
    }
