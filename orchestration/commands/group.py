"""What commands have in common: their names for whoever waits, how days are said, sentences instead of tracebacks."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import duckdb
import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from expectations.council.problem import CouncilError
from orchestration.build import database
from orchestration.commands import arguments, terminal
from orchestration.home import as_of, disk, lock
from orchestration.releases.store import DamagedRelease
from orchestration.settings import Settings, explained

if TYPE_CHECKING:
    # Typer has a Click of its own, and its Context alone is public.
    from typer._click.core import Command, Context

AllowFuture = Annotated[
    bool, typer.Option("--allow-future", help="Mean it, if --as-of is after today: until then builds say nothing new.")
]


class Commands(TyperGroup):
    """A group of commands: each is known by its name to whoever waits for the build, and says what no command can help.

    That is another run, a disk that is full or read-only, a damaged build or release, an option that can't be, a
    council's folder that is wrong. None takes a UPN as an argument.
    """

    def parse_args(self, ctx: "Context", args: list[str]) -> list[str]:
        arguments.refuse_upns(args)
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: "Context", args: list[str]) -> "tuple[str | None, Command | None, list[str]]":
        name, command, rest = super().resolve_command(ctx, args)
        lock.name_holder(f"{ctx.command_path} {name}")
        return name, command, rest

    def invoke(self, ctx: "Context") -> object:
        try:
            return super().invoke(ctx)
        except (lock.BuildBusyError, database.DamagedBuild, DamagedRelease, CouncilError) as problem:
            terminal.fail(str(problem))
        except ValidationError as problem:
            if (message := explained(problem)) is None:
                raise
            terminal.fail(message)
        except BrokenPipeError:
            raise  # whoever read along has seen enough
        except (OSError, duckdb.Error) as problem:
            settings = Settings()
            message = disk.explained(settings, problem) or database.damage(settings, str(problem))
            if message is None and isinstance(problem, duckdb.Error):
                raise
            terminal.fail(message or str(problem))


def chosen_day(day: datetime | None, allow_future: bool) -> date | None:
    """The day of --as-of, or None where it was not said. A day after today ends the command unless it is meant."""
    if day is None:
        return None
    try:
        as_of.refuse_future(day.date(), allow_future)
    except ValueError as problem:
        terminal.fail(str(problem))
    return day.date()
