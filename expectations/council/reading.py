"""Reads a council's folder, and says of every file, row and cell what is wrong with it."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb
import yaml

from expectations.council import seed
from expectations.council.problem import CHANGE, REMOVE, CouncilError, Line, Problem
from expectations.council.seed import FEWER, NOTHING, PROJECT, ROWS, SEEDS, Row, Seed

CONTRACTS = PROJECT / "expectations" / "contracts"
WHO = ("owner", "reason")
"""Whose each difference is and why: a row has both, whether or not its seed does; so does a contract."""
FORMS = {"boolean": "true or false", "date": "a day as 2026-09-01", "integer": "a whole number"}


@dataclass(frozen=True)
class Overlay:
    """What a folder says, by the seed or the contract ('<source>/<version>') that it is about, and what is wrong.

    Of a contract what differs, and its owner and reason.
    """

    lines: dict[str, list[Line]] = field(default_factory=dict)
    contracts: dict[str, tuple[dict[str, Any], tuple[str, str]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read(folder: Path) -> Overlay:
    """What a council's folder says, with what is wrong with each row by itself."""
    overlay = Overlay()
    for path in sorted(files(folder)):
        name = str(path.relative_to(folder))
        if re.fullmatch(r"seeds/\w+\.csv", name):
            overlay.problems.extend(_read_seed(overlay, path, name))
        elif re.fullmatch(r"contracts/\w+/\w+\.yml", name):
            overlay.problems.extend(_read_contract(overlay, path, name))
        elif name != "council.yml":
            remedy = "A folder holds council.yml, seeds/<seed>.csv, contracts/<source>/<version>.yml and notes (*.md)"
            overlay.problems.append(Problem(name, None, None, "nothing reads a file that lies here", remedy))
    return overlay


def _read_seed(overlay: Overlay, path: Path, name: str) -> Iterator[Problem]:
    if path.stem not in seed.names():
        yield Problem(name, None, None, f"there is no seed {path.stem}", _nearest(path.stem, seed.names(), "seeds"))
        return
    of = seed.named(path.stem)
    if of.changes == NOTHING:
        yield Problem(name, None, None, "the code names the rows of this seed", "Take the file away")
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, restkey="")
        columns, lines = list(reader.fieldnames or ()), [(reader.line_num, row) for row in reader]
    wrong = list(_wrong_columns(of, name, columns))
    yield from wrong
    if wrong:
        return
    defaults = {of.key_of(row): row for row in seed.rows(SEEDS / path.name)}
    seen: set[tuple[str, ...]] = set()
    for number, cells in lines:
        line = Line(name, number, {column: (cell or "").strip() for column, cell in cells.items() if column})
        wrong = []
        if "" in cells or None in cells.values():
            wrong = [line.problem(None, "it has not a cell for each column", "Quote cells that have a comma")]
        wrong = wrong or list(_wrong_cells(of, line)) or list(_wrong_line(of, line, columns, defaults, seen))
        seen.add(of.key_of(line.cells))
        overlay.lines.setdefault(of.name, []).append(line)
        yield from wrong


def _wrong_columns(of: Seed, file: str, columns: list[str]) -> Iterator[Problem]:
    known = [*of.types, *WHO, CHANGE]
    for column in columns:
        if column not in known:
            yield Problem(file, 1, column, "the seed has no such column", _nearest(column, of.types, "columns"))
        elif columns.count(column) > 1:
            yield Problem(file, 1, column, "the column is there twice", "Take one away")
    for column in dict.fromkeys((*of.key, *WHO)):
        if column not in columns:
            why = "part of the key of a row" if column in of.key else "asked of every difference"
            yield Problem(file, 1, column, f"the column is missing, which is {why}", "Add it")


