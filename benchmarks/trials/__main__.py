"""Disturbs a home at random and shows that it converges: `python -m benchmarks.trials kills` and `full-disk`."""

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from benchmarks.trials.record import Record, show
from benchmarks.trials.series import KINDS, hold, planned
from benchmarks.trials.stages import built_home
from orchestration.commands import terminal

HELP = """Disturb a home of the invented hamlet at random moments and show that it converges.

    python -m benchmarks.trials kills --stage loading --count 60 --seed 1 --work /tmp/trials
    python -m benchmarks.trials full-disk --count 40 --work /tmp/trials

kills: a command is killed (SIGKILL to its process group, or to itself alone) after a random part of the time that it
takes undisturbed, and run again. full-disk: the disk has a random part of the room left that a command needs; it must
end by a sentence, room is made, and it is run again. Afterwards tables, release, files, archive, logs and journal are
compared with those of an undisturbed run. WORK holds county/ and home/, made there if they are missing (two minutes).

Each trial is a line of --record; started again, trials that were done with the same code are not done again, so a long
run may be cut: it ends after the trial at work. Times are told, never judged. Exit codes: 0 all converged, 1 some did
not (they are named)."""


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.trials", description=HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="{kills,full-disk}")
    for kind, (stages, *_) in KINDS.items():
        example = (
            f"Example: python -m benchmarks.trials {kind} --stage {next(iter(stages))} --count 10 --work /tmp/trials"
        )
        one = kinds.add_parser(kind, help=f"stages: {', '.join(stages)}", description=example)
        one.add_argument(
            "--stage",
            nargs="+",
            choices=stages,
            default=list(stages),
            metavar="STAGE",
            help=f"{', '.join(stages)}; default: each",
        )
        one.add_argument("--count", type=int, default=10, help="trials of all stages together, fewer of slow ones")
        one.add_argument("--seed", type=int, default=1, help="the same seed draws the same moments and victims")
        one.add_argument("--work", type=Path, required=True, help="holds county/ and home/, which are only read")
        one.add_argument("--record", type=Path, help="default: WORK/trials.jsonl")
        one.add_argument("--jobs", type=int, default=1, help="trials at the same time")
    arguments = parser.parse_args(words)
    record = Record(arguments.record or arguments.work / "trials.jsonl")
    plan = planned(arguments.kind, arguments.stage, arguments.seed, arguments.count, arguments.jobs)
    done = []
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        built = built_home(arguments.work)
        with tempfile.TemporaryDirectory(prefix="trials_") as scratch:
            for series in plan:
                done += hold(series, built, record, Path(scratch), terminal.say)
    except (OSError, RuntimeError) as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit("Cut short. The same command goes on from here.")
    show(done)
    sys.exit(any(trial.wrong for trial in done))


if __name__ == "__main__":
    main()
