"""The trained numbers of the linkage model: one dated file a training, under version control; the newest counts.

For each level of each comparison, m is how often it is seen between records of one person, u between records of two.
"""

import hashlib
import json
from pathlib import Path

from orchestration.linkage.comparisons import COMPARISONS, DIFFERENT, settings

FOLDER = Path(__file__).resolve().parent / "parameters"


class UntrainedLevel(ValueError):
    """A level has no m or no u: the model would fall back on a default without a word."""


def newest(folder: Path = FOLDER) -> Path:
    """The file of the latest training. Raises FileNotFoundError when there is none."""
    files = sorted(folder.glob("*.json"))
    if not files:
        raise FileNotFoundError(f"No parameters in {folder}: train the model with `earlyhelp linkage train`.")
    return files[-1]


def load(path: Path | None = None) -> dict[str, dict[str, dict[str, float]]]:
    """Comparison → level → m and u. Raises UntrainedLevel, naming every level without a probability between 0 and 1."""
    path = path or newest()
    found: dict[str, dict[str, dict[str, float]]] = json.loads(path.read_text())["comparisons"]
    untrained = [
        f"{name}: {label}"
        for name, comparison in COMPARISONS.items()
        for label in [*comparison.levels, DIFFERENT]
        if not all(_is_probability(found.get(name, {}).get(label, {}).get(side)) for side in ("m", "u"))
    ]
    if untrained:
        raise UntrainedLevel(
            f"{path.name} has no m or u for {'; '.join(untrained)}. Train the model again (`earlyhelp linkage train`) "
            "on data in which these levels occur, or set both by hand in the file."
        )
    return found


def about(path: Path | None = None) -> dict[str, str]:
    """When and on what the parameters were trained."""
    found = json.loads((path or newest()).read_text())
    return {name: found[name] for name in ("trained_at", "trained_on", "splink")}


def _is_probability(value: object) -> bool:
    return isinstance(value, float) and 0 < value <= 1


def version(path: Path | None = None) -> str:
    """Changes with the parameters and with what is compared: scores of another version are not used again."""
    return hashlib.sha256(json.dumps(settings(load(path)), sort_keys=True).encode()).hexdigest()[:16]
