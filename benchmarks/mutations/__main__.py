"""Breaks deliveries at random and counts of which nobody was told: `python -m benchmarks.mutations`."""

import argparse
import signal
import sys
import tempfile
from pathlib import Path
from textwrap import fill

import duckdb

from benchmarks.mutations.draw import ARRIVALS, drawn
from benchmarks.mutations.kinds import KINDS
from benchmarks.mutations.record import Mutations, show
from benchmarks.mutations.trial import SILENT, tried
from benchmarks.trials.stages import built_home
from orchestration.commands import terminal

HELP = f"""Break one delivery of the invented hamlet at a time and see whether anybody is told.

    python -m benchmarks.mutations --count 200 --seed 1 --work /tmp/mutations
    python -m benchmarks.mutations --count 60 --load-only --work /tmp/mutations

Each number is one delivery broken in one way; the kinds take turns. It arrives in place of the right file (first) or
after it under the same name (again), in a home of its own, and is loaded: seconds. Only if loading says nothing, the
home is built, gated and published: a minute or two. The {len(KINDS)} kinds:

{fill(", ".join(KINDS), 110, initial_indent="    ", subsequent_indent="    ")}

stopped: the delivery was rejected, or the release gate let nothing through. told: a warning or rows in quarantine.
nothing changed: nobody was told, and the published questions say what they said. a figure changed: nobody was told and
they do not; these are listed. The county has no other mistakes, so whatever is said is said of the mutation.

WORK holds county/ and home/, made there if they are missing (two minutes). Each trial is a line of --record; started
again, trials done with the same code are not done again, so a run may be cut. Exit codes: 0, or 1 if a figure
changed."""


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.mutations", description=HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=200, help="how many mutations, from number --from on")
    parser.add_argument("--from", dest="start", type=int, default=0, metavar="NUMBER", help="the first of them")
    parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same mutations")
    parser.add_argument("--arrival", nargs="+", choices=ARRIVALS, default=list(ARRIVALS), help="default: either")
    parser.add_argument("--load-only", action="store_true", help="build nothing; say of what loading was silent")
    parser.add_argument("--work", type=Path, required=True, help="holds county/ and home/, which are only read")
    parser.add_argument("--record", type=Path, help="default: WORK/mutations.jsonl")
    arguments = parser.parse_args(words)
    record = Mutations(arguments.record or arguments.work / "mutations.jsonl")
    done = record.tried(arguments.seed, not arguments.load_only)
    numbers = range(arguments.start, arguments.start + arguments.count)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        built = built_home(arguments.work, clean=True)
        with tempfile.TemporaryDirectory(prefix="mutations_") as scratch:
            for number in (number for number in numbers if number not in done):
                mutation = drawn(number, arguments.seed, built.county / "extracts", arguments.arrival)
                trial = tried(mutation, arguments.seed, built, Path(scratch), not arguments.load_only, terminal.say)
                record.add_tried(trial)
                done[number] = trial
                terminal.say(
                    f"{number}: {trial.kind}, {trial.file} ({trial.arrival}), {trial.what}: {trial.outcome} "
                    f"({trial.seconds:.0f} s)"
                )
    except (KeyboardInterrupt, duckdb.InterruptException):
        sys.exit("Cut short. The same command goes on from here.")
    except (OSError, RuntimeError) as problem:
        sys.exit(str(problem))
    trials = [done[number] for number in numbers]
    show(trials)
    sys.exit(any(trial.outcome == SILENT for trial in trials))


if __name__ == "__main__":
    main()
