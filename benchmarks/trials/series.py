"""A series of trials of one stage: as many as are asked for, less those that the record has already."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

from benchmarks.trials.full_disk import STAGES_OF_DISK, fill, small_disk
from benchmarks.trials.kills import kill
from benchmarks.trials.record import Record, Trial
from benchmarks.trials.stages import STAGES, Disk, Stage, Undisturbed, undisturbed
from tests.support.warehouse import Warehouse

Disturb = Callable[[Stage, int, int, Warehouse, Undisturbed, Path], Trial]

KINDS: dict[str, tuple[dict[str, Stage], Disturb, Disk]] = {
    "kills": (STAGES, kill, nullcontext),
    "full-disk": (STAGES_OF_DISK, fill, small_disk),
}
"""The kinds of faults: their stages, one trial, the disk that homes lie on."""


@dataclass(frozen=True)
class Series:
    """What is asked for: `count` trials whose fault takes effect, `jobs` at the same time."""

    kind: str
    stage: str
    seed: int
    count: int
    jobs: int


def planned(kind: str, names: list[str], seed: int, count: int, jobs: int) -> list[Series]:
    """The series of the stages named, `count` trials together, each stage with its share."""
    stages = KINDS[kind][0]
    ends = list(accumulate(stages[name].share for name in names))
    bounds = [round(count * end / ends[-1]) for end in (0, *ends)]
    return [
        Series(kind, name, seed, to - after, jobs) for name, (after, to) in zip(names, pairwise(bounds), strict=True)
    ]


def hold(series: Series, built: Warehouse, record: Record, scratch: Path, say: Callable[[str], None]) -> list[Trial]:
    """Hold a series, each trial recorded when it is done; returns all of it, those recorded before included.

    A trial whose fault comes too late to take effect is followed by another one, up to twice as many.
    """
    stages, disturb, disk = KINDS[series.kind]
    stage = stages[series.stage]
    reference = record.reference(series.kind, stage.name)
    if reference is None:
        say(f"{stage.name}: undisturbed")
        reference = undisturbed(stage, built, scratch, disk)
        record.add_reference(series.kind, stage.name, reference)
    done = record.trials(series.kind, stage.name, series.seed)

    def one(number: int) -> None:
        trial = disturb(stage, number, series.seed, built, reference, scratch)
        record.add(trial)
        done[number] = trial
        outcome = "; ".join(trial.wrong) or ("converged" if trial.hit else "not hit")
        say(f"{stage.name} {number}: {trial.point}: {outcome} ({trial.seconds:.0f} s)")

    with ThreadPoolExecutor(series.jobs) as pool:
        while missing := series.count - sum(trial.hit for trial in done.values()):
            upcoming = [number for number in range(2 * series.count) if number not in done][: max(missing, 0)]
            if not upcoming:
                break
            list(pool.map(one, upcoming))
    return [done[number] for number in sorted(done)]
