"""A row of a council's seed, and what is wrong with a folder: told by file, row, column and remedy."""

from dataclasses import dataclass

from expectations.council.seed import Row

CHANGE, REMOVE = "change", "remove"
"""The column, and the word in it, by which a row takes one of the defaults away."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: in which file of the folder, in which row (as a text editor counts) and column."""

    file: str
    row: int | None
    column: str | None
    fault: str
    remedy: str

    def __str__(self) -> str:
        row, column = f", row {self.row}" if self.row else "", f", column {self.column}" if self.column else ""
        return f"{self.file}{row}{column}: {self.fault}. Remedy: {self.remedy}."


@dataclass(frozen=True)
class Line:
    """A row of a council's seed: where it stands, and its cells, each in the plain form of its type."""

    file: str
    number: int
    cells: Row

    @property
    def is_removal(self) -> bool:
        return self.cells.get(CHANGE) == REMOVE

    def problem(self, column: str | None, fault: str, remedy: str) -> Problem:
        return Problem(self.file, self.number, column, fault, remedy)


class CouncilError(ValueError):
    """A council's folder that cannot be laid over the defaults; the message names each problem with its remedy."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("The council's folder cannot be used.\n" + "\n".join(f"  {problem}" for problem in problems))
