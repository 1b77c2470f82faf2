"""How a mart is to be read, as its `meta: {semantics: …}` says it: the one place from which every tool is told.

What each word means, and that it holds for the rows of a release, is tested in tests/unit/test_semantics.py and
tests/pipeline/test_semantics.py.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from orchestration.build import dbt

Value = bool | str
SHORT = {"nc": "NC", "fsm": "FSM", "sen": "SEN", "idaci": "IDACI", "id": "ID", "gbp": "in pounds"}
"""Words of columns' names that a reader writes otherwise."""
NUMERIC = ("bigint", "integer", "decimal", "double")


@dataclass(frozen=True)
class Column:
    """A column of a mart: its type in SQL, and what it means in one paragraph."""

    name: str
    data_type: str
    description: str
    is_personal: bool

    @property
    def is_key(self) -> bool:
        """Whether it joins and tells a reader nothing: hidden in every tool."""
        return self.name.endswith("_key")

    @property
    def is_number(self) -> bool:
        return self.data_type.startswith(NUMERIC)

    @property
    def label(self) -> str:
        return labelled(self.name)

    @property
    def unit(self) -> str:
        """What its numbers are: `share` from 0 to 1, `gbp`, `days`, `count` of whole things, or `number`."""
        last = self.name.rpartition("_")[2]
        if last in {"rate", "share"}:
            return "share"
        if last in {"gbp", "days"}:
            return last
        return "count" if self.data_type in {"bigint", "integer"} else "number"


@dataclass(frozen=True)
class Mart:
    """A mart and how its rows are read.

    `default_filter` are the values that its rows have unless somebody asks otherwise, as `is_current: true`.
    `summary_rows` are values of rows that count once more what other rows count, as the county beside its zones.
    `sum_within` are columns of which a sum holds one value alone: flags share children, and dates repeat them.
    `additive` numbers add up over the other columns; `ratios` are made anew of two of them; numbers that are
    `not_additive` stand for their own row alone; `labels` name or order. `row_count` names what the rows are, where
    they are things to be counted. `sort_by` says by which column another one is put in order. `finest_place` is the
    smallest place that rows are of (`county`, `zone`, `pyramid` or `school`): it and those above have their columns;
    where it is no school, `no_finer_because` says why.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    time_column: str | None = None
    row_count: str | None = None
    default_filter: dict[str, Value] = field(default_factory=dict)
    summary_rows: dict[str, Value] = field(default_factory=dict)
    sum_within: tuple[str, ...] = ()
    additive: tuple[str, ...] = ()
    ratios: dict[str, tuple[str, str]] = field(default_factory=dict)
    not_additive: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    sort_by: dict[str, str] = field(default_factory=dict)
    finest_place: str = "school"
    no_finer_because: str | None = None

    def column(self, name: str) -> Column:
        """The column of this name. Raises KeyError if there is none."""
        return {column.name: column for column in self.columns}[name]

    @property
    def added_again(self) -> dict[str, Value]:
        """Summary rows that a sum has to leave out by itself: the others are in no sum with the rows they sum up."""
        return {name: value for name, value in self.summary_rows.items() if name not in self.sum_within}


def labelled(name: str) -> str:
    """A name as a heading: `raised_count` becomes "Raised count", `nc_year` "NC year"."""
    words = " ".join(SHORT.get(word, word) for word in name.split("_"))
    return words[:1].upper() + words[1:]


def marts(names: Iterable[str] | None = None) -> dict[str, Mart]:
    """The marts of these names, or all, by name. Raises KeyError of one that says nothing of how it is read."""
    nodes = {node["name"]: node for node in dbt.nodes("model") if node["schema"] == "mart"}
    return {name: _mart(nodes[name]) for name in sorted(nodes if names is None else names)}


def columns(name: str) -> tuple[Column, ...]:
    """The columns of a published table, of the star as well. Raises ValueError if there is no such table."""
    (node,) = (node for node in dbt.nodes("model") if node["name"] == name)
    return tuple(map(_column, node["columns"].values()))


def exposures() -> dict[str, str]:
    """The screens that dbt knows as exposures, each with what it is for."""
    return {each["name"]: _paragraph(each["description"]) for each in dbt.manifest()["exposures"].values()}


def of_exposure(name: str) -> list[str]:
    """The names of the marts that a screen is made of."""
    (exposure,) = (each for each in dbt.manifest()["exposures"].values() if each["name"] == name)
    return [node.split(".")[-1] for node in exposure["depends_on"]["nodes"]]


def _mart(node: dict[str, Any]) -> Mart:
    words = dict(node["config"]["meta"]["semantics"])
    lists = ("sum_within", "additive", "not_additive", "labels")
    words |= {name: tuple(words.get(name, ())) for name in lists}
    words["ratios"] = {name: (of, to) for name, (of, to) in words.get("ratios", {}).items()}
    columns = tuple(map(_column, node["columns"].values()))
    return Mart(node["name"], _paragraph(node["description"]), columns, **words)


def _column(column: dict[str, Any]) -> Column:
    meta = {**column["meta"], **column["config"].get("meta", {})}
    return Column(column["name"], column["data_type"], _paragraph(column["description"]), "pii" in meta)


def _paragraph(text: str) -> str:
    """Words without line breaks, and without the marks of Markdown that a tool would show as they are."""
    return re.sub(r"\s+", " ", text.replace("**", "").replace("`", "")).strip()
