"""`earlyhelp source`: try an unknown file, begin a new source, and say what a source still lacks."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.commands import terminal
from orchestration.commands.group import Commands
from orchestration.settings import PROJECT, Limits

if TYPE_CHECKING:
    from orchestration.sources.trial import Tried

app = typer.Typer(
    help="Add a source in a day: try an unknown file, write what a new source begins with, see what it still lacks.\n\n"
    "\b\n"
    "  earlyhelp source try export.csv                 # is it one that we know? if not: a contract, proposed\n"
    "  earlyhelp source new housing --from export.csv # contract, gate, staging, invented extract, tests, docs\n"
    "  earlyhelp source check housing                 # what is left to do, file by file",
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
)

TrustHeadings = Annotated[
    bool,
    typer.Option("--trust-headings", help="Take the first full row for the headings, though its words are unknown."),
]


@app.command("try")
def try_(
    file: Annotated[Path, typer.Argument(help="A CSV (any separator, UTF-8, UTF-16, Windows-1252), .xlsx or .xml.")],
    trust_headings: TrustHeadings = False,
    propose: Annotated[
        bool, typer.Option("--propose", help="Propose a contract also where one that stands fits the file.")
    ] = False,
) -> None:
    """Say what a file nobody knows probably is: the contract that stands and fits, or one to begin with.

    Often it is a source that is known, with other headings: then the lines to add are shown. What is said of the values
    is counted in all rows; each guess says how many keep it and how many fail. Names, days of birth, postcodes and
    prose are never shown, codes only where few are shared by many rows. Nothing is written, and no home is needed.

    \b
    Examples:
      earlyhelp source try concerns_export.csv
      earlyhelp source try "Annex A.xlsx" --propose
    Exit code 1 if no reader can read it; then a sentence says what to ask for.
    """
    from orchestration.deliveries.problem import DeliveryProblem
    from orchestration.sources import trial

    if not file.is_file():
        terminal.fail(f"There is no file {file}.")
    try:
        tried = trial.tried(file, Limits(), trust_headings)
    except DeliveryProblem as problem:
        terminal.fail(str(problem))
    _print_tried(tried, propose)


def _print_tried(tried: "Tried", propose: bool) -> None:
    for line in tried.lines(propose):
        terminal.say(line)


@app.command()
def new(
    name: Annotated[
        str, typer.Argument(help="Its name: small letters, digits after them, words joined by an underscore.")
    ],
    files: Annotated[
        list[Path] | None,
        typer.Option(
            "--from", help="A file of it, whose columns it begins with; several CSVs, said one by one, are its tables."
        ),
    ] = None,
    trust_headings: TrustHeadings = False,
) -> None:
    """Write what a new source begins with, so that it builds at once; what only you know is marked FILL IN.

    Contract, suite, staging with its descriptions and a unit test, an invented extract, tests of wrong deliveries, and
    its rows in ref_source and the pages. What was guessed of the file is marked too. Nothing that is there is replaced.

    \b
    Examples:
      earlyhelp source new housing --from housing_export.csv
      earlyhelp source new sen_returns --from person.csv --from requests.csv
      earlyhelp source new housing                         # no file yet: a record of a child, at a school, on a day
    Next: earlyhelp source check NAME. CONTRIBUTING.md walks through one.
    """
    from orchestration.deliveries.problem import DeliveryProblem
    from orchestration.sources import scaffold

    if missing := [file for file in files or [] if not file.is_file()]:
        terminal.fail(f"There is no file {missing[0]}.")
    try:
        begun = scaffold.begin(PROJECT, name, files or [], Limits(), trust_headings)
    except (DeliveryProblem, scaffold.SourceProblem) as problem:
        terminal.fail(f"Nothing was written: {problem}")
    for path in begun.written:
        terminal.say(f"  new      {path}")
    for path in begun.changed:
        terminal.say(f"  changed  {path}")
    terminal.say(f"Look through them; then: earlyhelp source check {name}")


@app.command()
def check(
    name: Annotated[str | None, typer.Argument(help="The source; all that have a contract where none is said.")] = None,
) -> None:
    """Say what a source still lacks, each with its file and what to do. Exit code 1 where one lacks something.

    It reads the project, not a home: contract, gate, staging, descriptions, unit tests, who is known by it, invented
    extract, ref_source, pages and purpose, retention, audiences, tests of wrong deliveries, what is left to fill in.

    \b
    Examples:
      earlyhelp source check housing
      earlyhelp source check
    """
    from expectations.contract.model import sources
    from orchestration.sources import check as checks

    lacking = 0
    for source in [name] if name else sources():
        try:
            answers = checks.check(PROJECT, source)
        except LookupError as unknown:
            terminal.fail(str(unknown.args[0]))
        lacks = [(answer.question, lack) for answer in answers for lack in answer.lacks]
        lacking += len(lacks)
        well = sum(not answer.lacks for answer in answers)
        terminal.say(
            f"{source}: {well} of {len(answers)} are well" + (f", {len(lacks)} things to do:" if lacks else ".")
        )
        for question, lack in lacks:
            terminal.say(f"  {question}: {lack.what}")
            terminal.say(f"    {lack.file}: {lack.remedy}.")
    if lacking:
        raise typer.Exit(1)
