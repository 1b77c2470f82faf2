"""A file on its way in: what arrived, and once it was read, the contract it keeps or why it keeps none.

None of these changes: each stage hands on what it learnt, so that nothing is asked for before it is known.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from expectations.contract.match import Match
from expectations.contract.model import Contract
from orchestration.deliveries import names
from orchestration.deliveries.archive import Archived, delivery_id
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.deliveries.readers.xlsx import Sheet


@dataclass(frozen=True)
class Arrived:
    """Bytes that came, whose they are, and the how-manieth delivery of them this is; nobody has looked into them."""

    file: Path
    archived: Archived
    source: str
    sequence: int
    received_at: datetime
    arrival: int = 1
    rows_erased: int = 0
    rows_forbidden: int = 0

    @property
    def delivery_id(self) -> str:
        return delivery_id(self.archived.sha256, self.arrival)

    @cached_property
    def name(self) -> str:
        """What it is called from here on: `file` is for reading and removing alone."""
        return names.known(self.file.name, self.archived.sha256)

    @property
    def is_archived(self) -> bool:
        """Whether its bytes are kept; those of a file that is too large are not."""
        return self.archived.path != self.file

    def numbered(self, arrival: int) -> "Arrived":
        return replace(self, arrival=arrival)


@dataclass(frozen=True)
class Stated:
    """What name and header say, and the dates that follow; None for what a file of its kind does not say."""

    scope: str | None = None
    part: str | None = None
    period: str | None = None
    extract_date: date | None = None
    covers_from_date: date | None = None
    covers_to_date: date | None = None
    made_at: datetime | None = None
    serial_no: int | None = None


@dataclass(frozen=True)
class Matched:
    """A file that keeps a contract, at least as far as it could be read; `problem` is where it breaks off, if it does.

    `rows` are files of its rows by raw table, for as long as the reader that wrote them is open.
    """

    arrived: Arrived
    match: Match
    stated: Stated = Stated()
    rows: dict[str, Path] = field(default_factory=dict)
    sheets: dict[str, Sheet] = field(default_factory=dict)
    headings_not_read: tuple[str, ...] = ()
    problem: DeliveryProblem | None = None

    @property
    def contract(self) -> Contract:
        return self.match.contract

    @property
    def is_of_days(self) -> bool:
        """Whether its days supersede days: it supersedes no file as a whole, not even one of the same name."""
        return self.contract.covers == "days"

    @property
    def part(self) -> str | None:
        return self.arrived.delivery_id if self.is_of_days else self.stated.part

    @property
    def tables(self) -> list[str]:
        """The raw tables it fills: one for a CSV, all of the contract for a return or a workbook."""
        table = self.match.file.table
        return [f"{self.arrived.source}__{table}"] if table else list(self.contract.tables)

    @property
    def may_be_empty(self) -> bool:
        """Whether no rows at all are an answer: a term without exclusions has a block of headings alone."""
        tables = [self.contract.tables[name] for name in self.tables]
        least = self.match.file.min_rows
        return (least if least is not None else max(table.min_rows for table in tables)) == 0

    def numbered(self, arrival: int) -> "Matched":
        return replace(self, arrived=self.arrived.numbered(arrival))


@dataclass(frozen=True)
class Unmatched:
    """A file that keeps no contract, or cannot be read at all, and why."""

    arrived: Arrived
    problem: DeliveryProblem

    def numbered(self, arrival: int) -> "Unmatched":
        return replace(self, arrived=self.arrived.numbered(arrival))


Candidate = Matched | Unmatched
"""A delivery that was read, and is being looked at."""
