"""Measures the linkage on invented counties: what was linked, what should have been, what it does to the family flag.

Each county is made, delivered, loaded and linked as a council's own files are; nothing is tuned on the way.
"""

import math
import secrets
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from orchestration import deliveries
from orchestration.build import database, warehouse
from orchestration.home import progress
from orchestration.linkage import charts
from orchestration.settings import Settings

TRUTH = Path(__file__).with_name("truth.sql")
SELECTED = (
    "+int_people_linked",
    "+int_review_queue",
    "+dim_child_identity",
    "+fct_family_support",
    "+fct_flag_assessment",
)
"""What the comparison reads, and all that it is made of."""


@dataclass
class Case:
    """Counts of one hard case: children to be found, links right and wrong, children found among the reviews."""

    children: int = 0
    right: int = 0
    wrong: int = 0
    in_review: int = 0
    reviews: int = 0

    @property
    def precision(self) -> tuple[float, float, float] | None:
        """Right among the automatic links, with the 95 % interval; None when there is no link."""
        return proportion(self.right, self.right + self.wrong)

    @property
    def recall(self) -> tuple[float, float, float] | None:
        """Children linked, of those to be found."""
        return proportion(self.right, self.children)

    @property
    def recall_with_review(self) -> tuple[float, float, float] | None:
        """Children linked or put before a reviewer, of those to be found."""
        return proportion(self.right + self.in_review, self.children)


@dataclass
class Evaluation:
    """Sums over the counties: cases by name, and (true, exact links alone, all links) states of the family flag."""

    cases: dict[str, Case] = field(default_factory=dict)
    flags: Counter[tuple[str, str, str]] = field(default_factory=Counter)


def proportion(found: int, of: int) -> tuple[float, float, float] | None:
    """A proportion with its 95 % interval after Wilson, which does not collapse at 0 and 1."""
    if not of:
        return None
    z = 1.959964
    p = found / of
    centre = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return p, max(0.0, centre - half), min(1.0, centre + half)


def evaluate(
    settings: Settings, size: str, seeds: list[int], as_of: str, pictures: Path, work: Path | None = None
) -> Evaluation:
    """Make, load and link a dirty county for each seed and compare with its truth.

    The charts of the last county go to the folder `pictures`. `work` keeps the counties and their builds for a look
    afterwards; without it they are removed.
    """
    total = Evaluation()
    with tempfile.TemporaryDirectory() as temporary:
        for seed in seeds:
            folder = (work or Path(temporary)) / f"{size}-{seed}"
            home = _home(settings, folder)
            _link(home, size, seed, folder / "county", as_of)
            _add(total, home, folder / "county")
        progress.say("charts")
        with database.connect(home) as connection:
            charts.draw(connection, pictures)
    return total


def _home(settings: Settings, folder: Path) -> Settings:
    """The same settings for a home of an invented county, whose children need no key that lasts."""
    return settings.model_copy(update={"home": (folder / "home").resolve(), "key": secrets.token_hex(32)})


def _link(settings: Settings, size: str, seed: int, folder: Path, as_of: str) -> None:
    from synthetic import county

    if not folder.exists():
        county.write(folder, size, seed, progress=lambda step: progress.say(f"seed {seed}: {step}"))
    if not settings.build_file.exists():
        deliveries.deliver(settings, [folder / "extracts"], None)
        with database.connect(settings) as connection:
            deliveries.load(settings, connection, "evaluation")
    progress.say(f"seed {seed}: linkage")
    warehouse.build_selected(settings, as_of, *SELECTED)


def _add(total: Evaluation, settings: Settings, folder: Path) -> None:
    with database.connect(settings) as connection:
        connection.execute("set variable truth = ?", [str(folder / "truth")])
        connection.execute(TRUTH.read_text(encoding="utf-8"))
        for name, *counts in connection.execute("from linked_case").fetchall():
            case = total.cases.setdefault(name.strip(), Case())
            for attribute, count in zip(("children", "right", "wrong", "in_review", "reviews"), counts, strict=True):
                setattr(case, attribute, getattr(case, attribute) + count)
        for *states, count in connection.execute("select *, count(*) from family_flag group by all").fetchall():
            total.flags[tuple(states)] += count
