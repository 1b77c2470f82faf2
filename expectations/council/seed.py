"""A reference seed as its .yml declares it: columns, key, what a council may change, and what must hold of its rows."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[2]
SEEDS = PROJECT / "seeds" / "reference"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Row = dict[str, str]
"""The cells of a row by their columns, as text; an empty one is blank."""

NOTHING, VALUES, FEWER, ROWS = "nothing", "values", "fewer", "rows"
"""What a council may change (`meta: {council: …}` of a seed): nothing, where the code names the rows; values of rows
that are there, where nothing is said; those, and take rows away; those, and add rows too."""
TIGHTER = "tighter"
"""What a council may say in a column (`meta: {council: tighter}`): what its seed says, or a value that the column's
accepted_values has behind that. They stand there from the loosest to the strictest."""


@dataclass(frozen=True)
class Claim:
    """What a data test of the seed says of one column, or of its rows: the name of the test and its arguments."""

    kind: str
    column: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Seed:
    """A seed: the types of its columns in their order, the columns that tell rows apart (none: it has one row).

    `steps` are the values, from the loosest on, of columns in which a council may only be stricter.
    """

    name: str
    about: str
    types: dict[str, str]
    key: tuple[str, ...]
    changes: str
    claims: tuple[Claim, ...]
    steps: dict[str, tuple[str, ...]]

    def key_of(self, row: Row) -> tuple[str, ...]:
        return tuple(row[column] for column in self.key)


def names() -> list[str]:
    return sorted(path.stem for path in SEEDS.glob("*.csv"))


@cache
def named(name: str) -> Seed:
    """The seed of this name, which there is."""
    (declared,) = yaml.load((SEEDS / f"{name}.yml").read_text(encoding="utf-8"), LOADER)["seeds"]
    claims = tuple(_claims(declared))
    changes = declared["config"].get("meta", {}).get("council", VALUES)
    if changes not in (NOTHING, VALUES, FEWER, ROWS):
        raise ValueError(f"{name}.yml: a council may change {NOTHING}, {VALUES}, {FEWER} or {ROWS}, not {changes}")
    with (SEEDS / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        types = {column: declared["config"]["column_types"][column] for column in next(csv.reader(file))}
    about = " ".join(declared["description"].split())
    return Seed(name, about, types, _key(claims), changes, claims, _steps(declared, claims))


def rows(path: Path) -> list[Row]:
    """The rows of a seed's file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, seed: Seed, found: list[Row]) -> None:
    """Write rows as a seed's file, its columns in their order."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(seed.types), lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)


def _claims(declared: dict[str, Any]) -> Iterator[Claim]:
    for test in declared.get("data_tests", []):
        yield _claim("", test)
    for column in declared["columns"]:
        for test in column.get("data_tests", []):
            yield _claim(column["name"], test)


def _steps(declared: dict[str, Any], claims: tuple[Claim, ...]) -> dict[str, tuple[str, ...]]:
    tighter = [
        column["name"]
        for column in declared["columns"]
        if column.get("config", {}).get("meta", {}).get("council") == TIGHTER
    ]
    values = {claim.column: claim.arguments["values"] for claim in claims if claim.kind == "accepted_values"}
    return {column: tuple(values[column]) for column in tighter}


def _claim(column: str, test: str | dict[str, Any]) -> Claim:
    if isinstance(test, str):
        return Claim(test, column, {})
    ((kind, body),) = test.items()
    return Claim(kind, column, body["arguments"])


def _key(claims: tuple[Claim, ...]) -> tuple[str, ...]:
    """What is declared to be unique: columns together, one column, or a day within what does not overlap."""
    for claim in claims:
        if claim.kind == "unique_combination":
            return tuple(claim.arguments["columns"])
    for claim in claims:
        if claim.kind == "no_overlap":
            return (*claim.arguments["partition_by"], claim.arguments.get("from_column", "valid_from_date"))
    return next(((claim.column,) for claim in claims if claim.kind == "unique"), ())
