"""What a metric is, and the SQL that metrics share: dates as sources write them, seeds before dbt has loaded any."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from expectations.contract import Reference
from expectations.reference import SEEDS
from expectations.row_checks import parsed_date


@dataclass(frozen=True)
class Metric:
    """One thing counted: what it is called in a sentence, what to do when it is out of bounds, and its SQL.

    The SQL is one of three: `where` is a share of a table's rows (those of `of`); `measure` makes a query of
    delivery_id, value and detail for a table of a batch; `query` yields value and detail of a build.
    """

    says: str
    remedy: str
    absent: str = "nothing to judge"
    where: str | None = None
    of: str = "true"
    measure: Callable[["Incoming"], str] | None = None
    query: str | None = None


@dataclass(frozen=True)
class Incoming:
    """A table of the batch that is judged: its name, its columns, and every relation of the build ('raw.…').

    `references` are those of its rows, `referring` those of other tables of the source to it. A source `is_one_file`
    when all its tables come in one; it `is_newest_alone` when each extract holds all there is. `turned_down` are
    deliveries of the batch that another rule has stopped.
    """

    table: str
    columns: frozenset[str]
    relations: frozenset[str]
    references: tuple[Reference, ...] = ()
    referring: tuple[tuple[str, Reference], ...] = ()
    is_one_file: bool = False
    is_newest_alone: bool = True
    turned_down: frozenset[str] = frozenset()

    @property
    def source(self) -> str:
        return self.table.split("__")[0]


def readable_date(column: str) -> str:
    """A text column as date, null where no accepted form fits. ISO is the most frequent, and four times as quick."""
    return f"coalesce(try_cast({column} as date), cast({parsed_date(column)} as date))"


def reference_ctes(sql: str) -> str:
    """The reference seeds that a query names, all text, as leading CTEs that read their files."""
    names = sorted(set(re.findall(r"\bref_\w+", sql)))
    return "".join(f"\n{name} as (from read_csv('{SEEDS}/{name}.csv', all_varchar = true))," for name in names)
