"""Mutations that were tried, as JSON lines, so that a long run can be cut, and as a table."""

from collections import Counter
from dataclasses import asdict

from benchmarks.mutations.trial import SILENT, STOPPED, UNBUILT, UNCHANGED, WARNED, Trial
from benchmarks.trials.record import Record
from orchestration.commands import terminal

OUTCOMES = (STOPPED, WARNED, UNCHANGED, SILENT, UNBUILT)


class Mutations(Record):
    """What was tried with the code as it is."""

    def tried(self, seed: int, with_build: bool) -> dict[int, Trial]:
        """The trials done, by number; what must still be built counts as not done if it shall be."""
        trials = [Trial(**line) for line in self.lines("mutation") if line["seed"] == seed]
        return {trial.number: trial for trial in trials if not (with_build and trial.outcome == UNBUILT)}

    def add_tried(self, trial: Trial) -> None:
        self.append("mutation", asdict(trial))


def show(trials: list[Trial]) -> None:
    """Print a line for each kind, then every mutation of which nobody was told."""
    table = terminal.listing("", "kind", *(f">{outcome}" for outcome in OUTCOMES))
    kinds = sorted({trial.kind for trial in trials})
    for name, some in [*((kind, [t for t in trials if t.kind == kind]) for kind in kinds), ("together", trials)]:
        counts = Counter(trial.outcome for trial in some)
        terminal.add_row(table, name, *(counts[outcome] for outcome in OUTCOMES))
    terminal.console.print(table)
    for trial in trials:
        if trial.outcome in (SILENT, UNBUILT):
            figures = (
                f": {', '.join(trial.figures[:6])}{' …' if len(trial.figures) > 6 else ''}" if trial.figures else ""
            )
            terminal.say(
                f"{trial.number} {trial.kind}, {trial.file} ({trial.arrival}), {trial.what}: {trial.outcome}{figures}"
            )
