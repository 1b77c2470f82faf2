"""Small pieces of SQL that the metrics share: dates as sources write them, and reference seeds before dbt has loaded any."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Incoming:
    """A table of the batch that is judged: its name, its columns, and every relation of the build ('raw.…')."""

    table: str
    columns: frozenset[str]
    relations: frozenset[str]


def readable_date(column: str) -> str:
    """A text column as date, null where no accepted form fits."""
    return f"cast(try_strptime({column}, {_date_formats()}) as date)"


def reference_ctes(sql: str) -> str:
    """The reference seeds that a query names, as leading CTEs that read their files."""
    names = sorted(set(re.findall(r"\bref_\w+", sql)))
    folder = PROJECT / "seeds" / "reference"
    return "".join(f"\n{name} as (select * from read_csv('{folder}/{name}.csv', nullstr = '')),\n" for name in names)


@cache
def _date_formats() -> str:
    """The forms that a date may take, as a SQL list; they stand once, in dbt_project.yml."""
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    return "[" + ", ".join(f"'{form}'" for form in project["vars"]["date_formats"]) + "]"
