"""A warehouse with a council's folder laid over the checkout."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.warehouse import DAY, Warehouse

BY = ["Early help board", "For the test"]


@dataclass(frozen=True)
class Council(Warehouse):
    """A warehouse with a council's folder laid over the checkout."""

    folder: Path = Path()

    def environment(self, **more: str) -> dict[str, str]:
        return super().environment(**{"EARLYHELP_COUNCIL": str(self.folder)} | more)

    def builds(self) -> str:
        done = self.earlyhelp("build", "--as-of", DAY)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def manifest(self) -> dict[str, Any]:
        return json.loads((self.home / "current" / "manifest.json").read_text())

    def made_anew(self) -> dict[str, list[str]]:
        """The tables that the last run made anew, with what for."""
        return dict(
            self.inside(
                "select replace(relation, '\"', ''), reasons from ops.node_state "
                "where relation is not null and made_at = (select said_at from ops.build_run)"
            )
        )


def say(folder: Path, name: str, columns: str, *rows: list[str]) -> None:
    """Write a seed of a council's folder, each row with an owner and a reason."""
    path = folder / "seeds" / f"{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([[*columns.split(","), "owner", "reason"], *([*row, *BY] for row in rows)])
