"""`earlyhelp what-if`: try other rules, and see who would be gained and lost."""

from pathlib import Path
from typing import Annotated, Any

import typer

from orchestration.commands import terminal
from orchestration.settings import Settings

NOT_SHOWN = "·"


def what_if(
    rules: Annotated[Path, typer.Option(help="A CSV of rules to try, like ref_flag_rule.csv.", exists=True)],
    schools: Annotated[bool, typer.Option("--schools", help="Count by school as well as by zone.")] = False,
    list_: Annotated[
        Path | None, typer.Option("--list", help="Also write who would be gained or lost to this new file.")
    ] = None,
) -> None:
    """Evaluate other rules over all half terms, without touching the release: who would be gained, who lost.

    \b
    Example: persistent absence at 15 % instead of 10 %
      printf 'flag_code,threshold\\nattendance,0.15\\n' > stricter.csv
      earlyhelp what-if --rules stricter.csv
    A flag that the file names is judged by the file's rows alone; what a row leaves out is as in today's rule. Further
    columns, with dates and ages, are those of seeds/reference/ref_flag_rule.csv. Small numbers are shown as · together
    with as many others as keep them from being worked out, by the rule of the open file
    (seeds/reference/ref_suppression_rule.csv). A file about flags that are off, and no other, says whom they
    would raise if they were on. The list names children by their key alone; it is for those who may open the private
    build.
    """
    from orchestration.what_if import evaluate
    from orchestration.what_if.rules import WrongRules

    settings = Settings()
    try:
        with evaluate.evaluated(settings, rules) as connection:
            _places(evaluate.by_place(connection), schools)
            _history(evaluate.by_half_term(connection))
            if list_:
                written = evaluate.write_list(connection, list_)
                terminal.say(
                    f"\n{written:,} changes in {list_}, readable by you alone. Keep it where the build is kept."
                )
    except FileExistsError:
        terminal.fail(f"{list_} exists; name a new file, so that nothing is written over.")
    except (WrongRules, LookupError) as problem:
        terminal.fail(str(problem))


def _places(rows: list[tuple[Any, ...]], schools: bool) -> None:
    table = terminal.listing("On the current date", "flag", "zone", "school", ">now", ">then", ">gained", ">lost")
    for flag, zone, school, *counts in rows:
        if school is None or schools:
            terminal.add_row(table, flag, zone or "County", school, *map(_shown, counts))
    terminal.console.print(table)


def _history(rows: list[tuple[Any, ...]]) -> None:
    terminal.say()
    table = terminal.listing("The county, half term by half term", "flag", "date", ">now", ">then", ">gained", ">lost")
    for flag, day, *counts in rows:
        terminal.add_row(table, flag, day, *map(_shown, counts))
    terminal.console.print(table)


def _shown(count: int | None) -> int | str:
    return NOT_SHOWN if count is None else count
