"""Kills a stage's command at a random moment, runs it again, and compares what it leaves with the undisturbed."""

import random
import time
from pathlib import Path

from benchmarks.trials import content
from benchmarks.trials.processes import start, wait_until
from benchmarks.trials.record import Trial
from benchmarks.trials.stages import Stage, Undisturbed, finished, laid
from tests.support.warehouse import Warehouse

GRACE = 3
"""Seconds within which a dead command's children must have followed it."""


def kill(stage: Stage, number: int, seed: int, built: Warehouse, reference: Undisturbed, scratch: Path) -> Trial:
    """One trial. Moment and victim (the whole process group or the command alone) follow from seed and number."""
    chance = random.Random(f"{seed} {stage.name} {number}")
    delay, whole_group = chance.uniform(0, reference.seconds), chance.random() < 0.5
    began = time.perf_counter()
    with laid(stage, built, scratch) as home:
        running = start(home, stage.command(home), home.home.with_name("output"))
        wait_until(lambda: stage.begun(running), running)
        time.sleep(delay)
        members = running.members()
        last = (running.text().strip().splitlines() or [""])[-1]
        hit = running.kill(whole_group)
        left = running.left_behind(GRACE)
        wrong = content.whole(home) if hit else []
        runs, different = finished(stage, home, reference)
        running.end()
    wrong += [f"an orphan goes on: {words}" for words in left.values()]
    return Trial(
        kind="kills",
        stage=stage.name,
        seed=seed,
        number=number,
        point=f"{delay:.2f} s, {'group' if whole_group else 'command alone'}",
        hit=hit,
        runs=runs,
        wrong=list(dict.fromkeys([*wrong, *different])),
        seconds=time.perf_counter() - began,
        while_running=[last, *members.values()],
    )
