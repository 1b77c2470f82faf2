"""Which delivery is broken in which way: drawn from a seed and a number, so that a mutation can be made again."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.mutations.files import read
from benchmarks.mutations.kinds import KINDS

ARRIVALS = ("first", "again")
"""In place of the right file, or after it under the same name, as a correction does."""


@dataclass(frozen=True)
class Mutation:
    """A delivery of a county, the bytes that come in its place, and what was done to them."""

    number: int
    kind: str
    arrival: str
    path: Path
    what: str
    content: bytes


def drawn(number: int, seed: int, extracts: Path, arrivals: Iterable[str] = ARRIVALS) -> Mutation:
    """The mutation of a number: kinds take turns, and each kind of file is as likely as another."""
    chance = Random(f"{seed} {number}")
    kind = list(KINDS)[number % len(KINDS)]
    arrival = chance.choice(list(arrivals))
    families: dict[str, list[Path]] = {}
    for path in sorted(extracts.glob("*/*")):
        # Records of authorities' returns stand in other elements, or files, than pupils of a school's census, and lists
        # of concerns are taken out of before they are read: their wrong deliveries are made by hand.
        if path.parent.name in ("nccis", "cin_census", "sen2", "concerns"):
            continue
        families.setdefault(re.sub(r"\d+", "", path.name), []).append(path)
    while True:
        path = chance.choice(families[chance.choice(list(families))])
        delivery = read(path)
        what = KINDS[kind](chance, delivery)
        if what and (content := delivery.bytes()) != read(path).bytes():
            return Mutation(number, kind, arrival, path, what, content)