def _wrong_cells(of: Seed, line: Line) -> Iterator[Problem]:
    """Asks what each cell is by its type, and puts the plain form of it in its place."""
    with duckdb.connect() as connection:
        for column, cell in line.cells.items():
            kind = of.types.get(column, "string")
            if not cell or kind == "string":
                continue
            (read,) = connection.execute(f"select try_cast($1 as {kind})::varchar", [cell]).fetchone() or (None,)
            if read is None:
                yield line.problem(
                    column, f"{cell!r} is not of the type {kind}", f"Write {FORMS.get(kind, 'a number')}"
                )
            elif not kind.startswith("decimal"):
                line.cells[column] = read
    for column in WHO:
        if not line.cells[column]:
            yield line.problem(column, "it is blank", "Say whose the difference is" if column == "owner" else "Say why")
    if line.cells.get(CHANGE, "") not in ("", REMOVE):
        yield line.problem(CHANGE, f"{line.cells[CHANGE]!r} is no change", f"Leave it blank, or write {REMOVE}")


def _wrong_line(
    of: Seed, line: Line, columns: list[str], defaults: dict[tuple[str, ...], Row], seen: set[tuple[str, ...]]
) -> Iterator[Problem]:
    key, column = of.key_of(line.cells), of.key[0] if of.key else None
    words = " ".join(key)
    if key in seen:
        yield line.problem(column, f"{words} is there twice", "Make one row of both")
    if line.is_removal and of.changes not in (FEWER, ROWS):
        yield line.problem(CHANGE, "the rows of this seed cannot be taken away", "Change values of it, or drop the row")
    elif line.is_removal and key not in defaults:
        yield line.problem(column, f"the defaults have no {words} to take away", _nearest_key(key, defaults))
    elif key not in defaults and of.changes != ROWS:
        yield line.problem(column, f"the defaults have no {words}, and it may not be new", _nearest_key(key, defaults))
    elif key not in defaults and (left := [name for name in of.types if name not in columns]):
        yield line.problem(column, f"{words} is new and its row lacks {', '.join(left)}", "Add the columns")
    elif not line.is_removal and key in defaults:
        yield from _looser(of, line, defaults[key])


def _looser(of: Seed, line: Line, default: Row) -> Iterator[Problem]:
    """Cells that let more be seen than the defaults do. What is none of the values is told by claims.py."""
    for column, steps in of.steps.items():
        cell, least = line.cells.get(column), default[column]
        if cell in steps and steps.index(cell) < steps.index(least):
            left = ", ".join(steps[steps.index(least) :])
            yield line.problem(
                column, f"{cell} is looser than {least}, which is the least here", f"Write one of {left}"
            )


def _read_contract(overlay: Overlay, path: Path, name: str) -> Iterator[Problem]:
    source, version = path.parts[-2], path.stem
    known = sorted(folder.name for folder in CONTRACTS.iterdir() if folder.is_dir())
    if source not in known:
        yield Problem(name, None, None, f"there is no source {source}", _nearest(source, known, "sources"))
        return
    document = mapping(path)
    if not isinstance(document, dict):
        yield Problem(name, None, None, "it is no mapping", "Write it as expectations/contracts/README.md says")
        return
    for who in WHO:
        if not document.get(who):
            yield Problem(name, None, who, "it is missing", "Say whose the difference is, and why: owner, reason")
    differs = {word: value for word, value in document.items() if word not in WHO}
    overlay.contracts[f"{source}/{version}"] = differs, (str(document.get("owner")), str(document.get("reason")))


def mapping(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        row = place.line + 1 if place else None
        raise CouncilError([Problem(path.name, row, None, "it cannot be read as YAML", "Correct it")]) from None


def _nearest(word: str, known: Iterable[str], things: str) -> str:
    near = get_close_matches(word, known := sorted(known), 1)
    return f"Write {near[0]}" if near else f"The {things} are {', '.join(known)}"


def _nearest_key(key: tuple[str, ...], defaults: Iterable[tuple[str, ...]]) -> str:
    return _nearest(" ".join(key), [" ".join(default) for default in defaults], "rows")


def files(folder: Path) -> Iterator[Path]:
    """The files of a folder that count: no hidden ones, such as those of git, and no notes."""
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and path.suffix != ".md":
            yield path
