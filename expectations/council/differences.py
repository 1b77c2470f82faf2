"""What a council's folder changes of the defaults, each difference with whose it is and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from expectations.council import seed
from expectations.council.problem import Line
from expectations.council.reading import CONTRACTS, WHO, Overlay
from expectations.council.seed import SEEDS, Row, Seed


@dataclass(frozen=True)
class Difference:
    """One row or one contract that is otherwise: which, in what words, whose and why."""

    of: str
    change: str
    owner: str
    reason: str


def differences(overlay: Overlay) -> Iterator[Difference]:
    """Seed by seed in the order of their rows, then the contracts."""
    for name, lines in sorted(overlay.lines.items()):
        of = seed.named(name)
        defaults = {of.key_of(row): row for row in seed.rows(SEEDS / f"{name}.csv")}
        for line in lines:
            key = of.key_of(line.cells)
            change = _change(of, line, defaults.get(key))
            yield Difference(f"{name} {' '.join(key)}".strip(), change, line.cells["owner"], line.cells["reason"])
    for name, (differs, who) in sorted(overlay.contracts.items()):
        is_new = not (CONTRACTS / f"{name}.yml").exists()
        change = "a contract of its own" if is_new else "; ".join(_leaves(differs))
        yield Difference(f"contract {name}", change, *who)


def _change(of: Seed, line: Line, default: Row | None) -> str:
    cells = {name: cell for name, cell in line.cells.items() if name in of.types and name not in (*of.key, *WHO)}
    if line.is_removal:
        return "taken away"
    if default is None:
        return ", ".join(["new", *(f"{name} {cell}" for name, cell in cells.items() if cell)])
    changed = [f"{name} {default[name] or '(blank)'} → {cell or '(blank)'}" for name, cell in cells.items()]
    changed = [one for one, (name, cell) in zip(changed, cells.items(), strict=True) if default[name] != cell]
    return ", ".join(changed) or "as in the defaults: the row may go"


def _leaves(mapping: dict[str, Any], above: str = "") -> Iterator[str]:
    for name, value in mapping.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{above}{name}.")
        else:
            words = "taken away" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else value
            yield f"{above}{name}: {words}"
