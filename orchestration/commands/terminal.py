"""What commands have in common: what no command can help is told as a sentence, and not as a traceback."""

import click
import duckdb
from typer.core import TyperGroup

from orchestration import build_file, report
from orchestration.build_file import DamagedBuild
from orchestration.home import disk
from orchestration.releases.shelf import DamagedRelease
from orchestration.settings import Settings


class Commands(TyperGroup):
    """A group of commands that all say so in a sentence when the disk, the build or a release is at fault."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (DamagedBuild, DamagedRelease) as problem:
            report.fail(str(problem))
        except BrokenPipeError:
            raise  # whoever read along has seen enough
        except OSError as problem:
            report.fail(disk.explained(Settings(), problem) or str(problem))
        except duckdb.Error as problem:
            said = disk.explained(Settings(), problem) or build_file.damage(Settings(), problem)
            if said is None:
                raise
            report.fail(said)
