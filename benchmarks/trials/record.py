"""Trials as JSON lines, so that a long run can be cut and goes on where it was, and as a table."""

import json
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.trials.stages import Undisturbed
from orchestration.build import fingerprint
from orchestration.commands import terminal


@dataclass(frozen=True)
class Trial:
    """One fault and what came of it.

    `point`: where it fell; `hit`: whether it took effect; `runs`: commands needed afterwards; `wrong`: what is not as
    without it, empty when all is; `while_running`: the last line said, then the processes that lived.
    """

    kind: str
    stage: str
    seed: int
    number: int
    point: str
    hit: bool
    runs: int
    wrong: list[str]
    seconds: float
    while_running: list[str]


class Record:
    """What was tried with the code as it is. Lines of other code stay in the file and do not count."""

    def __init__(self, file: Path) -> None:
        self._file, self._lock, self._code = file, threading.Lock(), fingerprint.code()

    def trials(self, kind: str, stage: str, seed: int) -> dict[int, Trial]:
        """The trials done, by number."""
        of = {"kind": kind, "stage": stage, "seed": seed}
        return {line["number"]: Trial(**line) for line in self.lines("trial") if line.items() >= of.items()}

    def reference(self, kind: str, stage: str) -> Undisturbed | None:
        """How the stage ended undisturbed, if it was run."""
        lines = [line for line in self.lines("undisturbed") if (line.pop("kind"), line.pop("stage")) == (kind, stage)]
        return Undisturbed(**lines[-1]) if lines else None

    def add(self, trial: Trial) -> None:
        self.append("trial", asdict(trial))

    def add_reference(self, kind: str, stage: str, reference: Undisturbed) -> None:
        self.append("undisturbed", {"kind": kind, "stage": stage, **asdict(reference)})

    def lines(self, what: str) -> list[dict[str, Any]]:
        """The lines of one sort that this code wrote."""
        lines = self._file.read_text(encoding="utf-8").splitlines() if self._file.exists() else []
        return [line[what] for line in map(json.loads, lines) if line["code_sha256"] == self._code and what in line]

    def append(self, what: str, line: dict[str, Any]) -> None:
        """Add a line of one sort, whole."""
        with self._lock, self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"code_sha256": self._code, what: line}) + "\n")


def show(trials: Iterable[Trial]) -> None:
    """Print a line for each stage, then each thing that went wrong with how often and where first."""
    by_stage: dict[tuple[str, str], list[Trial]] = {}
    for trial in trials:
        by_stage.setdefault((trial.kind, trial.stage), []).append(trial)
    table = terminal.listing("", "fault", "stage", ">trials", ">hit", ">converged", ">differing", ">runs", ">seconds")
    for (kind, stage), done in by_stage.items():
        differing = sum(bool(trial.wrong) for trial in done)
        hit, runs = sum(trial.hit for trial in done), max(trial.runs for trial in done)
        seconds = f"{sum(trial.seconds for trial in done):,.0f}"
        terminal.add_row(table, kind, stage, len(done), hit, len(done) - differing, differing, runs, seconds)
    terminal.console.print(table)
    for (_, stage), done in by_stage.items():
        found = [(wrong, trial) for trial in done for wrong in trial.wrong]
        for wrong, times in Counter(wrong for wrong, _ in found).most_common():
            first = next(trial for each, trial in found if each == wrong)
            terminal.say(f"{stage}: {wrong} ({times}×; first in number {first.number}, {first.point})")
