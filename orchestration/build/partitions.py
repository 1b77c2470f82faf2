"""Tables kept by partition: only the partitions of one are written that would come out otherwise.

Flags are judged on some thirty days, all but one of which are over. A model whose rows of a day are made of rows of
that day in some of its inputs, and of all rows of the others, says so in its configuration:

    meta={"partition_by": "as_of_date", "partition_inputs": ["int_flags_evaluated", "int_child_population"]}

and reads of those inputs what `changed_partitions` (macros/run.sql) lets through. A partition is made anew if the rows
of it in a partition input are others than those it was made of, or if anything else that the table is made of changed.
What each was made of stands in ops.node_partition, written in one transaction with the table.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.build.materializations import Node, relation


@dataclass(frozen=True)
class Partition:
    """What a partition was made of (None of a table that is written whole), and how many rows came out, with the sum of
    their hashes. Of a snapshot, which is compared and keeps its rows, none are counted."""

    inputs: str | None
    rows: int
    hash: int | None


@dataclass(frozen=True)
class Changed:
    """The partitions of a table to be made anew, by their name, each with what it is to be made of (nothing: it goes);
    whether others stay."""

    inputs: dict[str, str]
    is_part: bool


class Partitions:
    """The partitions of all tables, as they were noted and as this run finds or makes them.

    For a connection to a build whose tables are noted in ops.node_state; what is noted of others is not believed.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, nodes: Mapping[str, Node]) -> None:
        self._connection, self._nodes = connection, nodes
        self._ids = {node["name"]: unique_id for unique_id, node in nodes.items()}
        self._columns: dict[str, str] = {}
        for node in nodes.values():
            if column := of(node):
                names = [] if node["resource_type"] == "snapshot" else [node["unique_id"]]
                for unique_id in [*names, *self.inputs_of(node)]:
                    self._columns[unique_id] = column
        self._noted: dict[str, dict[str, Partition]] = {}
        for unique_id, name, *made in connection.execute(
            "select unique_id, partition, inputs, rows, hash from ops.node_partition semi join ops.node_state "
            "using (unique_id)"
        ).fetchall():
            self._noted.setdefault(unique_id, {})[name] = Partition(*made)

    def inputs_of(self, node: Node) -> list[str]:
        """The unique ids of a node's partition inputs."""
        return [self._ids[name] for name in node["config"]["meta"]["partition_inputs"]]

    def column_of(self, unique_id: str) -> str | None:
        """The column by which the rows of a node are counted; None if nobody asks."""
        return self._columns.get(unique_id)

    def changed(self, node: Node, others: Mapping[str, str], stands: bool) -> Changed:
        """What of a table is to be made anew, whose inputs but for its partition inputs are `others`.

        Puts the names of the changed partitions where the macro `changed_partitions` asks for them.
        """
        inputs, noted = self.inputs_of(node), self._noted.get(node["unique_id"], {})
        names = sorted({name for unique_id in inputs for name in self._noted.get(unique_id, {})})
        made_of = {
            name: _sha256([others, [_content(self._noted[unique_id].get(name)) for unique_id in inputs]])
            for name in names
        }
        changed = {
            name: made
            for name, made in made_of.items()
            if not stands or name not in noted or noted[name].inputs != made
        }
        gone = {name: "" for name in noted if name not in made_of}
        source = relation(self._nodes[inputs[0]])
        self._connection.execute(
            f"create or replace temp table changed_partition as select {of(node)} as partition from {source} limit 0"
        )
        self._connection.execute(
            "insert into changed_partition select unnest(?::varchar[])", [sorted(changed | gone)]
        )
        return Changed(changed | gone, len(changed) < len(made_of))

    def note(self, unique_id: str, changed: Changed | None) -> str | None:
        """Note what came out of the partitions that were written, all if it is not said which; returns what the whole
        table holds, as `state.rows_of` says it. Of a snapshot only what it was compared with is noted, and None returned.
        """
        column, noted = self._columns.get(unique_id), self._noted.setdefault(unique_id, {})
        rows: dict[str, tuple[int, int]] = {}
        if column:
            only = f"where {column} in (from changed_partition)" if changed else ""
            rows = {
                name: (count, total)
                for name, count, total in self._connection.execute(
                    f"select {column}::varchar, count(*), sum(hash(t)) from {relation(self._nodes[unique_id])} as t "
                    f"{only} group by {column}"
                ).fetchall()
            }
        written = changed.inputs if changed else dict.fromkeys(noted.keys() | rows.keys(), None)
        for name, inputs in written.items():
            noted.pop(name, None)
            if inputs or name in rows:
                noted[name] = Partition(inputs, *rows.get(name, (0, None)))
        self._write(unique_id, list(written))
        if not column:
            return None
        held = [each for each in noted.values() if each.rows]
        total = sum(each.hash for each in held) if held else None
        return f"rows {sum(each.rows for each in held)} {total}"

    def _write(self, unique_id: str, names: list[str]) -> None:
        noted = self._noted[unique_id]
        found = [(name, noted[name].inputs, noted[name].rows, noted[name].hash) for name in names if name in noted]
        self._connection.execute(
            "delete from ops.node_partition where unique_id = ? and partition in (select unnest(?::varchar[]))",
            [unique_id, names],
        )
        self._connection.execute(
            "insert into ops.node_partition by name select $unique_id as unique_id, "
            "cast(getvariable('said_at') as timestamp) as made_at, unnest($names::varchar[]) as partition, "
            "unnest($inputs::varchar[]) as inputs, unnest($rows::bigint[]) as rows, unnest($hashes::hugeint[]) as hash",
            {
                "unique_id": unique_id,
                "names": [name for name, *_ in found],
                "inputs": [inputs for _, inputs, *_ in found],
                "rows": [rows for _, _, rows, _ in found],
                "hashes": [total for *_, total in found],
            },
        )


def of(node: Node) -> str | None:
    """The column by whose values a table is kept; None of one that is written whole."""
    column: str | None = node["config"].get("meta", {}).get("partition_by")
    return column


def _content(partition: Partition | None) -> tuple[Any, Any]:
    return (partition.rows, partition.hash) if partition else (0, None)


def _sha256(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
