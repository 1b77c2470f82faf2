"""What commands have in common: they name themselves to whoever waits for them, and say days in one way."""

from datetime import date, datetime
from typing import Annotated

import typer
from typer.core import TyperGroup

from orchestration import as_of, lock, report

AllowFuture = Annotated[
    bool, typer.Option("--allow-future", help="Mean it, if --as-of is after today: until then builds say nothing new.")
]


class Commands(TyperGroup):
    """A group of commands: each is known by its name to whoever waits for the build, and says for whom it waited."""

    def resolve_command(self, ctx, args):
        name, command, rest = super().resolve_command(ctx, args)
        lock.name_holder(f"{ctx.command_path} {name}")
        return name, command, rest

    def invoke(self, ctx):
        try:
            return super().invoke(ctx)
        except lock.BuildBusyError as busy:
            report.fail(str(busy))


def chosen_day(said: datetime | None, allow_future: bool) -> date | None:
    """The day of --as-of, or None where it was not said. A day after today ends the command unless it is meant."""
    if said is None:
        return None
    try:
        as_of.refuse_future(said.date(), allow_future)
    except ValueError as problem:
        report.fail(str(problem))
    return said.date()
