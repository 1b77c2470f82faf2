"""`earlyhelp linkage`: train the model that links people without UPN, and measure how right it is."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands import terminal
from orchestration.commands.group import Commands
from orchestration.settings import PROJECT, Settings

app = typer.Typer(
    help="Train and measure the model that links people without UPN to children.",
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
)


class Size(StrEnum):
    demo = "demo"
    county = "county"


@app.command()
def train(
    note: Annotated[str, typer.Option(help="What the build is made of, for whoever reads the parameters.")],
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Date of the parameters. Default: today.")
    ] = None,
) -> None:
    """Train on the people and children of the build and write dated parameters; the newest are used from then on.

    \b
    Example:
      earlyhelp linkage train --note "county of seed 1"
    Put the new file of orchestration/linkage/parameters under version control, and evaluate before you use it.
    """
    from orchestration.build import database
    from orchestration.home import progress
    from orchestration.home.as_of import today
    from orchestration.linkage.train import train as train_model

    with terminal.progress(), database.connect(Settings()) as connection:
        progress.say("training")
        path = train_model(connection, note, on.date() if on else today())
    terminal.say(f"Parameters are in {path}. Next: earlyhelp linkage evaluate")


@app.command()
def evaluate(
    size: Annotated[Size, typer.Option(help="demo: 8,000 children a county; county: 60,000.")] = Size.demo,
    seeds: Annotated[str, typer.Option(help="Counties to make; keep them apart from those trained on.")] = "11,12,13",
    out: Annotated[Path, typer.Option(help="Where the table and the charts go.")] = PROJECT
    / "docs"
    / "explained"
    / "linkage",
    work: Annotated[Path | None, typer.Option(help="Keep the counties and their builds here.")] = None,
) -> None:
    """Make counties with the errors of real extracts, link them, and compare with the truth: a table and two charts.

    \b
    Example:
      earlyhelp linkage evaluate
      earlyhelp linkage evaluate --size county --seeds 11,12,13
    """
    from orchestration.linkage import table
    from orchestration.linkage.evaluate import evaluate as measure
    from synthetic.county import AS_OF_DATE

    chosen = [int(seed) for seed in seeds.split(",")]
    out.mkdir(parents=True, exist_ok=True)
    with terminal.progress():
        found = measure(Settings(), size.value, chosen, AS_OF_DATE.isoformat(), out, work)
    text = table.markdown(found, size.value, chosen)
    (out / "evaluation.md").write_text(text, encoding="utf-8")
    terminal.say(text)
    terminal.say(f"Written to {out}/evaluation.md, with match_weights.png and unlinkables.png beside it.")
