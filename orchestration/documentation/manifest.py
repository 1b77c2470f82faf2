"""What the pages say of the warehouse, read from dbt's manifest and the reference seeds: nothing is written twice."""

import csv
import re
from dataclasses import dataclass, field
from typing import Any

from orchestration.build import dbt
from orchestration.settings import PROJECT

PARTS = ("Grain", "Key", "Business rules")


@dataclass(frozen=True)
class Table:
    """A published table: `said` holds the parts of its description, what stands before them under ''."""

    name: str
    schema: str
    parts: dict[str, str]
    columns: list[dict[str, Any]]
    key: str | None
    leads_to: dict[str, list[str]] = field(default_factory=dict)
    """Columns by the table that they join, by a relationship that is tested."""
    may_lead_to: dict[str, list[str]] = field(default_factory=dict)
    """Columns that are named as a dimension's key, where no relationship is tested."""


@dataclass(frozen=True)
class Project:
    """The published tables, metrics and exposures of the project."""

    tables: dict[str, Table]
    metrics: list[dict[str, Any]]
    measures: dict[str, dict[str, Any]]
    exposures: list[dict[str, Any]]

    def of_kind(self, *prefixes: str) -> list[Table]:
        return [table for name, table in sorted(self.tables.items()) if name.startswith(prefixes)]


def read() -> Project:
    manifest = dbt.manifest()
    nodes = manifest["nodes"].values()
    tables = {node["name"]: _table(node) for node in nodes if _is_published(node)}
    for node in nodes:
        test = node.get("test_metadata") or {}
        if test.get("name") == "relationships" and node["attached_node"]:
            child, parent = node["attached_node"].split(".")[-1], re.sub(r"ref\('(\w+)'\)", r"\1", test["kwargs"]["to"])
            # A test that leads to another column asks whether a thing occurs there; it joins nothing.
            if child in tables and parent in tables and test["kwargs"]["field"].startswith(_thing(parent)):
                tables[child].leads_to.setdefault(parent, []).append(node["column_name"])
    for table in tables.values():
        place = [column["name"] for column in table.columns].index
        table.leads_to.update({parent: sorted(columns, key=place) for parent, columns in table.leads_to.items()})
    _note_untested(tables)
    return Project(
        tables,
        sorted(manifest["metrics"].values(), key=lambda metric: metric["name"]),
        {measure["name"]: measure for model in manifest["semantic_models"].values() for measure in model["measures"]},
        sorted(manifest["exposures"].values(), key=lambda exposure: exposure["name"]),
    )


def seed(name: str) -> list[dict[str, str]]:
    """The rows of a reference seed."""
    with (PROJECT / "seeds" / "reference" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _is_published(node: dict[str, Any]) -> bool:
    """Models of the star and the marts, but the one that holds who a child is and stays in the build."""
    if node["resource_type"] != "model" or node["schema"] not in ("core", "mart"):
        return False
    metas = ({**column["meta"], **column["config"].get("meta", {})} for column in node["columns"].values())
    return not any(meta.get("pii") == "direct" for meta in metas)


def _thing(name: str) -> str:
    return name.partition("_")[2]


def _table(node: dict[str, Any]) -> Table:
    pieces = re.split(rf"\*\*({'|'.join(PARTS)})\*\*:?", node["description"])
    parts = {"": pieces[0], **dict(zip(pieces[1::2], pieces[2::2], strict=True))}
    keys = [column for constraint in node["constraints"] for column in constraint["columns"]]
    return Table(
        name=node["name"],
        schema=node["schema"],
        parts={part: re.sub(r"\s+", " ", text).strip() for part, text in parts.items()},
        columns=list(node["columns"].values()),
        key=keys[0] if len(keys) == 1 else None,
    )


def _note_untested(tables: dict[str, Table]) -> None:
    """Keys of what was said on earlier days join as well, but may be older than the dimension is now.

    A column that is named like a key and is none says so: `meta: {joins: nothing}`.
    """
    keys: dict[str, str] = {}
    for table in tables.values():
        if table.name.startswith("dim_"):
            names = [f"{_thing(table.name)}_{kind}" for kind in ("key", "durable_key")]
            keys |= {name: table.name for name in names if any(column["name"] == name for column in table.columns)}
    for table in tables.values():
        for column in table.columns:
            parent = keys.get(column["name"])
            joins = {**column["meta"], **column["config"].get("meta", {})}.get("joins") != "nothing"
            if parent and joins and parent != table.name and parent not in table.leads_to:
                table.may_lead_to.setdefault(parent, []).append(column["name"])
